import { tableFromArrays, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FuturesGold } from '#core/velocity/futures-gold';
import { OptionPhysics } from '#core/velocity/option-physics';
import type { OptionSurface } from '#core/velocity/option-tables';
import { GOLDEN_CONFIG, runFutureOptions, runSpot } from '#core/velocity/testing/golden-runs';
import { VelocityStreamReader, type ReceivedWindow } from '#protocol/velocity-stream-reader';
import {
  velocityTransfers,
  VelocityStreamWriter,
  type VelocityMessage,
} from '#protocol/velocity-stream-writer';
import { expectedRows } from '#testdata/velocity-golden';

/** The golden session as messages, one list per window. */
const WINDOWS: readonly (readonly VelocityMessage[])[] = goldenMessages();

function goldenMessages(): VelocityMessage[][] {
  const surfaces = optionSurfaces();
  const gold = new FuturesGold(GOLDEN_CONFIG);
  const writer = new VelocityStreamWriter();
  const windows: VelocityMessage[][] = [];
  runSpot('futures_mbo', 'events', 'futures', (snap) => {
    const velocity = gold.physics(snap);
    if (velocity) gold.combine(velocity);
    const forecast = velocity && gold.forecast(velocity);
    windows.push(writer.write({ snap, velocity, options: surfaces.get(snap.endNs), forecast }));
  });
  return windows;
}

function optionSurfaces(): Map<bigint, OptionSurface> {
  const surfaces = new Map<bigint, OptionSurface>();
  let physics: OptionPhysics | undefined;
  runFutureOptions((window) => {
    if (!window.hasCells) return;
    physics ??= new OptionPhysics(GOLDEN_CONFIG, window, true);
    const u = new Float64Array(2 * window.grid.reach + 1);
    physics.process(window).surface(u);
    const relTicks = Array.from(u, (_, i) => window.relTicksOf(4 * i));
    surfaces.set(window.endNs, { endNs: window.endNs, anchor: window.anchor, relTicks, u });
  });
  return surfaces;
}

function read(messages: readonly VelocityMessage[]) {
  const windows: ReceivedWindow[] = [];
  const codes: string[] = [];
  let ends = 0;
  const reader = new VelocityStreamReader({
    onWindow: (window) => windows.push(window),
    onProblem: (problem) => codes.push(problem.code),
    onEnd: () => void (ends += 1),
  });
  for (const message of messages) reader.take(message);
  return { windows, codes, ends };
}

/** The messages of a window in which the one at an index is replaced. */
function replaced(index: number, ...by: VelocityMessage[]): VelocityMessage[] {
  const messages = [...WINDOWS[9]];
  messages.splice(index, 1, ...by);
  return messages;
}

describe('the velocity stream', () => {
  it('brings every window over as it was computed', () => {
    const { windows, codes, ends } = read([...WINDOWS.flat(), new VelocityStreamWriter().end()]);
    expect(codes).toEqual([]);
    expect(ends).toBe(1);
    const snaps = expectedRows('futures_book_snapshot_1s');
    expect(windows.map((w) => [String(w.endNs), String(w.anchor)])).toEqual(
      snaps.map((row) => [row['window_end_ts_ns'], row['spot_ref_price_int']]),
    );
    for (const row of expectedRows('options_surface')) {
      const { options } = windows.find((w) => String(w.endNs) === row['window_end_ts_ns'])!;
      const at = options.relTicks.indexOf(Number(row['rel_ticks']));
      expect(options.u[at]).toBeCloseTo(Number(row['liquidity_velocity']), 8);
    }
    for (const row of expectedRows('forecast')) {
      const { forecast } = windows.find((w) => String(w.endNs) === row['window_end_ts_ns'])!;
      const point = forecast[Number(row['horizon_s'])];
      expect(point.delta).toBe(Number(row['predicted_tick_delta']));
      expect(point.spotTick).toBe(Number(row['predicted_spot_tick']));
      expect(String(point.wallUp ?? '')).toBe(row['D_up']);
      expect(String(point.wallDown ?? '')).toBe(row['D_down']);
    }
  });

  it('has a dense velocity surface, asks first, and empty tables where nothing is known', () => {
    const { windows } = read(WINDOWS.flat());
    expect([windows[0].anchor, windows[0].velocity.relTicks.length, windows[0].forecast.length]).toEqual([
      0, 0, 0,
    ]);
    const { velocity, options, forecast } = windows[1];
    expect([velocity.relTicks.length, options.u.length, forecast.length]).toEqual([802, 21, 31]);
    expect([velocity.side[0], velocity.side[801], velocity.relTicks[0]]).toEqual([1, 0, -200]);
    for (const values of Object.values(velocity.fields)) expect(values.every(Number.isFinite)).toBe(true);
    expect(velocity.fields.kappa.every((kappa) => kappa > 0 && kappa <= 1)).toBe(true);
  });

  it('announces surfaces by text and hands its buffers over', () => {
    const [start, header] = WINDOWS[3].map((m) => (typeof m === 'string' ? (JSON.parse(m) as unknown) : m));
    const end = expectedRows('futures_book_snapshot_1s')[3]['window_end_ts_ns'];
    const surfaces = ['snap', 'velocity', 'options', 'forecast'];
    expect(start).toEqual({ type: 'batch_start', window_end_ts_ns: end, surfaces });
    expect(header).toEqual({ type: 'surface_header', surface: 'snap' });
    expect(new Set(velocityTransfers(WINDOWS[3])).size).toBe(4);
  });

  it('ignores types and surfaces that it does not know', () => {
    const extra = JSON.stringify({
      ...(JSON.parse(WINDOWS[9][0] as string) as object),
      surfaces: ['snap', 'mood', 'velocity', 'options', 'forecast'],
    });
    const messages = [...WINDOWS[9]];
    messages.splice(0, 1, extra, '{"type":"weather"}');
    messages.splice(4, 0, '{"type":"surface_header","surface":"mood"}', new Uint8Array([1, 2, 3]));
    expect(read(messages)).toMatchObject({ codes: [], windows: [{ bookValid: true }] });
  });
});

describe('a broken batch', () => {
  const header = (surface: string) => JSON.stringify({ type: 'surface_header', surface });
  const foreign = tableToIPC(tableFromArrays({ a: Int32Array.of(1) }), 'stream') as Uint8Array<ArrayBuffer>;

  it.each<[string, VelocityMessage[], string]>([
    ['Arrow without a header', replaced(1), 'stream/unexpected-arrow'],
    ['a header without Arrow', replaced(2), 'stream/missing-arrow'],
    ['surfaces in another order', replaced(1, header('velocity')), 'stream/surface-order'],
    ['text that is not JSON', replaced(1, '{'), 'stream/not-json'],
    ['a batch that does not say when', replaced(0, '{"type":"batch_start"}'), 'stream/bad-field'],
    ['Arrow that is none', replaced(2, new Uint8Array([1, 2, 3])), 'arrow/'],
    ['a table without its columns', replaced(2, foreign), 'velocity/missing-column'],
    ['a surface of another window', replaced(4, WINDOWS[8][4]), 'stream/other-window'],
    ['a batch that ends early', WINDOWS[9].slice(0, 5), 'stream/incomplete-batch'],
  ])('is reported once and not applied: %s', (_, messages, code) => {
    const { windows, codes } = read([...messages, ...WINDOWS[10]]);
    expect(codes).toHaveLength(1);
    expect(codes[0]).toContain(code);
    expect(windows.map((w) => w.endNs)).toEqual(read(WINDOWS[10]).windows.map((w) => w.endNs));
  });

  it('is never applied in part, whatever happens to its bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(2, 4, 6, 8),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (index, changes, cut) => {
          const bytes = (WINDOWS[9][index] as Uint8Array).slice();
          for (const [at, value] of changes) bytes[at % Math.min(bytes.length, 3000)] = value;
          const damaged = cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
          const { windows, codes } = read([...replaced(index, damaged), ...WINDOWS[10]]);
          expect(windows.length + codes.length).toBe(2);
          for (const { velocity } of windows) {
            // A damaged distance may lie off the grid; its row is dropped from all columns alike.
            const lengths = Object.values(velocity.fields).map(({ length }) => length);
            expect(new Set([velocity.relTicks.length, velocity.side.length, ...lengths]).size).toBe(1);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
