import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedRequest } from '#core/databento/plan';
import { JobTracker, phaseOf } from '#core/databento/tracker';

const NOW = '2026-01-07T12:00:00.000Z';

function planned(id: string, ...dates: readonly string[]): PlannedRequest {
  return {
    id,
    request: {
      dataset: 'GLBX.MDP3',
      schema: 'mbo',
      symbols: ['ES.FUT'],
      stype_in: 'parent',
      start: dates[0],
      end: '2026-02-01',
      split_duration: 'day',
    },
    product_type: 'futures',
    symbol: 'ES',
    keys: dates.map((date) => `GLBX.MDP3|mbo|ES|${date}|futures`),
    folder: 'product_type=future_mbo/symbol=ES/table=market_by_order_dbn',
  };
}

const file = (name: string) => ({ name, size: 5, hash: 'sha256:0', path: `/v0/batch/download/u/j/${name}` });
const tracker = () => new JobTracker(() => NOW);
const again = (t: JobTracker) => JobTracker.parse(t.toText(), () => NOW);
const phases = (t: JobTracker) => t.list().map(phaseOf);

describe('a tracker', () => {
  it('knows at every step what comes next, also after it was read back', () => {
    let t = tracker();
    const seen: string[] = [];
    const step = (change: (t: JobTracker) => unknown) => {
      change(t);
      t = again(t);
      seen.push(phases(t).join());
    };
    step((x) => x.intend(planned('a', '2026-01-05'), 1.5, -20));
    step((x) => x.submitted('a', 'J1'));
    for (const state of ['received', 'queued', 'processing', 'finalizing', 'something new', 'done']) {
      step((x) => x.seen('a', state));
    }
    step((x) => x.listed('a', [file('glbx-mdp3-20260105.mbo.dbn.zst'), file('metadata.json')], () => false));
    step((x) => x.placed('a', 'metadata.json', true));
    step((x) => x.downloaded('a'));
    expect(seen).toEqual([
      'unsure',
      ...Array<string>(6).fill('open'),
      ...Array<string>(3).fill('ready'),
      'downloaded',
    ]);
  });

  it('writes the days as scripts expect them', () => {
    const t = tracker();
    t.intend(planned('a', '2026-01-05', '2026-01-06'), 1.5, 0);
    t.submitted('a', 'J1');
    t.seen('a', 'done');
    const name = 'glbx-mdp3-20260105.mbo.dbn.zst';
    t.listed('a', [file(name), file('glbx-mdp3-20260106.mbo.dbn.zst')], () => false);
    t.placed('a', name, true);
    const parsed = JSON.parse(t.toText()) as { jobs: Record<string, unknown>; pending_downloads: string[] };
    expect(Object.keys(parsed.jobs)).toEqual(parsed.pending_downloads);
    expect(parsed.jobs['GLBX.MDP3|mbo|ES|2026-01-05|futures']).toEqual({
      job_id: 'J1',
      dataset: 'GLBX.MDP3',
      schema: 'mbo',
      symbol: 'ES',
      date_str: '2026-01-05',
      product_type: 'futures',
      symbols_count: 1,
      stype_in: 'parent',
      state: 'done',
      submitted_at: NOW,
      updated_at: NOW,
      downloaded_at: null,
      files: [`product_type=future_mbo/symbol=ES/table=market_by_order_dbn/J1/${name}`],
      error: null,
    });
    expect(parsed.jobs['GLBX.MDP3|mbo|ES|2026-01-06|futures']).toMatchObject({ files: [] });
  });

  it('never takes an intent for what is paid', () => {
    const t = tracker();
    t.intend(planned('a', '2026-01-05'), 1, 0);
    t.submitted('a', 'J1');
    expect(() => t.intend(planned('a', '2026-01-05'), 1, 0)).toThrow('already paid');
    t.failed('a', { code: 'x/y', message: 'z' });
    expect(phases(t)).toEqual(['open']);
    expect(() => t.intend(planned('a', '2026-01-05'), 1, 0)).toThrow('already paid');
    t.seen('a', 'done');
    expect(t.get('a').error).toBeUndefined();
    t.downloaded('a');
    expect(() => t.intend(planned('a', '2026-01-05'), 1, 0)).toThrow('already paid');
  });

  it('remembers the job of an expired submission, so that it is not adopted again', () => {
    const t = tracker();
    t.intend(planned('a', '2026-01-05'), 1, 0);
    t.submitted('a', 'J1');
    t.seen('a', 'expired');
    expect(phases(t)).toEqual(['gone']);
    t.intend(planned('a', '2026-01-05'), 1, 0);
    expect(again(t).isJobKnown('J1')).toBe(true);
    expect(t.isJobKnown('J2')).toBe(false);
  });

  it('lets a refused request make room for another one of the same days', () => {
    const t = tracker();
    t.intend(planned('a', '2026-01-05', '2026-01-06'), 1, 0);
    t.failed('a', { code: 'x/y', message: 'refused' });
    expect(phases(t)).toEqual(['refused']);
    t.intend(planned('b', '2026-01-06'), 1, 0);
    expect(t.list().map((r) => r.id)).toEqual(['b']);
  });

  it('keeps placed files only where they are the same and still here', () => {
    const t = tracker();
    t.intend(planned('a', '2026-01-05'), 1, 0);
    t.submitted('a', 'J1');
    t.listed('a', [file('x'), file('y'), file('z')], () => false);
    for (const name of ['x', 'y', 'z']) t.placed('a', name, true);
    t.listed('a', [file('x'), { ...file('y'), hash: 'sha256:1' }, file('z')], ({ name }) => name !== 'z');
    expect(t.get('a').files.map((f) => f.verified)).toEqual([true, undefined, undefined]);
  });

  it('refuses texts that are no tracker, and is not misled by damaged ones', () => {
    const t = tracker();
    t.intend(planned('a', '2026-01-05'), 1, 0);
    t.submitted('a', 'J1');
    t.listed('a', [file('x')], () => false);
    const text = t.toText();
    expect(again(t).toText()).toBe(text);
    const paths = [
      'id',
      'keys',
      'request',
      'files',
      'state',
      'intent_at',
      'price_usd',
      'clock_skew_ms',
      'job_id',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.constantFrom(null, {}, [1], true, 'x', -1), (name, value) => {
        const parsed = JSON.parse(text) as { requests: Record<string, unknown>[] };
        parsed.requests[0][name] = value;
        let read: JobTracker;
        try {
          read = JobTracker.parse(JSON.stringify(parsed), () => NOW);
        } catch (error) {
          expect(String(error)).toContain('The tracker cannot be used');
          return;
        }
        // What is accepted can be used.
        expect(read.list().map(phaseOf)).toHaveLength(1);
        read.toText();
      }),
    );
    for (let cut = 0; cut < text.length - 1; cut += 7) {
      expect(() => JobTracker.parse(text.slice(0, cut), () => NOW)).toThrow('The tracker cannot be used');
    }
  });
});
