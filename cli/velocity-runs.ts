/** Captures through the velocity pipeline, window by window, into the tables that are wanted. */
import { problem, type Problem } from '#base/problem';
import type { InstrumentKey } from '#core/capture/capture-types';
import { RTYPE } from '#core/dbn/rtype';
import type { MboBlock } from '#core/mbo/mbo-block';
import { BRONZE_CMBP1, BRONZE_OPTION_MBO, optionRecords, quoteRecords } from '#core/velocity/bronze-tables';
import { FuturesGold } from '#core/velocity/futures-gold';
import type { OptionDefinitions } from '#core/velocity/option-definitions';
import { OptionPhysics } from '#core/velocity/option-physics';
import { OptionSilver } from '#core/velocity/option-silver';
import {
  OPTION_SNAPSHOT,
  OPTION_SURFACE,
  optionDepth,
  optionPhysics,
  type OptionGold,
} from '#core/velocity/option-tables';
import type { OptionWindow } from '#core/velocity/option-window';
import type { PhysicsFrame } from '#core/velocity/physics-fields';
import { QuoteSilver } from '#core/velocity/quote-silver';
import { ReliabilityTable } from '#core/velocity/reliability';
import { equityGrid, futuresGrid, SpotSilver } from '#core/velocity/spot-silver';
import {
  COMBINED,
  equityPhysics,
  FORECAST,
  FUTURES_PHYSICS,
  RELIABILITY,
  SPOT_DEPTH,
  SPOT_SNAPSHOT,
} from '#core/velocity/spot-tables';
import type { SpotWindow } from '#core/velocity/spot-window';
import type { TableSpec } from '#core/velocity/table-spec';
import type { TimeRange } from '#core/velocity/time-range';
import type { VelocityConfig } from '#core/velocity/velocity-config';
import type { WindowClock } from '#core/velocity/window-clock';
import type { CaptureRun } from '#cli/capture';
import { endsTheDay } from '#cli/velocity-inputs';
import type { Product, TableName, TableSet } from '#cli/velocity-tables';

/** Windows between two writes. */
const WINDOWS_PER_WRITE = 8;
const DAY_NS = 86_400_000_000_000n;

/** What a run came to. */
export interface RunResult {
  readonly windows: number;
  readonly warnings: readonly Problem[];
  /** The rest of the capture was left out. */
  readonly cut: boolean;
}

/** A window of the underlying, as options need it. */
export interface SpotPoint {
  readonly endNs: bigint;
  readonly anchor: number;
}

/** The tables of each product. Parameters of the rows are not needed for the columns. */
export function tablesOf(product: Product, config: VelocityConfig): ReadonlyMap<TableName, TableSpec<never>> {
  const all = (entries: readonly (readonly [TableName, { columns: unknown }])[]) =>
    new Map(entries) as unknown as ReadonlyMap<TableName, TableSpec<never>>;
  switch (product) {
    case 'future_mbo':
      return all([
        ['book_snapshot_1s', SPOT_SNAPSHOT],
        ['depth_and_flow_1s', SPOT_DEPTH],
        ['physics_surface_1s', FUTURES_PHYSICS],
        ['combined_field', COMBINED],
        ['forecast_1s', FORECAST],
        ['forecast_reliability', RELIABILITY],
      ]);
    case 'equity_mbo':
      return all([
        ['book_snapshot_1s', SPOT_SNAPSHOT],
        ['depth_and_flow_1s', SPOT_DEPTH],
        ['physics_surface_1s', equityPhysics(config)],
      ]);
    case 'future_option_mbo':
    case 'equity_option_mbo': {
      const hasOrders = product === 'future_option_mbo';
      return all([
        ['book_snapshot_1s', OPTION_SNAPSHOT],
        ['depth_and_flow_1s', optionDepth(hasOrders)],
        ['physics_surface_1s', optionPhysics(hasOrders)],
        ['options_surface', OPTION_SURFACE],
      ]);
    }
  }
}

/** Told what a run comes across. */
export interface SpotListener {
  readonly onWindow: (window: SpotWindow) => void;
  readonly onBlock?: (block: MboBlock) => void;
  readonly settle: () => Promise<void>;
}

/** Takes the records of one instrument through silver. */
export async function runSpot(
  run: CaptureRun,
  instrument: InstrumentKey,
  product: 'future_mbo' | 'equity_mbo',
  config: VelocityConfig,
  range: TimeRange,
  { onBlock, onWindow, settle }: SpotListener,
): Promise<RunResult> {
  const grid = product === 'future_mbo' ? futuresGrid(config) : equityGrid(config);
  const silver = new SpotSilver(config.window_ns, grid, { range, skipQuietStart: range.startNs < 0n });
  let windows = 0;
  let cut = false;
  const sink = (window: SpotWindow): void => {
    windows++;
    onWindow(window);
  };
  try {
    for await (const part of run.parts({ instrument })) {
      if (part.kind !== 'mbo') continue;
      const { block } = part;
      onBlock?.(block);
      for (let at = 0; at < block.count;) {
        at = silver.process(block, at, block.count, sink, WINDOWS_PER_WRITE);
        await settle();
      }
    }
  } catch (error) {
    if (!endsTheDay(error)) throw error;
    run.warn(error.problem);
    cut = true;
  }
  silver.finish(sink);
  await settle();
  return { windows, cut, warnings: spotWarnings(silver, grid.stepInt) };
}

function spotWarnings(silver: SpotSilver, stepInt: number): Problem[] {
  const warnings: Problem[] = [];
  if (silver.offStep > 0) {
    warnings.push(
      problem(
        'velocity/off-step',
        `${silver.offStep} prices of windows are no whole number of ticks and were left out.`,
        {
          tip: `The tick is futures.tick_int of the configuration, ${stepInt} now.`,
        },
      ),
    );
  }
  const book = silver.state?.book;
  if (book && book.aggregatedRecords > 0) {
    warnings.push(
      problem('velocity/aggregated', `${book.aggregatedRecords} records are sums of levels and no orders.`, {
        tip: 'The book is built from order-by-order data.',
      }),
    );
  }
  return [...warnings, ...clockWarnings(silver.clock)];
}

function clockWarnings({ damaged, late }: WindowClock): Problem[] {
  const warnings: Problem[] = [];
  if (damaged > 0) {
    const text = `${damaged} records have no time or one that cannot be, and were left out.`;
    warnings.push(problem('velocity/damaged-times', text));
  }
  if (late > 0) {
    warnings.push(
      problem('velocity/late-records', `${late} records came after their window had been closed.`, {
        tip: 'Files that overlap in time are read one after the other; join them in order of time first.',
      }),
    );
  }
  return warnings;
}

/** Appends what follows from each window of a future. */
export class FuturesTables {
  readonly #gold: FuturesGold;
  readonly #reliability: ReliabilityTable;

  constructor(
    config: VelocityConfig,
    private readonly tables: TableSet,
  ) {
    this.#gold = new FuturesGold(config);
    this.#reliability = new ReliabilityTable(config.window_ns);
  }

  add(window: SpotWindow): void {
    const { tables } = this;
    tables.append('book_snapshot_1s', SPOT_SNAPSHOT, window);
    tables.append('depth_and_flow_1s', SPOT_DEPTH, window);
    if (!tables.wants('physics_surface_1s', 'combined_field', 'forecast_1s', 'forecast_reliability')) return;
    const frame = this.#gold.physics(window);
    if (frame) this.addFrame(frame);
  }

  addFrame(frame: PhysicsFrame): void {
    const { tables } = this;
    const gold = this.#gold;
    tables.append('physics_surface_1s', FUTURES_PHYSICS, frame);
    if (!tables.wants('combined_field', 'forecast_1s', 'forecast_reliability')) return;
    gold.combine(frame);
    tables.append('combined_field', COMBINED, { field: gold.field, drift: gold.drift });
    if (!tables.wants('forecast_1s', 'forecast_reliability')) return;
    const forecast = gold.forecast(frame);
    tables.append('forecast_1s', FORECAST, forecast);
    if (tables.wants('forecast_reliability')) this.#reliability.add(forecast);
  }

  finish(): void {
    this.tables.append('forecast_reliability', RELIABILITY, this.#reliability.rows());
  }
}

export function addEquityWindow(tables: TableSet, config: VelocityConfig): (window: SpotWindow) => void {
  const physics = equityPhysics(config);
  return (window) => {
    tables.append('book_snapshot_1s', SPOT_SNAPSHOT, window);
    tables.append('depth_and_flow_1s', SPOT_DEPTH, window);
    tables.append('physics_surface_1s', physics, window);
  };
}

/** Takes the records of all options through silver and gold, on the windows of their underlying. */
export async function runOptions(
  run: CaptureRun,
  product: 'future_option_mbo' | 'equity_option_mbo',
  config: VelocityConfig,
  definitions: OptionDefinitions,
  spots: readonly SpotPoint[],
  tables: TableSet,
): Promise<RunResult> {
  const { endNs } = spots[0];
  const baseNs = endNs - (endNs % DAY_NS);
  const hasOrders = product === 'future_option_mbo';
  const books = new OptionSilver(config, definitions, baseNs);
  const quotes = new QuoteSilver(config, definitions, baseNs);
  const add = optionTables(config, hasOrders, tables);
  const silver = hasOrders ? books : quotes;
  const close = (spot: SpotPoint): void => add(silver.close(spot.endNs, spot.anchor));
  let done = 0;
  let cut = false;
  try {
    for await (const part of run.parts()) {
      if (done === spots.length) break;
      const isQuotes = part.kind === 'records' && part.rtype === RTYPE.cmbp1;
      if (hasOrders ? part.kind !== 'mbo' : !isQuotes) continue;
      if (part.kind === 'mbo')
        tables.append('mbo', BRONZE_OPTION_MBO, optionRecords(part.block, definitions));
      else if (part.kind === 'records')
        tables.append('cmbp_1', BRONZE_CMBP1, quoteRecords(part, definitions));
      const count = part.kind === 'mbo' ? part.block.count : part.kind === 'records' ? part.count : 0;
      for (let at = 0; at < count && done < spots.length;) {
        const spot = spots[done];
        if (part.kind === 'mbo') at = books.process(part.block, at, count, spot.endNs);
        else if (part.kind === 'records')
          at = quotes.process({ ...part, stride: part.recordBytes }, at, spot.endNs);
        if (at === count) break;
        close(spot);
        done++;
        if (done % WINDOWS_PER_WRITE === 0) await tables.settle();
      }
    }
  } catch (error) {
    if (!endsTheDay(error)) throw error;
    run.warn(error.problem);
    cut = true;
  }
  for (; done < spots.length; done++) {
    close(spots[done]);
    if (done % WINDOWS_PER_WRITE === 0) await tables.settle();
  }
  return { windows: spots.length, cut, warnings: clockWarnings(silver.clock) };
}

function optionTables(
  config: VelocityConfig,
  hasOrders: boolean,
  tables: TableSet,
): (window: OptionWindow) => void {
  const depth = optionDepth(hasOrders);
  const physicsTable = optionPhysics(hasOrders);
  let physics: OptionPhysics | undefined;
  return (window) => {
    tables.append('book_snapshot_1s', OPTION_SNAPSHOT, window);
    tables.append('depth_and_flow_1s', depth, window);
    if (!window.hasCells || !tables.wants('physics_surface_1s', 'options_surface')) return;
    physics ??= new OptionPhysics(config, window, hasOrders);
    const gold: OptionGold = { window, frame: physics.process(window) };
    tables.append('physics_surface_1s', physicsTable, gold);
    const u = new Float64Array(2 * window.grid.reach + 1);
    gold.frame.surface(u);
    const relTicks = Array.from(u, (_, i) => (i - window.grid.reach) * window.grid.relPerStrike);
    tables.append('options_surface', OPTION_SURFACE, {
      endNs: window.endNs,
      anchor: window.anchor,
      relTicks,
      u,
    });
  };
}
