import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { fixturePath, readJson, sharedPath } from '#testdata/fixtures';
import { describeRange, type RuntimeField } from '#core/config/field';
import {
  checkRuntimeConfig,
  configHashInput,
  configVersion,
  DEFAULT_RUNTIME_CONFIG,
  hashInputOf,
  overrideRuntimeConfig,
  parseRuntimeConfig,
  tickInt,
} from '#core/config/runtime-config';
import { RUNTIME_FIELDS } from '#core/config/runtime-fields';

type Mapping = Record<string, unknown>;

function vectors<T>(name: string): T[] {
  return readJson<T[]>(fixturePath('vp', 'unit', `${name}.json`));
}

const FIELDS: readonly RuntimeField[] = RUNTIME_FIELDS;
const SOURCE: Readonly<Mapping> = Object.fromEntries(FIELDS.map((field) => [field.name, field.default]));

/** Code and message of the problem that is thrown. */
function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.code}: ${error.problem.message}`;
    throw error;
  }
  return 'none';
}

describe('the reference vectors', () => {
  it('of valid configurations', () => {
    const cases = vectors<{
      name: string;
      overrides: Mapping;
      normalized: Mapping;
      hash_input: string;
      config_version: string;
    }>('config_valid');
    expect(cases.length).toBe(5);
    for (const c of cases) {
      const config = parseRuntimeConfig(SOURCE, c.overrides);
      expect({ ...config }, c.name).toEqual(c.normalized);
      expect(Object.keys(config), c.name).toEqual(Object.keys(c.normalized));
      expect(configHashInput(config), c.name).toBe(c.hash_input);
      expect(config.config_version, c.name).toBe(c.config_version);
    }
  });

  it('of invalid configurations, each refused with a message that names a field', () => {
    const cases = vectors<{ name: string; overrides: Mapping; remove: string[] }>('config_invalid');
    expect(cases.length).toBe(29);
    for (const c of cases) {
      const source = Object.fromEntries(Object.entries(SOURCE).filter(([name]) => !c.remove.includes(name)));
      const message = problemOf(() => parseRuntimeConfig(source, c.overrides));
      expect(message, c.name).toMatch(/^config\/(missing-field|not-an?-\w+|out-of-range|inconsistent): /);
      const fields = [...Object.keys(c.overrides), ...c.remove];
      expect(
        fields.some((field) => message.includes(field)),
        `${c.name}: ${message}`,
      ).toBe(true);
    }
  });

  it('of the tick', () => {
    const cases = vectors<{
      product_type: string;
      tick_size: number;
      bucket_size_dollars: number;
      tick_int: number;
    }>('config_tick_int');
    expect(cases.length).toBe(7);
    for (const { tick_int, ...overrides } of cases) {
      expect(tickInt(parseRuntimeConfig(SOURCE, overrides))).toBe(tick_int);
    }
  });

  it.each(['edge', 'small', 'medium'])('of the stream set %s', (set) => {
    const { config } = readJson<{ config: Mapping }>(fixturePath('vp', set, 'meta.json'));
    expect({ ...parseRuntimeConfig(config) }).toEqual(config);
  });

  const experiments = sharedPath('golden', 'experiments', 'configs.json');
  it.skipIf(experiments === undefined)('of overrides in experiments', () => {
    const { config_versions, override_validation } = readJson<{
      config_versions: { overrides: Mapping; config_version: string; projection_horizons_ms: number[] }[];
      override_validation: { overrides: Mapping; valid: boolean }[];
    }>(experiments!);
    for (const c of config_versions) {
      const config = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, c.overrides);
      expect(config.config_version).toBe(c.config_version);
      expect(config.projection_horizons_ms).toEqual(c.projection_horizons_ms);
    }
    for (const c of override_validation) {
      expect(problemOf(() => overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, c.overrides)) === 'none').toBe(
        c.valid,
      );
    }
  });
});

describe('the defaults', () => {
  it('have the version of the reference', () => {
    expect(DEFAULT_RUNTIME_CONFIG.config_version).toBe('4e253a80d7ea');
    expect(configVersion(DEFAULT_RUNTIME_CONFIG)).toBe('4e253a80d7ea');
  });

  it('fill in for every optional field and no other', () => {
    for (const field of FIELDS) {
      const source = { ...SOURCE, [field.name]: undefined };
      const message = problemOf(() => parseRuntimeConfig(source));
      if (field.required) expect(message).toBe(`config/missing-field: ${field.name} is missing`);
      else expect({ ...parseRuntimeConfig(source) }).toEqual({ ...DEFAULT_RUNTIME_CONFIG });
    }
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(DEFAULT_RUNTIME_CONFIG)).toBe(true);
    for (const value of Object.values(DEFAULT_RUNTIME_CONFIG) as unknown[]) {
      expect(Array.isArray(value) && !Object.isFrozen(value)).toBe(false);
    }
  });
});

describe('overrides', () => {
  it('give the same object when there are none', () => {
    expect(overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, {})).toBe(DEFAULT_RUNTIME_CONFIG);
    expect(overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, { tau_jerk: undefined })).toBe(
      DEFAULT_RUNTIME_CONFIG,
    );
  });

  it.each([
    [{ nope: 1 }, 'config/unknown-field: nope'],
    [{ toString: 1 }, 'config/unknown-field: toString'],
    [{ config_version: '4e253a80d7ea' }, 'config/derived-field: config_version'],
    [{ projection_horizons_ms: [100] }, 'config/derived-field: projection_horizons_ms'],
  ])('refuse %o', (overrides, message) => {
    expect(problemOf(() => overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, overrides))).toContain(message);
  });

  it('recompute what is derived', () => {
    const config = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, { cell_width_ms: 250 });
    expect(config.projection_horizons_ms).toEqual([250, 500, 750, 1000]);
    expect(config.config_version).not.toBe(DEFAULT_RUNTIME_CONFIG.config_version);
    expect({ ...overrideRuntimeConfig(config, { cell_width_ms: '100' }) }).toEqual({
      ...DEFAULT_RUNTIME_CONFIG,
    });
  });
});

describe('values', () => {
  it.each([
    ['tau_velocity', ' +1.5e0 ', 1.5],
    ['tau_velocity', '.5', 0.5],
    ['grid_radius_ticks', '40', 40],
    ['grid_radius_ticks', 40.0, 40],
    ['c1_v_add', -0, 0],
    ['symbol', '  ESZ5 ', 'ESZ5'],
    ['flow_windows', ' 5, ,10,20 ,, 40,', [5, 10, 20, 40]],
    ['flow_windows', [5, '10', 20, 40], [5, 10, 20, 40]],
  ])('of %s may be given as %o', (name, given, expected) => {
    const config: Mapping = { ...parseRuntimeConfig(SOURCE, { [name]: given }) };
    expect(config[name]).toEqual(expected);
  });

  it.each([
    ['grid_radius_ticks', 10.5, 'config/not-an-integer: grid_radius_ticks '],
    ['grid_radius_ticks', '10.5', 'config/not-an-integer: grid_radius_ticks '],
    ['cell_width_ms', 2 ** 53, 'config/not-an-integer: cell_width_ms '],
    ['tau_velocity', 'fast', 'config/not-a-number: tau_velocity '],
    ['tau_velocity', '', 'config/not-a-number: tau_velocity '],
    ['tau_velocity', '0x10', 'config/not-a-number: tau_velocity '],
    ['tau_velocity', '1e999', 'config/not-a-number: tau_velocity '],
    ['tau_velocity', NaN, 'config/not-a-number: tau_velocity '],
    ['tau_velocity', Infinity, 'config/not-a-number: tau_velocity '],
    ['tau_velocity', true, 'config/not-a-number: tau_velocity '],
    ['tau_velocity', null, 'config/not-a-number: tau_velocity '],
    ['tau_velocity', [2], 'config/not-a-number: tau_velocity '],
    ['symbol', 5, 'config/not-text: symbol '],
    ['flow_windows', 5, 'config/not-a-list: flow_windows '],
    ['flow_windows', { 0: 5 }, 'config/not-a-list: flow_windows '],
    ['flow_windows', '5,x,20,40', 'config/not-a-number: flow_windows[1] '],
    ['flow_windows', [5, 10, 20, 0.5], 'config/not-an-integer: flow_windows[3] '],
    ['flow_windows', [5, 10, 20, 0], 'config/out-of-range: flow_windows[3] '],
    ['flow_windows', ' , ', 'config/out-of-range: flow_windows '],
    [
      'flow_derivative_weights',
      [1, 1],
      'config/out-of-range: flow_derivative_weights must be exactly 3 values',
    ],
    ['projection_horizons_bins', [2, 1, '2'], 'config/out-of-range: projection_horizons_bins '],
    ['product_type', 'Future_mbo', 'config/out-of-range: product_type must be one of future_mbo, equity_mbo'],
    ['flow_rollup_weights', [1, 1, 1], 'config/inconsistent: flow_rollup_weights '],
    ['state_model_center_exclusion_radius', 50, 'config/inconsistent: state_model_center_exclusion_radius '],
    ['tick_size', 4e-10, 'config/inconsistent: tick_size '],
    ['tick_size', 1e10, 'config/inconsistent: tick_size '],
    ['n_absolute_ticks', 1e12, 'config/out-of-range: n_absolute_ticks '],
    ['flow_zscore_window_bins', 4097, 'config/out-of-range: flow_zscore_window_bins '],
  ])('of %s are refused as %o', (name, given, message) => {
    expect(problemOf(() => parseRuntimeConfig(SOURCE, { [name]: given }))).toContain(message);
  });

  it('of any kind give a configuration or a problem, never anything else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIELDS.map((field) => field.name)), fc.anything(), (name, value) => {
        problemOf(() => parseRuntimeConfig({ ...SOURCE, [name]: value }));
      }),
      { numRuns: 500 },
    );
  });

  it('are all checked at once for panels', () => {
    const problems = checkRuntimeConfig({ ...SOURCE, tau_jerk: 0, symbol: ' ', flow_windows: 'x' });
    expect(problems.map((p) => p.field)).toEqual(['symbol', 'flow_windows', 'tau_jerk']);
    expect(checkRuntimeConfig(SOURCE)).toEqual([]);
  });
});

describe('the hash input', () => {
  it('writes floats as the reference does', () => {
    const texts: [number, string][] = [
      [0, '0.0'],
      [-2.5, '-2.5'],
      [100, '100.0'],
      [0.0001, '0.0001'],
      [0.00001, '1e-05'],
      [1.5e-7, '1.5e-07'],
      [1e15, '1000000000000000.0'],
      [123456789012345680, '1.2345678901234568e+17'],
      [1e16, '1e+16'],
      [1e22, '1e+22'],
      [1e-9, '1e-09'],
      [5e-324, '5e-324'],
      [2 ** 53, '9007199254740992.0'],
    ];
    const field: RuntimeField = { ...FIELDS.find((f) => f.name === 'rel_tick_size')! };
    for (const [value, text] of texts) {
      expect(hashInputOf([field], { rel_tick_size: value })).toBe(`rel_tick_size=${text}`);
    }
  });

  it('leaves an extension out while it is at its default', () => {
    const radius = FIELDS.find((f) => f.name === 'grid_radius_ticks')!;
    const extension: RuntimeField = {
      ...radius,
      name: 'a_fix',
      default: 0,
      extension: true,
      required: false,
    };
    const table = [radius, extension];
    expect(hashInputOf(table, { grid_radius_ticks: 5, a_fix: 0 })).toBe('grid_radius_ticks=5');
    expect(hashInputOf(table, { grid_radius_ticks: 5, a_fix: 1 })).toBe('a_fix=1|grid_radius_ticks=5');
  });
});

describe('the field table', () => {
  it('describes every field', () => {
    expect(new Set(FIELDS.map((field) => field.name)).size).toBe(FIELDS.length);
    for (const field of FIELDS) {
      expect(field.title).not.toBe('');
      expect(field.description).toMatch(/\.$/);
    }
  });

  it('puts ranges into words', () => {
    const words = Object.fromEntries(FIELDS.map((field) => [field.name, describeRange(field.range)]));
    expect(words['flow_neutral_threshold']).toBe('greater than 0, less than 1');
    expect(words['flow_derivative_weights']).toBe('exactly 3 values, greater than 0, at most 1000000000000');
    expect(words['symbol']).toBe('not empty');
    expect(words['projection_horizons_bins']).toContain('no value twice');
  });
});

describe('fields that are only shown', () => {
  it.each([
    { contract_multiplier: 0 },
    { contract_multiplier: -1 },
    { price_scale: 0 },
    { price_scale: -1e-9 },
    { price_decimals: 30 },
    { rel_tick_size: -1 },
  ])('have no limits of their own: %o', (overrides) => {
    expect(parseRuntimeConfig(SOURCE, overrides)).toMatchObject(overrides);
  });

  it('must be printable: decimals say so', () => {
    expect(() => parseRuntimeConfig(SOURCE, { price_decimals: -1 })).toThrow(
      'price_decimals must be at least 0, at most 99, because prices are printed with so many digits after the point; got -1',
    );
  });
});
