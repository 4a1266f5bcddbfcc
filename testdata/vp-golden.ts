/**
 * The golden streams of the vacuum–pressure engine (`fixtures/vp`): loading, and comparison under the tolerances
 * stated in their README. Used by the engine's own tests and by those of everything that emits its bins.
 */
import { parseRuntimeConfig, type VpRuntimeConfig } from '#core/config/runtime-config';
import { appendMbo, MboBlock, type MboRecord } from '#core/mbo/mbo-block';
import { GRID_COLUMNS } from '#core/vp/columns';
import type { RunLimits } from '#core/vp/bin-clock';
import type { BinHead, GridFrame } from '#core/vp/frame';
import type { IngestClock } from '#core/vp/ingest-clock';
import { anchorSlot } from '#core/vp/price-grid';
import { shapeOf } from '#core/vp/testing/shapes';
import { MECHANICS_COLUMNS, TickReader } from '#core/vp/tick-reader';
import {
  ASK_DEPTH,
  BID_DEPTH,
  EDGE,
  EDGE_NEVER,
  LAST_EVENT,
  LAST_NS,
  TICK_STRIDE,
} from '#core/vp/tick-state';
import type { VpEngine } from '#core/vp/vp-engine';
import { fixturePath, readJson, readNdjson, readText } from '#testdata/fixtures';

export const GOLDEN_PUBLISHER = 1;
export const GOLDEN_INSTRUMENT = 42;
export const VP_GOLDEN_SETS = ['edge', 'small', 'medium'] as const;
export type VpGoldenName = (typeof VP_GOLDEN_SETS)[number];

type Json = Record<string, unknown>;

interface Tolerance {
  rtol: number;
  atol: Record<string, number>;
  'min_fraction_flow_score_within_1e-7': number;
}

/** State of one tick in `final_state` and `trace`: `idx`, `tick_abs`, `last_ts_ns`, `last_event_id`, 26 floats. */
export type GoldenTick = Record<string, number | string>;

export interface GoldenState {
  anchor_tick_idx: number;
  order_count: number;
  best_bid_price_int: string;
  best_ask_price_int: string;
}

export interface GoldenFinalState extends GoldenState {
  event_count: number;
  ticks: GoldenTick[];
}

export interface GoldenTraceRow extends GoldenState {
  event_id: number;
  ts_ns: string;
  mid_price: number;
  spot_ref_price_int: string;
  book_valid: boolean;
  touched: GoldenTick[];
}

/** One bin as it is compared: the wire message (extra keys allowed) and the columns by name. */
export interface GoldenBin {
  message: Readonly<Json>;
  columns: Readonly<Record<string, ArrayLike<number>>>;
}

type ReferenceBin = Json & { sums: Record<string, [number, number, number]> };

export interface VpGoldenSet {
  readonly name: VpGoldenName;
  readonly config: VpRuntimeConfig;
  readonly limits: RunLimits;
  readonly tolerance: Tolerance;
  readonly bins: readonly ReferenceBin[];
  /** Stored rows by `bin_seq`; every bin has sums, not every bin has rows. */
  readonly rows: ReadonlyMap<number, Record<string, number[]>>;
  readonly finalState: GoldenFinalState;
}

export function loadVpGolden(name: VpGoldenName): VpGoldenSet {
  const path = (file: string) => fixturePath('vp', name, file);
  const meta = readJson<{ config: Json; run: { warmup_start_ns: string; emit_after_ns: string } }>(
    path('meta.json'),
  );
  const grid = readNdjson<{ bin_seq: number; cols: Record<string, number[]> }>(path('grid.ndjson.gz'));
  return {
    name,
    config: parseRuntimeConfig(meta.config),
    limits: {
      warmupStartNs: BigInt(meta.run.warmup_start_ns),
      emitAfterNs: BigInt(meta.run.emit_after_ns),
    },
    tolerance: readJson<Tolerance>(path('tolerance.json')),
    bins: readNdjson<ReferenceBin>(path('bins.ndjson.gz')),
    rows: new Map(grid.map((row) => [row.bin_seq, row.cols])),
    finalState: readJson<GoldenFinalState>(path('final_state.json.gz')),
  };
}

/** Engine states after each completed event of the head of `small`, without bins and their passive advance. */
export function loadVpTrace(): GoldenTraceRow[] {
  return readNdjson<GoldenTraceRow>(fixturePath('vp', 'small', 'trace.ndjson.gz'));
}

/** An engine event (vacuum-pressure.md section 2.2) as a record; `ts_recv` equals `ts_event`. */
export function engineEvent(e: {
  ts_ns: string;
  action: string;
  side: string;
  price_int: string;
  size: number | string;
  order_id: string;
  flags: number | string;
}): MboRecord {
  return {
    publisherId: GOLDEN_PUBLISHER,
    instrumentId: GOLDEN_INSTRUMENT,
    tsEvent: BigInt(e.ts_ns),
    orderId: BigInt(e.order_id),
    price: BigInt(e.price_int),
    size: Number(e.size),
    flags: Number(e.flags),
    channelId: 0,
    action: e.action.charCodeAt(0),
    side: e.side.charCodeAt(0),
    tsRecv: BigInt(e.ts_ns),
    tsInDelta: 0,
    sequence: 0,
  };
}

export function blockOf(records: readonly MboRecord[]): MboBlock {
  const block = MboBlock.withCapacity(records.length);
  for (const record of records) appendMbo(block, record);
  return block;
}

/** The events of a set as one block. */
export function goldenEvents(name: VpGoldenName): MboBlock {
  const [header, ...lines] = readText(fixturePath('vp', name, 'events.csv.gz'))
    .trimEnd()
    .split('\n');
  if (header !== 'ts_ns,action,side,price_int,size,order_id,flags')
    throw new Error(`unexpected header ${header}`);
  return blockOf(
    lines.map((line) => {
      const [ts_ns, action, side, price_int, size, order_id, flags] = line.split(',');
      return engineEvent({ ts_ns, action, side, price_int, size, order_id, flags });
    }),
  );
}

/** A file of `unit`; its README gives the shape. */
export function goldenUnit(name: string): unknown {
  return readJson(
    fixturePath('vp', 'unit', name === 'engine_scenarios' ? `${name}.json.gz` : `${name}.json`),
  );
}

/** What a sink was given, as a bin to compare; nothing of it is kept. */
export function goldenBin(head: Readonly<BinHead>, frame: GridFrame, timeBaseNs: bigint): GoldenBin {
  const ns = (t: number) => (timeBaseNs + BigInt(t)).toString();
  const { model } = head;
  const message: Json = {
    type: 'grid_update',
    ts_ns: ns(head.endNs),
    bin_seq: head.binSeq,
    bin_start_ns: ns(head.startNs),
    bin_end_ns: ns(head.endNs),
    bin_event_count: head.eventCount,
    event_id: head.eventId,
    mid_price: head.midPrice,
    spot_ref_price_int: String(head.spotPriceInt),
    best_bid_price_int: String(head.bestBidPriceInt),
    best_ask_price_int: String(head.bestAskPriceInt),
    book_valid: head.bookValid,
    state_model_name: 'derivative',
    state_model_score: model.score,
    state_model_ready: model.ready,
    state_model_sample_count: model.sampleCount,
    state_model_base: model.base,
    state_model_d1: model.d1,
    state_model_d2: model.d2,
    state_model_d3: model.d3,
    state_model_z1: model.z1,
    state_model_z2: model.z2,
    state_model_z3: model.z3,
    state_model_bull_intensity: model.bullIntensity,
    state_model_bear_intensity: model.bearIntensity,
    state_model_mixed_intensity: model.mixedIntensity,
    state_model_dominant_state5_code: model.dominantState5Code,
    best_ask_move_ticks: head.bestAskMoveTicks,
    best_bid_move_ticks: head.bestBidMoveTicks,
    microstate_id: head.microstateId,
    order_count: head.orderCount,
    anchor_tick_idx: head.anchorTick ?? -1,
  };
  const columns = Object.fromEntries(GRID_COLUMNS.map((c, i) => [c.name, frame.columns[i]]));
  return { message, columns };
}

const MECHANICS = GRID_COLUMNS.filter((c) => c.type === 'float64').slice(0, MECHANICS_COLUMNS);

/** Every tick that was touched or holds depth, as in `final_state`, ascending. */
export function liveTicks(engine: VpEngine, config: VpRuntimeConfig, clock: IngestClock): GoldenTick[] {
  const { ticks, grid } = engine;
  const live: GoldenTick[] = [];
  for (let slot = 0; slot < ticks.slots; slot++) {
    const o = slot * TICK_STRIDE;
    const [bid, ask, edge] = [BID_DEPTH, ASK_DEPTH, EDGE].map((field) => ticks.state[o + field]);
    if (edge !== EDGE_NEVER || bid !== 0 || ask !== 0) live.push(describeTick(engine, config, clock, slot));
  }
  return grid.isAnchored ? live : [];
}

export function describeTick(
  engine: VpEngine,
  config: VpRuntimeConfig,
  clock: IngestClock,
  slot: number,
): GoldenTick {
  const { ticks, grid } = engine;
  const reader = new TickReader(ticks, shapeOf(config).forces);
  const floats = new Float64Array(MECHANICS_COLUMNS);
  const state = new Float64Array(TICK_STRIDE);
  reader.read(slot, floats, 0, 1);
  ticks.peek(slot, state);
  const lastNs = state[LAST_NS];
  return {
    idx: slot,
    tick_abs: grid.anchorTick - anchorSlot(ticks.slots) + slot,
    last_ts_ns: Number.isNaN(lastNs) ? '0' : clock.toEpoch(lastNs).toString(),
    last_event_id: state[LAST_EVENT],
    ...Object.fromEntries(MECHANICS.map((column, c) => [column.name, floats[c]])),
  };
}

/** Keys of a reference bin that are no part of the wire message; compared only where the bin has them. */
const EXTRA_KEYS = new Set([
  'best_ask_move_ticks',
  'best_bid_move_ticks',
  'ask_reprice_sign',
  'bid_reprice_sign',
  'microstate_id',
  'chase_up_flag',
  'chase_down_flag',
  'order_count',
  'anchor_tick_idx',
]);

const MAX_FAILURES = 20;

/** Collects every violation of the comparison rules; a test asserts that there are none. */
export class GoldenComparer {
  readonly failures: string[] = [];
  /** Cells whose rows were compared. */
  cells = 0;
  private failed = 0;
  private bins = 0;
  private flowCells = 0;
  private flowClose = 0;

  constructor(private readonly set: VpGoldenSet) {}

  bin(bin: GoldenBin): void {
    const reference = this.set.bins[this.bins++];
    if (reference === undefined) {
      this.fail(`bin ${this.bins - 1}: the reference ends before it`);
      return;
    }
    const at = `bin ${this.bins - 1}`;
    this.message(at, bin.message, reference);
    this.sums(at, bin.columns, reference.sums);
    const rows = this.set.rows.get(this.bins - 1);
    if (rows) this.rows(at, bin.columns, rows);
  }

  /** Compares the fields of one tick that the reference names. */
  tick(at: string, actual: Readonly<Record<string, number | string>>, expected: GoldenTick): void {
    for (const [name, value] of Object.entries(expected)) {
      const got = actual[name];
      if (typeof value === 'number' && name in this.set.tolerance.atol) {
        if (typeof got !== 'number' || !this.isClose(name, got, value))
          this.fail(`${at} ${name}: ${got}, expected ${value}`);
      } else if (got !== value) {
        this.fail(`${at} ${name}: ${got}, expected ${value}`);
      }
    }
  }

  equal(at: string, actual: unknown, expected: unknown): void {
    if (actual !== expected) this.fail(`${at}: ${String(actual)}, expected ${String(expected)}`);
  }

  /** Call after the last bin: the first violations in words, empty when the stream passes. */
  finish(): string[] {
    this.equal('number of bins', this.bins, this.set.bins.length);
    const share = this.flowCells === 0 ? 1 : this.flowClose / this.flowCells;
    const least = this.set.tolerance['min_fraction_flow_score_within_1e-7'];
    if (share < least) this.fail(`flow_score: ${share} of the cells within 1e-7, expected ${least}`);
    return this.failed === 0 ? [] : [`${this.failed} violations`, ...this.failures];
  }

  private message(at: string, message: Readonly<Json>, reference: ReferenceBin): void {
    for (const [key, expected] of Object.entries(reference)) {
      if (key === 'sums' || (EXTRA_KEYS.has(key) && !(key in message))) continue;
      const actual = message[key];
      const isFloat = typeof expected === 'number' && (key === 'mid_price' || isModelFloat(key));
      if (!isFloat) this.equal(`${at} ${key}`, actual, expected);
      else if (!(
        typeof actual === 'number' && Math.abs(actual - expected) <= 1e-9 * Math.abs(expected) + 1e-9
      )) {
        this.fail(`${at} ${key}: ${String(actual)}, expected ${expected}`);
      }
    }
  }

  private sums(at: string, columns: GoldenBin['columns'], sums: ReferenceBin['sums']): void {
    const rows = 2 * this.set.config.grid_radius_ticks + 1;
    for (const [name, [plain, weighted, absolute]] of Object.entries(sums)) {
      const column = columns[name];
      let x = 0;
      let wx = 0;
      let ax = 0;
      for (let r = 0; r < rows; r++) {
        x += column[r];
        wx += (r + 1) * column[r];
        ax += Math.abs(column[r]);
      }
      const atol = this.set.tolerance.atol[name];
      const near = atol === undefined ? 0 : 1e-9 * absolute + rows * atol;
      const farther = atol === undefined ? 0 : 1e-9 * rows * absolute + rows * rows * atol;
      if (!(Math.abs(x - plain) <= near)) this.fail(`${at} Σ ${name}: ${x}, expected ${plain}`);
      if (!(Math.abs(wx - weighted) <= farther))
        this.fail(`${at} Σ (k+R+1) ${name}: ${wx}, expected ${weighted}`);
      if (!(Math.abs(ax - absolute) <= near)) this.fail(`${at} Σ |${name}|: ${ax}, expected ${absolute}`);
    }
  }

  private rows(at: string, columns: GoldenBin['columns'], reference: Record<string, number[]>): void {
    const threshold = this.set.config.flow_neutral_threshold;
    for (const { name } of GRID_COLUMNS) {
      const expected = reference[name];
      const actual = columns[name];
      this.equal(`${at} ${name} length`, actual.length, expected.length);
      for (let r = 0; r < expected.length; r++) {
        this.cells++;
        if (name === 'flow_score') {
          this.flowCells++;
          if (Math.abs(actual[r] - expected[r]) <= 1e-7) this.flowClose++;
        }
        const nearThreshold =
          name === 'flow_state_code' &&
          Math.abs(Math.abs(reference['flow_score'][r]) - threshold) <= this.set.tolerance.atol['flow_score'];
        if (!nearThreshold && !this.isClose(name, actual[r], expected[r])) {
          this.fail(`${at} row ${r} ${name}: ${actual[r]}, expected ${expected[r]}`);
        }
      }
    }
  }

  /** Columns without a tolerance are integers and compared exactly. */
  private isClose(name: string, actual: number, expected: number): boolean {
    const { rtol, atol } = this.set.tolerance;
    const absolute = atol[name];
    if (absolute === undefined) return actual === expected;
    return Math.abs(actual - expected) <= rtol * Math.abs(expected) + absolute;
  }

  private fail(text: string): void {
    this.failed++;
    if (this.failures.length < MAX_FAILURES) this.failures.push(text);
  }
}

function isModelFloat(key: string): boolean {
  return key.startsWith('state_model_') && !/(ready|sample_count|dominant_state5_code|name)$/.test(key);
}
