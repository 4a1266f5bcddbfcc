import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import {
  nextServingLine,
  preferredAlias,
  replayServingLog,
  versionOfRun,
  type VersionEntry,
} from '#core/config/serving-log';

function entry(run: string, config = 'c1'): VersionEntry {
  return {
    spec_path: `versions/${run}.json`,
    spec_sha256: 'f'.repeat(64),
    source_run_id: run,
    source_experiment_name: 'e',
    source_config_hash: config,
  };
}

/** Moves aliases one second apart; a run that comes first brings its version. */
function logOf(moves: readonly (readonly [alias: string, run: string])[]): string {
  let text = '';
  moves.forEach(([alias, run], second) => {
    const log = replayServingLog(text);
    text += nextServingLine(log, {
      kind: 'promote',
      alias,
      to_serving_id: `srv_${run}`,
      actor: 'tést',
      reason: '',
      timestamp_utc: `2026-03-01T00:00:${String(second).padStart(2, '0')}.000Z`,
      ...(log.versions.has(`srv_${run}`) ? {} : { version: entry(run) }),
    });
  });
  return text;
}

function problemOf(text: string): { code: string; offset?: number } | undefined {
  try {
    replayServingLog(text);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

const MOVES = [
  ['main', 'a'],
  ['shadow', 'a'],
  ['main', 'b'],
  ['main', 'a'],
] as const;

describe('the promotion log', () => {
  it('replays to versions, aliases and events', () => {
    const log = replayServingLog(logOf(MOVES));
    expect([...log.versions.keys()]).toEqual(['srv_a', 'srv_b']);
    expect([...log.aliases]).toEqual([
      ['main', { serving_id: 'srv_a', updated_at_utc: '2026-03-01T00:00:03.000Z' }],
      ['shadow', { serving_id: 'srv_a', updated_at_utc: '2026-03-01T00:00:01.000Z' }],
    ]);
    expect(log.events.map((e) => [e.event_id, e.from_serving_id, e.to_serving_id])).toEqual([
      [1, null, 'srv_a'],
      [2, null, 'srv_a'],
      [3, 'srv_a', 'srv_b'],
      [4, 'srv_b', 'srv_a'],
    ]);
    expect(replayServingLog('').events).toEqual([]);
  });

  it('finds the version of a run, and the alias that a run is best known by', () => {
    const log = replayServingLog(logOf(MOVES));
    expect(versionOfRun(log, 'a', 'c1')).toBe('srv_a');
    expect(versionOfRun(log, 'a', 'c2')).toBeUndefined();
    expect(preferredAlias(log, 'a')).toEqual({ alias: 'main', servingId: 'srv_a' });
    expect(preferredAlias(log, 'b')).toBeUndefined();
  });

  it('notices every line that was removed, moved or repeated, but for the end of the log', () => {
    const lines = logOf(MOVES).split('\n').slice(0, -1);
    const joined = (list: readonly string[]) => list.map((line) => `${line}\n`).join('');
    for (let i = 0; i < lines.length - 1; i++) {
      const without = lines.filter((_, j) => j !== i);
      const repeated = lines.flatMap((line, j) => (j === i ? [line, line] : [line]));
      const swapped = lines.map((_, j) => lines[j === i ? i + 1 : j === i + 1 ? i : j]);
      for (const damaged of [without, repeated, swapped]) {
        expect(problemOf(joined(damaged))?.code).toBe('serving/log-broken');
      }
    }
  });

  it('notices every changed byte before the last line and says where', () => {
    const text = logOf(MOVES);
    const last = text.lastIndexOf('\n', text.length - 2) + 1;
    const lineStarts = [0, ...[...text.matchAll(/\n/g)].map((m) => m.index + 1)];
    for (let i = 0; i < last; i++) {
      const damage = problemOf(text.slice(0, i) + (text[i] === 'x' ? 'y' : 'x') + text.slice(i + 1));
      expect(damage?.code, `byte ${i}`).toBe('serving/log-broken');
      const line = lineStarts.filter((start) => start <= i).length - 1;
      // The line itself is no event, or the next one does not fit it. Each actor holds one letter of two bytes.
      const before = text.slice(0, lineStarts[line]);
      expect(damage?.offset).toBeGreaterThanOrEqual(Buffer.byteLength(before));
    }
  });

  it('does not take half a line for an event', () => {
    const text = logOf(MOVES);
    const last = text.lastIndexOf('\n', text.length - 2) + 1;
    for (let end = last + 1; end < text.length; end++) {
      expect(problemOf(text.slice(0, end))?.code).toBe('serving/log-broken');
    }
    expect(problemOf(text.slice(0, last))).toBeUndefined();
    expect(problemOf(`${text}\n`)?.code).toBe('serving/log-broken');
  });
});
