/**
 * The consumer's side of the velocity stream: takes messages in strict order and hands out a window when all of its
 * surfaces are there, or not at all. Source: velocity.md section 13.
 *
 *   batch_start, then (surface_header, Arrow) per surface; at the end stream_end
 */
import { fail, problem, toProblem, type Problem } from '#base/problem';
import { recordBatches } from '#core/arrow/arrow-reader';
import { checkIpcStream } from '#core/arrow/ipc-frames';
import { BatchColumns } from '#core/velocity/batch-columns';
import {
  SURFACE_SPECS,
  SURFACES,
  VELOCITY_FIELDS,
  type SurfaceName,
  type VelocityField,
} from '#protocol/velocity-surfaces';

/** Cells further from the anchor are dropped, ticks. */
const MAX_REL_TICKS = 400;

/** A whole window as the page has it. Prices are price_int. */
export interface ReceivedWindow {
  readonly endNs: bigint;
  readonly midPrice: number;
  readonly anchor: number;
  readonly bookValid: boolean;
  readonly velocity: {
    readonly relTicks: Int32Array;
    /** 0 bid, 1 ask. */
    readonly side: Uint8Array;
    readonly fields: Readonly<Record<VelocityField, Float64Array>>;
  };
  readonly options: { readonly relTicks: Int32Array; readonly u: Float64Array };
  readonly forecast: readonly ForecastPoint[];
}

export interface ForecastPoint {
  readonly horizonS: number;
  readonly spotTick: number;
  readonly delta: number;
  /** The same unrounded; `delta` where the sender does not state it. */
  readonly mean: number;
  readonly confidence: number;
  readonly runScoreUp: number;
  readonly runScoreDown: number;
  /** Ticks, `undefined` = no wall. */
  readonly wallUp: number | undefined;
  readonly wallDown: number | undefined;
}

export interface VelocityStreamEvents {
  onWindow(window: ReceivedWindow): void;
  /** A rule was broken: the window it happened in is not applied. */
  onProblem(problem: Problem): void;
  onEnd(): void;
}

const DECIMAL = /^\d{1,19}$/;
/** Senders of the published stream do not state it. */
const OPTIONAL_COLUMN = 'predicted_tick_mean';

interface Batch {
  readonly endNs: bigint;
  /** Surfaces still to come, in order. */
  readonly expected: string[];
  readonly tables: Map<SurfaceName, BatchColumns>;
}

export class VelocityStreamReader {
  #batch: Batch | undefined;
  /** The surface whose Arrow message comes next. */
  #header: string | undefined;
  /** The batch was broken: what is left of it is passed over. */
  #isSkipping = false;

  constructor(private readonly events: VelocityStreamEvents) {}

  /** Takes the next message. Never throws for what the sender did. */
  take(message: string | ArrayBuffer | Uint8Array): void {
    let window: ReceivedWindow | undefined;
    try {
      if (typeof message === 'string') this.#text(message);
      else window = this.#binary(message instanceof Uint8Array ? message : new Uint8Array(message));
    } catch (error) {
      this.#batch = undefined;
      this.#header = undefined;
      this.#isSkipping = true;
      this.events.onProblem(toProblem(error));
    }
    if (window) this.events.onWindow(window);
  }

  #text(text: string): void {
    const message = parseObject(text);
    const { type } = message;
    // Types of later versions are none of our business, wherever they stand.
    if (type !== 'batch_start' && type !== 'surface_header' && type !== 'stream_end') return;
    if (this.#header !== undefined) {
      fail('stream/missing-arrow', `The surface ${this.#header} came without its Arrow message.`);
    }
    if (type === 'surface_header') this.#announce(message);
    else {
      const left = this.#batch;
      this.#batch = undefined;
      this.#isSkipping = false;
      if (left) this.events.onProblem(incomplete(left));
      if (type === 'batch_start') this.#start(message);
      else this.events.onEnd();
    }
  }

  #start(message: Readonly<Record<string, unknown>>): void {
    const { window_end_ts_ns: end, surfaces } = message;
    if (typeof end !== 'string' || !DECIMAL.test(end)) {
      fail('stream/bad-field', 'window_end_ts_ns of a batch_start is no decimal text.');
    }
    if (!Array.isArray(surfaces) || !surfaces.every((s): s is string => typeof s === 'string')) {
      fail('stream/bad-field', 'surfaces of a batch_start is no list of names.');
    }
    for (const name of SURFACES) {
      if (!surfaces.includes(name))
        fail('stream/missing-surface', `A batch comes without the surface ${name}.`);
    }
    this.#batch = { endNs: BigInt(end), expected: [...surfaces], tables: new Map() };
  }

  #announce({ surface }: Readonly<Record<string, unknown>>): void {
    if (typeof surface !== 'string') fail('stream/bad-field', 'A surface_header names no surface.');
    if (this.#isSkipping) return;
    if (this.#batch?.expected[0] !== surface) {
      fail('stream/surface-order', `The surface ${surface} came out of order.`);
    }
    this.#header = surface;
  }

  /** @returns the window, where this was its last surface */
  #binary(bytes: Uint8Array): ReceivedWindow | undefined {
    if (this.#isSkipping) return undefined;
    const batch = this.#batch;
    if (!batch || this.#header === undefined) {
      return fail('stream/unexpected-arrow', 'An Arrow message came without its surface_header.');
    }
    const surface = SURFACES.find((name) => name === this.#header);
    this.#header = undefined;
    batch.expected.shift();
    if (surface) batch.tables.set(surface, readSurface(surface, bytes));
    if (batch.expected.length > 0) return undefined;
    this.#batch = undefined;
    return windowOf(batch);
  }
}

function incomplete({ endNs, expected }: Batch): Problem {
  return problem('stream/incomplete-batch', `The window that ends at ${endNs} lacks ${expected.join(', ')}.`);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('stream/not-json', 'A text message is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail('stream/not-json', 'A text message is no JSON object.');
  }
  return value as Record<string, unknown>;
}

/** @throws ProblemError `arrow/…`, `velocity/…`, `stream/many-batches` */
function readSurface(name: SurfaceName, bytes: Uint8Array): BatchColumns {
  checkIpcStream(bytes);
  const batches = [...recordBatches(bytes)];
  if (batches.length > 1) fail('stream/many-batches', `The surface ${name} has more than one record batch.`);
  if (batches.length === 0) fail('stream/no-schema', `The surface ${name} has no schema.`);
  const [batch] = batches;
  const columns = SURFACE_SPECS[name].columns.filter(
    (c) => c.name !== OPTIONAL_COLUMN || batch.getChild(OPTIONAL_COLUMN) !== null,
  );
  return new BatchColumns(batch, columns);
}

function windowOf({ endNs, tables }: Batch): ReceivedWindow {
  const [snap, velocity, options, forecast] = SURFACES.map((name) => tables.get(name)!);
  if (snap.rows !== 1) fail('stream/bad-snap', `The surface snap has ${snap.rows} rows instead of one.`);
  for (const table of [snap, velocity, options, forecast]) requireEnd(table, endNs);
  const cells = inReach(velocity);
  return {
    endNs,
    midPrice: snap.number('mid_price', 0),
    anchor: snap.number('spot_ref_price_int', 0),
    bookValid: snap.cell('book_valid', 0) === true,
    velocity: {
      relTicks: Int32Array.from(cells, (row) => velocity.number('rel_ticks', row)),
      side: Uint8Array.from(cells, (row) => (velocity.cell('side', row) === 'B' ? 0 : 1)),
      fields: Object.fromEntries(
        VELOCITY_FIELDS.map((name) => [name, Float64Array.from(cells, (row) => velocity.number(name, row))]),
      ) as Record<VelocityField, Float64Array>,
    },
    options: { relTicks: options.integers('rel_ticks'), u: options.floats('liquidity_velocity') },
    forecast: Array.from({ length: forecast.rows }, (_, row) => pointOf(forecast, row)),
  };
}

/** All surfaces of a batch are of its window. */
function requireEnd(table: BatchColumns, endNs: bigint): void {
  for (let row = 0; row < table.rows; row++) {
    if (table.big('window_end_ts_ns', row) !== endNs) {
      fail('stream/other-window', `A surface of the window that ends at ${endNs} is of another window.`);
    }
  }
}

function inReach(velocity: BatchColumns): number[] {
  return Array.from({ length: velocity.rows }, (_, row) => row).filter(
    (row) => Math.abs(velocity.number('rel_ticks', row)) <= MAX_REL_TICKS,
  );
}

function pointOf(forecast: BatchColumns, row: number): ForecastPoint {
  const wall = (name: string) => {
    const value = forecast.cell(name, row);
    return value === undefined ? undefined : Number(value);
  };
  const delta = forecast.number('predicted_tick_delta', row);
  const mean = forecast.cell(OPTIONAL_COLUMN, row);
  return {
    horizonS: forecast.number('horizon_s', row),
    spotTick: forecast.number('predicted_spot_tick', row),
    delta,
    mean: mean === undefined ? delta : Number(mean),
    confidence: forecast.number('confidence', row),
    runScoreUp: forecast.number('RunScore_up', row),
    runScoreDown: forecast.number('RunScore_down', row),
    wallUp: wall('D_up'),
    wallDown: wall('D_down'),
  };
}
