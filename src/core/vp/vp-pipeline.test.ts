import { describe, expect, it } from 'vitest';
import { DEFAULT_RUNTIME_CONFIG, overrideRuntimeConfig } from '#core/config/runtime-config';
import type { MboRecord } from '#core/mbo/mbo-block';
import { columnIndex } from '#core/vp/columns';
import type { BinHead, BinSink, GridFrame } from '#core/vp/frame';
import { SLOT_COLUMNS } from '#core/vp/vp-kernel';
import { VpPipeline, type VpPipelineOptions } from '#core/vp/vp-pipeline';
import { blockOf, engineEvent, goldenUnit, GOLDEN_INSTRUMENT, GOLDEN_PUBLISHER } from '#testdata/vp-golden';

const TICK = 250_000_000;
const SPOT = 21_500_000_000_000;
const NOON_NS = 1_770_379_200_000_000_000n;
const SECOND = 1e9;

const CONFIG = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, { n_absolute_ticks: 101, grid_radius_ticks: 5 });

interface Row {
  /** Seconds after noon. */
  s: number;
  action?: string;
  side?: string;
  ticks?: number;
  size?: number;
  id?: number;
  flags?: number;
}

function record({ s, action = 'A', side = 'B', ticks = 0, size = 10, id = 1, flags = 128 }: Row): MboRecord {
  const ts_ns = String(NOON_NS + BigInt(Math.round(s * 1000)) * 1_000_000n);
  const price_int = action === 'R' ? '9223372036854775807' : String(SPOT + ticks * TICK);
  return engineEvent({ ts_ns, action, side, price_int, size, order_id: String(id), flags });
}

/** A two-sided book at `s`, without a snapshot. */
function opening(s: number): MboRecord[] {
  return [record({ s, id: 1 }), record({ s, id: 2, side: 'A', ticks: 1 })];
}

function snapshot(s: number): MboRecord[] {
  return [
    record({ s, action: 'R', side: 'N', flags: 40 }),
    record({ s: s - 7200, id: 1, flags: 40 }),
    record({ s: s - 3600, id: 2, side: 'A', ticks: 1, flags: 168 }),
  ];
}

interface Run {
  pipeline: VpPipeline;
  heads: BinHead[];
  /** `last_event_id` of the spot row per bin. */
  touches: number[];
}

function run(records: readonly MboRecord[], options: Partial<VpPipelineOptions> = {}): Run {
  const pipeline = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT, ...options });
  const { sink, heads, touches } = collector();
  const block = blockOf(records);
  pipeline.process(block, 0, block.count, sink);
  pipeline.finish(sink);
  return { pipeline, heads, touches };
}

function collector(): { sink: BinSink; heads: BinHead[]; touches: number[] } {
  const heads: BinHead[] = [];
  const touches: number[] = [];
  const sink: BinSink = (head, frame) => {
    heads.push({ ...head, model: { ...head.model } });
    touches.push(frame.columns[columnIndex('last_event_id')][CONFIG.grid_radius_ticks]);
  };
  return { sink, heads, touches };
}

function secondsAfterNoon(run: Run, ns: number): number {
  return (Number(run.pipeline.timeBaseNs - NOON_NS) + ns) / SECOND;
}

const problemWith = (code: string): Error =>
  expect.objectContaining({ problem: expect.objectContaining({ code }) as unknown }) as Error;

describe('bins', () => {
  it('start at the first record, are half-open, and are closed one by one over a gap', () => {
    const r = run([...opening(0), record({ s: 0.1, id: 3 }), record({ s: 0.45, id: 4 })]);
    expect(r.heads.map((h) => [secondsAfterNoon(r, h.startNs), h.binSeq, h.eventCount, h.eventId])).toEqual([
      [0, 0, 2, 2],
      [0.1, 1, 1, 3],
      [0.2, 2, 0, 3],
      [0.3, 3, 0, 3],
      [0.4, 4, 1, 4],
    ]);
    expect(r.heads.every((h) => h.endNs - h.startNs === 1e8)).toBe(true);
  });

  it('start at the start time when there is one, and warm-up records touch without opening bins', () => {
    const emitAfterNs = NOON_NS + 10_000_000_000n;
    const warmupStartNs = NOON_NS + 5_000_000_000n;
    const records = [
      ...opening(0),
      record({ s: 6, id: 3, ticks: 1, side: 'A' }),
      record({ s: 10.25, id: 4 }),
    ];
    const r = run(records, { run: { warmupStartNs, emitAfterNs } });
    expect(r.heads.map((h) => [secondsAfterNoon(r, h.startNs), h.eventCount])).toEqual([
      [10, 0],
      [10.1, 0],
      [10.2, 1],
    ]);
    expect(r.touches).toEqual([3, 3, 3]);
  });

  it('see the book of the fast-forward, but none of its touches', () => {
    const emitAfterNs = NOON_NS + 10_000_000_000n;
    const warmupStartNs = NOON_NS + 9_000_000_000n;
    const far = [record({ s: 0, id: 1, ticks: -400 }), record({ s: 0, id: 2, side: 'A', ticks: -399 })];
    const moved = [
      record({ s: 1, id: 1, action: 'M' }),
      record({ s: 1, id: 2, action: 'M', side: 'A', ticks: 1, size: 7 }),
      record({ s: 2, id: 3, ticks: -500 }),
    ];
    const r = run([...far, ...moved, record({ s: 10, action: 'T', side: 'N' })], {
      run: { warmupStartNs, emitAfterNs },
    });
    expect(r.heads).toHaveLength(1);
    // Re-anchored at the end of the fast-forward: the first anchor would leave these prices without a slot.
    expect(r.heads[0].spotPriceInt).toBe(SPOT + TICK);
    expect(r.heads[0].anchorTick).toBe(SPOT / TICK + 1);
    expect(r.touches).toEqual([0]);
    // The order outside the second grid: the first, far from these prices, is no measure of them.
    expect(r.pipeline.anomalies()['out_of_range']).toBe(1);
  });

  it('take a late record into the open bin and count it', () => {
    const r = run([
      ...opening(0),
      record({ s: 0.15, id: 3 }),
      record({ s: 0.05, id: 4 }),
      record({ s: 0.16, id: 5 }),
    ]);
    expect(r.heads.map((h) => h.eventCount)).toEqual([2, 3]);
    expect(r.pipeline.anomalies()['late_ts']).toBe(1);
  });

  it('are not opened for the quiet hours between an opening snapshot and the first live record', () => {
    const r = run([...snapshot(0), record({ s: 3600.05, id: 3 }), record({ s: 3600.25, id: 4 })]);
    expect(r.heads.map((h) => [secondsAfterNoon(r, h.startNs), h.binSeq, h.eventCount])).toEqual([
      [3600, 0, 4],
      [3600.1, 1, 0],
      [3600.2, 2, 1],
    ]);
  });

  it('are opened for a pause of a minute after an opening snapshot, and for any pause that is not at the opening', () => {
    expect(run([...snapshot(0), record({ s: 60, id: 3 })]).heads).toHaveLength(601);
    expect(run([...snapshot(0), record({ s: 60.001, id: 3 })]).heads).toHaveLength(1);
    expect(run([...snapshot(0), record({ s: 1, id: 3 }), record({ s: 101, id: 4 })]).heads).toHaveLength(
      1011,
    );
    expect(run([...opening(0), record({ s: 100, id: 4 })]).heads).toHaveLength(1001);
    const emitAfterNs = NOON_NS + 1_000_000_000n;
    expect(run([...snapshot(0), record({ s: 101, id: 3 })], { run: { emitAfterNs } }).heads).toHaveLength(
      1001,
    );
  });

  it('close within a budget, and the rest of the block is taken up where it was left', () => {
    const records = [...opening(0), record({ s: 10, id: 3 }), record({ s: 10, id: 4 })];
    const block = blockOf(records);
    const pipeline = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT });
    const { sink, heads } = collector();
    const calls: number[] = [];
    for (let from = 0; from < block.count;) {
      from = pipeline.process(block, from, block.count, sink, 30);
      calls.push(from);
    }
    expect(calls).toEqual([2, 2, 2, 4]);
    expect(pipeline.finish(sink, 0)).toBe(false);
    expect(heads).toHaveLength(100);
    expect(pipeline.finish(sink, 1)).toBe(true);
    expect(pipeline.finish(sink, 1)).toBe(true);
    expect(heads.map((h) => h.binSeq)).toEqual(Array.from({ length: 101 }, (_, i) => i));
    expect(run(records).heads).toEqual(heads);
  });

  it('close within a budget also between the start time and a first record long after it', () => {
    const records = opening(10);
    const options = { instrumentId: GOLDEN_INSTRUMENT, run: { emitAfterNs: NOON_NS } };
    const block = blockOf(records);
    const pipeline = new VpPipeline(CONFIG, options);
    const { sink, heads } = collector();
    for (let from = 0; from < block.count;) from = pipeline.process(block, from, block.count, sink, 30);
    while (!pipeline.finish(sink, 30));
    expect(pipeline.diagnostics).toMatchObject({ events: 2, timelineBreak: undefined });
    expect(heads).toHaveLength(101);
    expect(run(records, options).heads).toEqual(heads);
  });

  it('can be opened by a stream that never has a second side: no prices, all ticks zero, the model goes on', () => {
    const r = run([record({ s: 0, id: 1 }), record({ s: 0.5, id: 2, ticks: -1 })]);
    expect(r.heads).toHaveLength(6);
    const last = r.heads[5];
    expect([last.midPrice, last.spotPriceInt, last.bestAskPriceInt, last.anchorTick]).toEqual([
      0,
      0,
      0,
      undefined,
    ]);
    expect(last.bestBidPriceInt).toBe(SPOT);
    expect(last.model.sampleCount).toBe(6);
  });
});

describe('the engine clock', () => {
  it('gives all records of a snapshot one time, that of its generation at the head of a stream', () => {
    const head = snapshot(0);
    head[0] = { ...head[0], tsEvent: NOON_NS - 86_400_000_000_000n };
    const r = run([...head, record({ s: 0.05, id: 3 })]);
    expect(r.heads.map((h) => [secondsAfterNoon(r, h.startNs), h.eventCount])).toEqual([[0, 4]]);
    expect(r.pipeline.anomalies()['late_ts']).toBe(0);
  });

  it('does not turn back for a snapshot in the middle of a stream', () => {
    const r = run([...opening(10), ...snapshot(9), record({ s: 10.01, id: 3 })]);
    expect(r.heads.map((h) => h.eventCount)).toEqual([6]);
    expect(r.pipeline.anomalies()['late_ts']).toBe(0);
  });

  it('is reported as an absolute time', () => {
    expect(new VpPipeline(CONFIG, { instrumentId: 1 }).marketTimeNs).toBeUndefined();
    const pipeline = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT });
    const block = blockOf([...opening(3), record({ s: 60, id: 3 })]);
    pipeline.process(block, 0, block.count - 1, () => undefined);
    expect(pipeline.marketTimeNs).toBe(NOON_NS + 3_000_000_000n);
    // In a quiet stretch it is the end of the bins closed so far.
    expect(pipeline.process(block, block.count - 1, block.count, () => undefined, 5)).toBe(block.count - 1);
    expect(pipeline.marketTimeNs).toBe(NOON_NS + 3_500_000_000n);
  });
});

describe('a fill that nothing explains', () => {
  it('is counted at the end of the data, once', () => {
    const fill = record({ s: 0.01, action: 'F', id: 1, size: 3, flags: 0 });
    const r = run([...opening(0), fill]);
    expect(r.pipeline.anomalies()['unused_credit']).toBe(1);
    r.pipeline.finish(() => undefined);
    expect(r.pipeline.anomalies()['unused_credit']).toBe(1);
    const explained = run([...opening(0), fill, record({ s: 0.01, action: 'C', id: 1, size: 3 })]);
    expect(explained.pipeline.anomalies()['unused_credit']).toBe(0);
  });
});

describe('a record far ahead', () => {
  const DAY = 86_400;
  const at = (s: number, id: number): MboRecord => record({ s, id });
  const damaged = (s: number, id: number): MboRecord => ({ ...at(s, id), tsRecv: at(0, 0).tsRecv });
  const jumps = (r: Run): number => r.pipeline.anomalies()['time_jump'];

  it.each([11 / (24 * 60), 2, 4, 400])('is left out where the next one is back: %s days', (days) => {
    const r = run([...opening(0), at(days * DAY, 3), at(0.05, 4), at(0.15, 5)]);
    expect(r.heads.map((h) => h.eventCount)).toEqual([3, 1]);
    expect(jumps(r)).toBe(1);
    expect(r.pipeline.anomalies()['late_ts']).toBe(0);
  });

  it('is taken where the next one confirms it, and the pause is filled with bins', () => {
    const r = run([...opening(0), at(3600, 3), at(3600.05, 4)]);
    expect(r.heads).toHaveLength(36_001);
    expect(r.heads.at(-1)).toMatchObject({ binSeq: 36_000, eventCount: 2 });
    expect(secondsAfterNoon(r, r.heads.at(-1)!.startNs)).toBe(3600);
    expect(jumps(r)).toBe(0);
  });

  it('is taken where the next one is further ahead, as in a sparse market', () => {
    const r = run([...opening(0), at(1000, 3), at(2000, 4), at(3000, 5)]);
    expect(r.heads).toHaveLength(30_001);
    expect(jumps(r)).toBe(0);
  });

  it('is decided by its time of receipt where none follows', () => {
    expect(run([...opening(0), at(1000, 3)]).heads).toHaveLength(10_001);
    const r = run([...opening(0), damaged(1000, 3)]);
    expect(r.heads).toHaveLength(1);
    expect(jumps(r)).toBe(1);
  });

  it('is held also within one bin', () => {
    const jumpNs = 1e7;
    const r = run([...opening(0), at(0.05, 3), at(0.001, 4)], { jumpNs });
    expect(jumps(r)).toBe(1);
    expect(run([...opening(0), at(0.05, 3), at(0.051, 4)], { jumpNs }).pipeline.diagnostics.events).toBe(4);
  });

  it('ends the timeline where the pause is too long for bins, and keeps everything before', () => {
    const tuesday = 4 * DAY;
    const r = run([...opening(0), at(0.25, 3), at(tuesday, 4), at(tuesday + 1, 5), at(0.3, 6)]);
    expect(r.heads.map((h) => h.eventCount)).toEqual([2, 0, 1]);
    expect(r.pipeline.diagnostics).toMatchObject({
      events: 3,
      timelineBreak: {
        lastNs: NOON_NS + 250_000_000n,
        nextNs: NOON_NS + BigInt(tuesday) * 1_000_000_000n,
        records: 3,
      },
    });
    expect(jumps(r)).toBe(0);
  });

  it('goes on over a pause of three days', () => {
    const slow = overrideRuntimeConfig(CONFIG, { cell_width_ms: 60_000 });
    const pipeline = new VpPipeline(slow, { instrumentId: GOLDEN_INSTRUMENT });
    const block = blockOf([...opening(0), at(3 * DAY, 3), at(3 * DAY, 4)]);
    let bins = 0;
    pipeline.process(block, 0, block.count, () => bins++);
    expect(bins).toBe(3 * 24 * 60);
    expect(pipeline.diagnostics.timelineBreak).toBeUndefined();
  });

  it('does not break a timeline that has no bins yet', () => {
    const emitAfterNs = NOON_NS + 4n * 86_400_000_000_000n;
    const warmupStartNs = emitAfterNs - 1_800_000_000_000n;
    const r = run([...opening(0), at(4 * DAY, 3), at(4 * DAY + 0.15, 4)], {
      run: { warmupStartNs, emitAfterNs },
    });
    expect(r.heads.map((h) => h.eventCount)).toEqual([1, 1]);
    const twoSnapshots = run([...snapshot(0), ...snapshot(5 * DAY), at(5 * DAY + 0.05, 3)]);
    expect(twoSnapshots.heads.map((h) => h.eventCount)).toEqual([7]);
    expect(secondsAfterNoon(twoSnapshots, twoSnapshots.heads[0].startNs)).toBe(5 * DAY);
  });

  it('is no matter of a snapshot, unless its time of receipt agrees', () => {
    const far = snapshot(2000);
    const agreed = run([...opening(0), ...far, at(2000, 5)]);
    expect(agreed.heads).toHaveLength(20_001);
    far[0] = { ...far[0], tsRecv: NOON_NS };
    const r = run([...opening(0), ...far, at(0.05, 5)]);
    expect(r.heads.map((h) => h.eventCount)).toEqual([6]);
  });
});

describe('the first record', () => {
  const rest = [...opening(0), record({ s: 0.3, id: 3 })];
  const first = { ...record({ s: 0, id: 9 }) };

  it.each([
    ['no time', { tsEvent: 2n ** 64n - 1n }],
    ['the time 0', { tsEvent: 0n }],
    ['a time long past', { tsEvent: 1n }],
    ['a time long past, received then', { tsEvent: 10n ** 18n, tsRecv: 10n ** 18n }],
    ['a time two days past', { tsEvent: NOON_NS - 172_800_000_000_000n }],
    ['a time two days ahead', { tsEvent: NOON_NS + 172_800_000_000_000n }],
    ['a time years ahead', { tsEvent: 2n ** 63n, tsRecv: 2n ** 63n }],
  ])('is not the origin when it has %s', (_, times) => {
    const r = run([{ ...first, ...times }, ...rest]);
    expect(r.heads).toHaveLength(4);
    expect(r.pipeline.anomalies()).toMatchObject({ time_jump: 1, late_ts: 0 });
    expect(r.pipeline.diagnostics.events).toBe(3);
    expect(r.pipeline.timeBaseNs).toBe(NOON_NS - (NOON_NS % 86_400_000_000_000n));
  });

  it('is the origin when the second one is damaged, and when a pause follows it', () => {
    const r = run([first, { ...record({ s: 0, id: 8 }), tsEvent: 0n }, ...rest]);
    expect(r.heads).toHaveLength(4);
    expect(r.pipeline.anomalies()).toMatchObject({ time_jump: 0, late_ts: 1 });
    expect(run([first, record({ s: 1000, id: 8 })]).heads).toHaveLength(10_001);
  });

  it('does not fix the time base when it is outside the session', () => {
    const limits = { sessionStartNs: NOON_NS, sessionEndNs: NOON_NS + 1_000_000_000n };
    const r = run([{ ...first, tsEvent: 1n }, ...rest], { run: limits });
    expect(r.pipeline.timeBaseNs).toBe(NOON_NS - (NOON_NS % 86_400_000_000_000n));
    expect(r.heads).toHaveLength(4);
  });

  it('is taken when it is the only one', () => {
    expect(run([first]).heads).toHaveLength(1);
  });
});

describe('the filter', () => {
  it('takes one instrument of one publisher and counts the rest', () => {
    const others = [
      { ...record({ s: 0, id: 7 }), instrumentId: GOLDEN_INSTRUMENT + 1 },
      { ...record({ s: 0, id: 8 }), publisherId: GOLDEN_PUBLISHER + 1 },
    ];
    const one = run([...opening(0), ...others], { publisherId: GOLDEN_PUBLISHER });
    expect(one.pipeline.diagnostics).toMatchObject({ events: 2, foreignRecords: 2 });
    const any = run([...opening(0), ...others]);
    expect(any.pipeline.diagnostics).toMatchObject({ events: 3, foreignRecords: 1 });
  });

  it('keeps to the session window, except for clears and snapshots', () => {
    const limits = { sessionStartNs: NOON_NS, sessionEndNs: NOON_NS + 1_000_000_000n };
    const records = [
      ...snapshot(-5),
      record({ s: -1, id: 3 }),
      record({ s: 0, id: 4 }),
      record({ s: 1, id: 5 }),
      record({ s: 2, action: 'R', side: 'N' }),
    ];
    const r = run(records, { run: limits });
    expect(r.pipeline.diagnostics).toMatchObject({ events: 5, outsideSession: 2 });
    expect(r.pipeline.book().orderCount).toBe(0);
  });

  it('ends the session in the middle of a bin', () => {
    const limits = { sessionStartNs: NOON_NS, sessionEndNs: NOON_NS + 50_000_000n };
    const r = run([...opening(0), record({ s: 0.049, id: 3 }), record({ s: 0.05, id: 4 })], { run: limits });
    expect(r.pipeline.diagnostics).toMatchObject({ events: 3, outsideSession: 1 });
  });

  it('refuses price levels in place of orders, but not trades with those flags', () => {
    for (const flags of [128 | 64, 128 | 16]) {
      const refused = () => run([...opening(0), record({ s: 0, id: 3, flags })]);
      expect(refused).toThrow(problemWith('vp/unsupported-feed'));
      expect(refused).toThrow('Record 2 (from 0)');
      expect(run([...opening(0), record({ s: 0, action: 'T', flags })]).heads).toHaveLength(1);
    }
  });

  it('refuses a start time that would open bins for days', () => {
    const emitAfterNs = NOON_NS - 30n * 86_400_000_000_000n;
    expect(() => run(opening(0), { run: { emitAfterNs } })).toThrow(problemWith('vp/start-too-early'));
  });
});

describe('labels', () => {
  it('have the golden values in every row', () => {
    const cases = goldenUnit('labels') as {
      ask_move_ticks: number;
      bid_move_ticks: number;
      ask_sign: number;
      bid_sign: number;
      microstate_id: number;
      state5_above: number;
      state5_center: number;
      state5_below: number;
      chase_up: number;
      chase_down: number;
    }[];
    for (const c of cases) {
      const moved = [
        ...[record({ s: 0, id: 1 }), record({ s: 0, id: 2, side: 'A', ticks: 20 })],
        record({ s: 0.15, id: 1, action: 'M', ticks: c.bid_move_ticks }),
        record({ s: 0.15, id: 2, action: 'M', side: 'A', ticks: 20 + c.ask_move_ticks }),
      ];
      const columns: Record<string, number[]> = {};
      const pipeline = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT });
      const keep = (_: BinHead, frame: GridFrame) => {
        for (const name of [
          'best_ask_move_ticks',
          'best_bid_move_ticks',
          'ask_reprice_sign',
          'bid_reprice_sign',
        ].concat(['microstate_id', 'state5_code', 'chase_up_flag', 'chase_down_flag'])) {
          columns[name] = Array.from(frame.columns[columnIndex(name)]);
        }
      };
      const block = blockOf(moved);
      pipeline.process(block, 0, block.count, keep);
      pipeline.finish(keep);
      const rows = (value: number) => Array.from({ length: 11 }, () => value);
      expect(columns).toEqual({
        best_ask_move_ticks: rows(c.ask_move_ticks),
        best_bid_move_ticks: rows(c.bid_move_ticks),
        ask_reprice_sign: rows(c.ask_sign),
        bid_reprice_sign: rows(c.bid_sign),
        microstate_id: rows(c.microstate_id),
        state5_code: [
          ...Array<number>(5).fill(c.state5_below),
          c.state5_center,
          ...Array<number>(5).fill(c.state5_above),
        ],
        chase_up_flag: rows(c.chase_up),
        chase_down_flag: rows(c.chase_down),
      });
    }
  });

  it('see no move where a side was empty in this bin or the one before', () => {
    const cancel = (s: number, id: number) => record({ s, id, action: 'C' });
    const r = run([
      ...opening(0),
      cancel(0.15, 1),
      record({ s: 0.25, id: 3, ticks: -3 }),
      cancel(0.35, 2),
      record({ s: 0.45, id: 4, side: 'A', ticks: 9 }),
      record({ s: 0.55, id: 5, side: 'A', ticks: 7 }),
      record({ s: 0.55, id: 6, ticks: -2 }),
    ]);
    expect(r.heads.map((h) => [h.bestBidMoveTicks, h.bestAskMoveTicks])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [1, -2],
    ]);
  });

  it('are filled in all rows when there is no spot', () => {
    const pipeline = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT });
    const block = blockOf([...opening(0), record({ s: 0.15, id: 1, action: 'C' })]);
    let rows: number[][] = [];
    const keep: BinSink = (_, frame) => {
      rows = ['k', 'microstate_id', 'add_mass', 'last_event_id'].map((name) =>
        Array.from(frame.columns[columnIndex(name)]),
      );
    };
    pipeline.process(block, 0, block.count, keep);
    pipeline.finish(keep);
    expect(rows[0]).toEqual([-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5]);
    expect(rows[1]).toEqual(Array(11).fill(4));
    expect(rows[2].concat(rows[3])).toEqual(Array(22).fill(0));
  });
});

describe('all slots of the grid', () => {
  it('hold the rows of the window, and reading them changes nothing', () => {
    const records = [...opening(0)];
    for (let i = 0; i < 300; i++) {
      records.push(
        record({ s: i * 0.03, id: 10 + i, side: i % 2 ? 'A' : 'B', ticks: i % 2 ? 1 + (i % 6) : -(i % 6) }),
      );
    }
    const n = CONFIG.n_absolute_ticks;
    const out = new Float64Array(SLOT_COLUMNS * n);
    const pipeline = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT, binByBin: true });
    const names = ['pressure_variant', 'vacuum_variant', 'add_mass', 'bid_depth', 'v_add', 'j_ask_depth'];
    const floats: number[][] = [];
    let compared = 0;
    const sink: BinSink = (head, frame) => {
      pipeline.readSlots(out);
      const centre = head.spotPriceInt / TICK - head.anchorTick! + (n >> 1);
      for (let r = 0; r < frame.rows; r++) {
        const slot = centre - 5 + r;
        for (const name of names) {
          const c = columnIndex(name) - 1;
          expect(out[c * n + slot]).toBe(frame.columns[c + 1][r]);
          if (frame.columns[c + 1][r] !== 0) compared++;
        }
        expect(out[(SLOT_COLUMNS - 1) * n + slot]).toBe(frame.columns[columnIndex('last_event_id')][r]);
      }
      floats.push(Array.from(frame.floats));
    };
    const block = blockOf(records);
    pipeline.process(block, 0, block.count, sink);
    expect(compared).toBeGreaterThan(100);
    const untouched: number[][] = [];
    const again = new VpPipeline(CONFIG, { instrumentId: GOLDEN_INSTRUMENT });
    again.process(block, 0, block.count, (_, frame) => untouched.push(Array.from(frame.floats)));
    expect(untouched).toEqual(floats);
  });

  it('can be read in part', () => {
    const { pipeline } = run(opening(0));
    const n = CONFIG.n_absolute_ticks;
    const all = new Float64Array(SLOT_COLUMNS * n);
    const part = new Float64Array(SLOT_COLUMNS * 4);
    pipeline.readSlots(all);
    pipeline.readSlots(part, 48, 4);
    for (let c = 0; c < SLOT_COLUMNS; c++) {
      expect(part.subarray(c * 4, c * 4 + 4)).toEqual(all.subarray(c * n + 48, c * n + 52));
    }
  });
});
