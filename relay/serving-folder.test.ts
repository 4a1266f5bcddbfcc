import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { preferredAlias } from '#core/config/serving-log';
import { resolveServing } from '#core/config/serving-registry';
import { readJson, sharedPath } from '#testdata/fixtures';
import { activateServing, publishServing, readRegistry, type Promotion } from '#relay/serving-folder';
import { problemOf } from '#relay/testing/problems';
import { rawSpec } from '#relay/testing/servings';
import { temporaryFolders } from '#relay/testing/temporary-folder';

const newFolder = temporaryFolders();

function to(alias: string, second = 0): Promotion {
  return { alias, actor: 'test', reason: 'r', now: new Date(Date.UTC(2026, 2, 1, 0, 0, second)) };
}

const ID = 'srv_demo_run00001_cfg00001';

describe('a registry in a folder', () => {
  it('is empty before anything was published', () => {
    const { registry, orphans } = readRegistry(join(newFolder(), 'not', 'there'));
    expect([registry.versions.size, registry.aliases.size, orphans]).toEqual([0, 0, []]);
  });

  it('keeps what was published, readable by alias and id', () => {
    const folder = newFolder();
    const published = publishServing(
      folder,
      rawSpec({ feed: { kind: 'relay', name: 'es' } }),
      to(' VP_Main'),
    );
    expect(published).toMatchObject({ serving_id: ID, alias: 'vp_main', reused_existing: false });
    expect(published.event).toMatchObject({ kind: 'register', from_serving_id: null, to_serving_id: ID });
    const { registry } = readRegistry(folder);
    for (const selector of ['vp_main', ID]) {
      const { config, spec } = resolveServing(registry, selector);
      expect(config.symbol).toBe('MNQH6');
      expect(spec.feed).toEqual({ kind: 'relay', name: 'es' });
    }
    expect(readdirSync(folder).sort()).toEqual(['serving_registry.jsonl', 'versions']);
  });

  it('reuses the version of a run and configuration, and goes back to an older one', () => {
    const folder = newFolder();
    publishServing(folder, rawSpec(), to('main', 0));
    publishServing(folder, rawSpec({ run: 'run00002', evidence: { parity: 0 } }), to('main', 1));
    const again = rawSpec();
    again['source'] = { ...(again['source'] as object), promoted_at_utc: '2026-03-09T00:00:00Z' };
    expect(publishServing(folder, again, to('shadow', 2)).reused_existing).toBe(true);
    activateServing(folder, ID, to('main', 3));
    const { registry, log } = readRegistry(folder);
    expect(registry.versions.size).toBe(2);
    expect(registry.aliases.get('main')).toBe(ID);
    expect(log?.events.map((e) => e.kind)).toEqual(['register', 'promote', 'register', 'activate']);
  });

  it.each([
    [{ snapshot: { tau_jerk: 11, config_version: undefined } }, 'serving/id-collision'],
    [{ run: 'run00001999' }, 'serving/id-collision'],
    [{ feed: { kind: 'sample', name: 'demo' } }, 'serving/id-collision'],
    [{ run: 'other', serving_id: 'srv_mine' }, 'serving/bad-id'],
    [{ run: 'other', snapshot: { tau_jerk: -1 } }, 'config/out-of-range'],
    [{ run: 'other', snapshot: { tau_jerk: undefined } }, 'serving/missing-field'],
    [{ run: 'other', feed: { kind: 'relay', name: '../x' } }, 'serving/malformed'],
    [{ run: 'other', content_sha256: '00' }, 'serving/tampered'],
  ])('refuses %j with %s and writes nothing', (changes, code) => {
    const folder = newFolder();
    publishServing(folder, rawSpec(), to('main'));
    const before = readFileSync(join(folder, 'serving_registry.jsonl'), 'utf8');
    expect(problemOf(() => publishServing(folder, rawSpec(changes), to('main')))).toContain(code);
    expect(readFileSync(join(folder, 'serving_registry.jsonl'), 'utf8')).toBe(before);
    expect(readdirSync(join(folder, 'versions'))).toEqual([`${ID}.json`]);
  });

  it('notices a version file that was changed, even where only its feed was', () => {
    const folder = newFolder();
    publishServing(folder, rawSpec({ feed: { kind: 'relay', name: 'es' } }), to('main'));
    const file = join(folder, 'versions', `${ID}.json`);
    const text = readFileSync(file, 'utf8');
    for (const changed of [
      text.replace('"es"', '"nq"'),
      `${text} `,
      text.replace('"tau_jerk": 10', '"tau_jerk": 11'),
    ]) {
      writeFileSync(file, changed);
      expect(problemOf(() => readRegistry(folder))).toContain('serving/tampered');
    }
    writeFileSync(file, text);
    expect(problemOf(() => readRegistry(folder))).toBe('none');
  });

  it('lists version files without a line, and takes its own back when the line cannot be written', () => {
    const folder = newFolder();
    publishServing(folder, rawSpec(), to('main'));
    writeFileSync(join(folder, 'versions', 'srv_stray.json'), '{}');
    expect(readRegistry(folder).orphans).toEqual(['versions/srv_stray.json']);
    expect(problemOf(() => publishServing(folder, rawSpec({ run: 'other' }), to('not a name')))).toContain(
      'bad-name',
    );
    expect(readRegistry(folder).orphans).toEqual(['versions/srv_stray.json']);
  });

  it('is changed by one program at a time', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'registry.lock'), '1');
    expect(problemOf(() => publishServing(folder, rawSpec(), to('main')))).toContain('serving/locked');
    expect(problemOf(() => activateServing(folder, 'main', to('main')))).toContain('serving/locked');
    expect(readdirSync(folder)).toEqual(['registry.lock']);
  });

  it('says what the system refuses', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'plain'), '');
    expect(problemOf(() => readRegistry(join(folder, 'plain')))).toContain('file/failed');
    expect(problemOf(() => publishServing(join(folder, 'plain'), rawSpec(), to('main')))).toContain(
      'file/failed',
    );
    expect(problemOf(() => readRegistry(join(folder, 'none.json')))).toContain('file/not-found');
    writeFileSync(join(folder, 'bad.json'), '{');
    expect(problemOf(() => readRegistry(join(folder, 'bad.json')))).toContain('file/not-json');
  });

  it('reads the catalogue that the app ships', () => {
    const { registry } = readRegistry('public/servings/registry.json');
    expect(resolveServing(registry, 'demo').spec.feed).toEqual({ kind: 'sample', name: 'demo' });
  });
});

interface Vectors {
  operations: {
    op: string[];
    error?: boolean;
    serving_id?: string;
    alias?: string | null;
    reused_existing?: boolean;
    result?: [string, string] | null;
  }[];
  promotion_events: [number, string, string | null, string, string, string][];
  aliases: [string, string, string][];
}

const golden = sharedPath('golden', 'experiments', 'registry.json');

describe.skipIf(golden === undefined)('the registry vectors', () => {
  it('give the same versions, aliases and events', () => {
    const { operations, promotion_events, aliases } = readJson<Vectors>(golden!);
    const folder = newFolder();
    let second = 0;
    const promote = (alias: string, experiment: string, run: string, config: string) =>
      publishServing(folder, rawSpec({ experiment, run, config }), to(alias, second));
    for (const {
      op: [verb, ...operands],
      ...expected
    } of operations) {
      const [first, experiment, run, config] = operands;
      if (verb === 'promote' && expected.error) {
        expect(problemOf(() => promote(first, experiment, run, config))).toContain('serving/id-collision');
      } else if (verb === 'promote') {
        const { event: _, ...result } = promote(first, experiment, run, config);
        expect(result).toEqual(expected);
        second++;
      } else if (verb === 'resolve') {
        const { registry } = readRegistry(folder);
        const act = () => resolveServing(registry, first);
        if (expected.error) expect(problemOf(act)).toMatch(/^serving\//);
        else expect(act().spec.serving_id).toBe(expected.serving_id);
      } else {
        const found = preferredAlias(readRegistry(folder).log!, first);
        expect(found ? [found.alias, found.servingId] : null).toEqual(expected.result);
      }
    }
    const log = readRegistry(folder).log!;
    const time = (iso: string) => iso.replace('.000Z', '+00:00');
    expect(
      log.events.map((e) => [
        e.event_id,
        e.alias,
        e.from_serving_id,
        e.to_serving_id,
        e.actor,
        time(e.timestamp_utc),
      ]),
    ).toEqual(promotion_events);
    expect([...log.aliases].map(([a, v]) => [a, v.serving_id, time(v.updated_at_utc)])).toEqual(aliases);
  });
});
