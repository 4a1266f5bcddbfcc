import { fail } from '#base/problem';
import { FEATURE_KINDS, type FeatureKind } from '#core/sim/feature-kinds';

export interface SimulatedInstrument {
  readonly symbol: string;
  /** Name of the data set in the metadata, at most 16 characters. */
  readonly dataset: string;
  readonly instrumentId: number;
  readonly publisherId: number;
  readonly channelId: number;
  /** Smallest price step, in 1e-9 currency units. */
  readonly tickInt: number;
}

/** One thing to happen. What each kind does, and what `scale` and the duration mean to it: `features/`. */
export interface ScheduledFeature {
  readonly kind: FeatureKind;
  /** Seconds after the start. It begins later if an earlier feature is still going on. */
  readonly atSeconds: number;
  /** Side of the resting orders concerned; drawn where absent and the kind needs one. */
  readonly side?: 'bid' | 'ask';
  /** Multiplies the size of the thing; default 1. */
  readonly scale?: number;
  /** Replaces the usual duration of kinds that last. */
  readonly durationSeconds?: number;
}

/** Everything that decides the output: equal options give equal bytes. */
export interface SimulatorOptions {
  /** Whole number in [0, 2^53). */
  readonly seed: number;
  /** Start of the simulation = time of the opening snapshot, ns since 1970 UTC. */
  readonly startNs: bigint;
  readonly durationSeconds: number;
  readonly instrument: SimulatedInstrument;
  /** First mid price, in 1e-9 currency units, a whole number of ticks; the best ask opens here, the bid one tick below. */
  readonly startPriceInt: number;
  /** Mean records per second of the background flow; features come on top. */
  readonly rate: number;
  /** Resting orders at a busy level near the touch. */
  readonly depthOrders: number;
  /** 0 = steady; 1 = strong swings of activity and of direction. */
  readonly volatility: number;
  /** How a partly filled order is reported after its F: C with the filled quantity or M with the rest. */
  readonly partialFill: 'cancel' | 'modify';
  readonly schedule: readonly ScheduledFeature[];
  /** Mean number per minute of features at random times, drawn from the kinds switched on. */
  readonly randomFeaturesPerMinute: number;
  /** Switches by kind; a kind that is off is neither drawn nor taken from the schedule. */
  readonly features: Readonly<Record<FeatureKind, boolean>>;
  /** The stream ends before the event that would exceed this many records. */
  readonly recordLimit: number;
}

/** Ticks on each side of the start price within which orders can rest. */
export const HALF_BAND_TICKS = 4096;

/** 2026-10-06T14:00:00Z. */
export const DEFAULT_START_NS = 1791295200000000000n;

/** Publisher and data set exist at no venue, so that simulated data cannot be mistaken for real data. */
export const SYNTHETIC_PUBLISHER_ID = 65535;
export const SYNTHETIC_DATASET = 'SIM.SYNTH';

export const DEFAULT_INSTRUMENT: SimulatedInstrument = {
  symbol: 'SIMZ6',
  dataset: SYNTHETIC_DATASET,
  instrumentId: 4_200_001,
  publisherId: SYNTHETIC_PUBLISHER_ID,
  channelId: 0,
  tickInt: 250_000_000,
};

/** Kinds that only move prices and sizes are on; those that interrupt the stream are off. */
export const DEFAULT_FEATURES: Readonly<Record<FeatureKind, boolean>> = {
  sweep: true,
  iceberg: true,
  wall: true,
  vacuum: true,
  news: true,
  halt: false,
  gap: false,
  snapshot: false,
  clear: false,
  'one-sided': false,
};

const DEFAULTS: SimulatorOptions = {
  seed: 1,
  startNs: DEFAULT_START_NS,
  durationSeconds: 60,
  instrument: DEFAULT_INSTRUMENT,
  startPriceInt: 6_000_000_000_000,
  rate: 600,
  depthOrders: 14,
  volatility: 0.5,
  partialFill: 'cancel',
  schedule: [],
  randomFeaturesPerMinute: 0,
  features: DEFAULT_FEATURES,
  recordLimit: Infinity,
};

/**
 * The options given, the defaults for the rest.
 * @throws ProblemError `sim/bad-option`
 */
export function simulatorOptions(given: Partial<SimulatorOptions> = {}): SimulatorOptions {
  const options = { ...DEFAULTS, ...given };
  checkOptions(options);
  return options;
}

const MAX_U32 = 0xffffffff;
const MAX_SECONDS = 7 * 86_400;
/** 2^63 ns: the largest time that signed readers understand. */
const MAX_NS = 9223372036854775807n;

function checkOptions(o: SimulatorOptions): void {
  whole('seed', o.seed, 0, Number.MAX_SAFE_INTEGER);
  number('durationSeconds', o.durationSeconds, 0, MAX_SECONDS);
  // Opening orders are up to half a day older than the start.
  if (o.startNs < 86_400_000_000_000n || o.startNs > MAX_NS - BigInt(MAX_SECONDS + 1) * 1_000_000_000n) {
    fail('sim/bad-option', `startNs ${o.startNs.toString()} is out of range`);
  }
  number('rate', o.rate, 1, 1_000_000);
  number('depthOrders', o.depthOrders, 4, 200);
  number('volatility', o.volatility, 0, 1);
  number('randomFeaturesPerMinute', o.randomFeaturesPerMinute, 0, 600);
  if (o.recordLimit !== Infinity) whole('recordLimit', o.recordLimit, 0, Number.MAX_SAFE_INTEGER);
  oneOf('partialFill', o.partialFill, ['cancel', 'modify']);
  checkInstrument(o.instrument);
  checkPrices(o);
  o.schedule.forEach((feature, i) => checkFeature(feature, `schedule[${i}]`));
}

function checkInstrument(instrument: SimulatedInstrument): void {
  whole('instrumentId', instrument.instrumentId, 0, MAX_U32);
  whole('publisherId', instrument.publisherId, 0, 0xffff);
  whole('channelId', instrument.channelId, 0, 0xff);
  if (!/^[\x21-\x7e]{1,70}$/.test(instrument.symbol)) {
    fail('sim/bad-option', 'symbol must be 1 to 70 printable ASCII characters');
  }
  if (!/^[\x21-\x7e]{1,16}$/.test(instrument.dataset)) {
    fail('sim/bad-option', 'dataset must be 1 to 16 printable ASCII characters');
  }
}

function checkPrices({ instrument, startPriceInt }: SimulatorOptions): void {
  const { tickInt } = instrument;
  whole('tickInt', tickInt, 1, Number.MAX_SAFE_INTEGER);
  whole('startPriceInt', startPriceInt, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (startPriceInt % tickInt !== 0) fail('sim/bad-option', 'startPriceInt is not a whole number of ticks');
  if (Math.abs(startPriceInt) + HALF_BAND_TICKS * tickInt > Number.MAX_SAFE_INTEGER) {
    fail('sim/bad-option', `prices within ${HALF_BAND_TICKS} ticks of startPriceInt must stay below 2^53`);
  }
}

function checkFeature(feature: ScheduledFeature, where: string): void {
  oneOf(`${where}.kind`, feature.kind, FEATURE_KINDS);
  if (feature.side !== undefined) oneOf(`${where}.side`, feature.side, ['bid', 'ask']);
  number(`${where}.atSeconds`, feature.atSeconds, 0, MAX_SECONDS);
  if (feature.scale !== undefined) number(`${where}.scale`, feature.scale, 0.1, 20);
  if (feature.durationSeconds !== undefined)
    number(`${where}.durationSeconds`, feature.durationSeconds, 0.001, MAX_SECONDS);
}

function oneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value))
    fail('sim/bad-option', `${name} must be one of ${allowed.join(', ')}, not ${value}`);
}

function number(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high))
    fail('sim/bad-option', `${name} must be between ${low} and ${high}, not ${value}`);
}

function whole(name: string, value: number, low: number, high: number): void {
  number(name, value, low, high);
  if (!Number.isInteger(value)) fail('sim/bad-option', `${name} must be a whole number, not ${value}`);
}
