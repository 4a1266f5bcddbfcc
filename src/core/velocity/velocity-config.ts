/**
 * All constants of the velocity pipeline as one immutable object, under the names in which they are published.
 * Source: velocity.md section 3.
 */
import { fail } from '#base/problem';
import { parseFieldValue } from '#core/config/field-value';
import type { FieldKind, FieldRange, FieldValue } from '#core/config/field';

export interface KernelConfig {
  /** Cells. */
  readonly sigma: number;
  readonly radius: number;
}

export type ForecastEngine = 'particles' | 'inertial';

export interface VelocityConfig {
  /** Length of a window; divides a day. */
  readonly window_ns: number;
  readonly futures: { readonly tick_int: number; readonly rest_ns: number; readonly grid_max_ticks: number };
  readonly options: {
    readonly rest_ns: number;
    readonly strike_step_int: number;
    readonly strike_max_offset: number;
    readonly rel_ticks_per_strike: number;
  };
  readonly equity: {
    readonly raw_tick_int: number;
    readonly bucket_int: number;
    readonly rest_ns: number;
    readonly grid_max_buckets: number;
  };
  readonly equity_options: {
    readonly strike_step_int: number;
    readonly strike_max_offset: number;
    readonly rel_buckets_per_strike: number;
    readonly rtype: number;
  };
  readonly gold: {
    readonly eps_qty: number;
    /** Seconds; the fields are named after the usual 2, 8, 32, 128. */
    readonly taus_s: readonly number[];
    readonly near: KernelConfig;
    readonly far: KernelConfig;
    /** First and last cell. */
    readonly grid: readonly number[];
  };
  readonly forecast: {
    readonly engine: ForecastEngine;
    readonly horizon_s: number;
    readonly n_particles: number;
    /** Ticks per step. */
    readonly sigma: number;
    readonly noise_seed: number;
    readonly wall_threshold: number;
    readonly gap_rho: number;
    /** Ticks per second. */
    readonly drift_clip: number;
    /** Ticks. */
    readonly particle_clip: number;
    readonly output_clip: number;
    /** Of the engine `inertial`. */
    readonly inertial: {
      /** Ticks per second and second for a unit of force. */
      readonly beta: number;
      /** Share of the velocity that is lost per second. */
      readonly gamma: number;
      /** How much the obstacles of the options count. */
      readonly option_coupling: number;
    };
  };
}

interface ConfigField {
  /** Path in the configuration. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly default: FieldValue[FieldKind];
  readonly range: FieldRange;
}

function field<K extends FieldKind>(
  name: string,
  kind: K,
  byDefault: FieldValue[K],
  range: FieldRange = {},
): ConfigField {
  return { name, kind, default: byDefault, range };
}

const DAY_NS = 86_400_000_000_000;
const POSITIVE: FieldRange = { above: 0 };
const AGE: FieldRange = { atLeast: 0, atMost: DAY_NS };
const PRICE_STEP: FieldRange = { atLeast: 1, atMost: 1e15 };
const GRID: FieldRange = { atLeast: 1, atMost: 2000 };

const FIELDS: readonly ConfigField[] = [
  field('window_ns', 'int', 1_000_000_000, { atLeast: 1_000_000, atMost: DAY_NS }),
  field('futures.tick_int', 'int', 250_000_000, PRICE_STEP),
  field('futures.rest_ns', 'int', 500_000_000, AGE),
  field('futures.grid_max_ticks', 'int', 200, GRID),
  field('options.rest_ns', 'int', 500_000_000, AGE),
  field('options.strike_step_int', 'int', 5_000_000_000, PRICE_STEP),
  field('options.strike_max_offset', 'int', 10, GRID),
  field('options.rel_ticks_per_strike', 'int', 20, { atLeast: 1, atMost: 10_000 }),
  field('equity.raw_tick_int', 'int', 10_000_000, PRICE_STEP),
  field('equity.bucket_int', 'int', 500_000_000, PRICE_STEP),
  field('equity.rest_ns', 'int', 500_000_000, AGE),
  field('equity.grid_max_buckets', 'int', 100, GRID),
  field('equity_options.strike_step_int', 'int', 1_000_000_000, PRICE_STEP),
  field('equity_options.strike_max_offset', 'int', 25, GRID),
  field('equity_options.rel_buckets_per_strike', 'int', 2, { atLeast: 1, atMost: 10_000 }),
  field('equity_options.rtype', 'int', 177, {
    atLeast: 177,
    atMost: 177,
    because: 'consolidated quotes are records of this type',
  }),
  field('gold.eps_qty', 'f64', 1, POSITIVE),
  field('gold.taus_s', 'f64[]', [2, 8, 32, 128], { minLength: 4, maxLength: 4, above: 0 }),
  field('gold.near.sigma', 'f64', 6, POSITIVE),
  field('gold.near.radius', 'int', 16, { atLeast: 0, atMost: 4000 }),
  field('gold.far.sigma', 'f64', 24, POSITIVE),
  field('gold.far.radius', 'int', 64, { atLeast: 0, atMost: 4000 }),
  field('gold.grid', 'int[]', [-200, 200], { minLength: 2, maxLength: 2 }),
  field('forecast.engine', 'string', 'particles', { choices: ['particles', 'inertial'] }),
  field('forecast.horizon_s', 'int', 30, { atLeast: 1, atMost: 3600 }),
  field('forecast.n_particles', 'int', 1000, { atLeast: 2, atMost: 100_000 }),
  field('forecast.sigma', 'f64', 0.5, { atLeast: 0 }),
  field('forecast.noise_seed', 'int', 20_260_106, { atLeast: 0, atMost: 0xffffffff }),
  field('forecast.wall_threshold', 'f64', 3, { atLeast: 0 }),
  field('forecast.gap_rho', 'f64', 0.1, { atLeast: 0 }),
  field('forecast.drift_clip', 'f64', 5, POSITIVE),
  field('forecast.particle_clip', 'int', 150, { atLeast: 1 }),
  field('forecast.output_clip', 'int', 100, { atLeast: 1 }),
  field('forecast.inertial.beta', 'f64', 1, { atLeast: 0 }),
  field('forecast.inertial.gamma', 'f64', 0.2, { atLeast: 0, atMost: 1 }),
  field('forecast.inertial.option_coupling', 'f64', 0.7, { atLeast: 0 }),
];

/** Cells of all steps times particles of the noise table. */
const MAX_NOISE = 8_000_000;

interface Rule {
  readonly field: string;
  readonly message: string;
  readonly holds: (config: VelocityConfig) => boolean;
}

const RULES: readonly Rule[] = [
  { field: 'window_ns', message: 'must divide a day', holds: (c) => DAY_NS % c.window_ns === 0 },
  {
    field: 'gold.grid',
    message: 'must reach from -futures.grid_max_ticks to futures.grid_max_ticks',
    holds: ({ gold, futures }) =>
      gold.grid[0] === -futures.grid_max_ticks && gold.grid[1] === futures.grid_max_ticks,
  },
  {
    field: 'forecast.particle_clip',
    message: 'must lie within the grid of futures.grid_max_ticks',
    holds: ({ forecast, futures }) => forecast.particle_clip <= futures.grid_max_ticks,
  },
  {
    field: 'forecast.output_clip',
    message: 'must not exceed forecast.particle_clip',
    holds: ({ forecast }) => forecast.output_clip <= forecast.particle_clip,
  },
  {
    field: 'forecast.n_particles',
    message: 'must be even, because each particle has a mirror image',
    holds: ({ forecast }) => forecast.n_particles % 2 === 0,
  },
  {
    field: 'forecast.n_particles',
    message: `times forecast.horizon_s must not exceed ${MAX_NOISE}`,
    holds: ({ forecast }) => forecast.n_particles * forecast.horizon_s <= MAX_NOISE,
  },
];

type Node = Record<string, unknown>;

/**
 * Reads a configuration; every key may be left out. Keys beside the sections are ignored, keys in a section must be
 * known. A grid of another reach moves `gold.grid` with it where that is not given.
 *
 * @throws ProblemError `config/…`; the message starts with the path of the field
 */
export function parseVelocityConfig(source: Readonly<Record<string, unknown>> = {}): VelocityConfig {
  refuseUnknown(source);
  const config: Node = {};
  for (const entry of FIELDS) {
    const raw = lookUp(source, entry.name);
    put(config, entry.name, raw === undefined ? entry.default : parseFieldValue(entry, raw));
  }
  const complete = config as unknown as VelocityConfig;
  if (lookUp(source, 'gold.grid') === undefined) {
    const reach = complete.futures.grid_max_ticks;
    put(config, 'gold.grid', [-reach, reach]);
  }
  for (const rule of RULES) {
    if (!rule.holds(complete)) fail('config/inconsistent', `${rule.field} ${rule.message}`);
  }
  return freezeDeep(complete);
}

function isMapping(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lookUp(source: Readonly<Node>, path: string): unknown {
  let at: unknown = source;
  let name = '';
  for (const key of path.split('.')) {
    if (at === undefined) return undefined;
    if (!isMapping(at))
      return fail('config/not-a-mapping', `${name} must be a mapping of field names to values`);
    at = Object.hasOwn(at, key) ? at[key] : undefined;
    name = name === '' ? key : `${name}.${key}`;
  }
  return at;
}

function put(target: Node, path: string, value: unknown): void {
  const keys = path.split('.');
  let at = target;
  for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Node;
  at[keys[keys.length - 1]] = value;
}

function refuseUnknown(source: Readonly<Node>, prefix = ''): void {
  for (const [key, value] of Object.entries(source)) {
    const path = `${prefix}${key}`;
    const isSection = FIELDS.some(({ name }) => name.startsWith(`${path}.`));
    if (isSection && isMapping(value)) refuseUnknown(value, `${path}.`);
    else if (prefix !== '' && !isSection && !FIELDS.some(({ name }) => name === path))
      fail('config/unknown-field', `${path} is not a configuration field`);
  }
}

function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach((child: unknown) => freezeDeep(child));
    Object.freeze(value);
  }
  return value;
}

export const DEFAULT_VELOCITY_CONFIG: VelocityConfig = parseVelocityConfig();
