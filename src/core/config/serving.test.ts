import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { fixturePath, readJson, sharedPath } from '#testdata/fixtures';
import { authoringRuntimeFields, type AuthoringSpec } from '#core/config/authoring-spec';
import { DEFAULT_RUNTIME_CONFIG, overrideRuntimeConfig } from '#core/config/runtime-config';
import { RUNTIME_FIELDS } from '#core/config/runtime-fields';
import { resolveServing, type ServingRegistry } from '#core/config/serving-registry';
import {
  parsePublishedServingSpec,
  servingId,
  servingName,
  servingSlug,
  type PublishedServingSpec,
} from '#core/config/serving-spec';

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.code}: ${error.problem.message}`;
    throw error;
  }
  return 'none';
}

const SNAPSHOT: Readonly<Record<string, unknown>> = {
  ...DEFAULT_RUNTIME_CONFIG,
  stream_dt: '2026-02-06',
  stream_start_time: '09:25',
};

function published(changes: Record<string, unknown> = {}): PublishedServingSpec {
  return parsePublishedServingSpec({
    serving_id: 'srv_demo_run00001_cfg00001',
    runtime_snapshot: { ...SNAPSHOT, ...changes },
    source: {
      run_id: 'run00001',
      experiment_name: 'demo',
      config_hash: 'cfg00001',
      promoted_at_utc: '2026-02-20T00:00:00Z',
    },
  });
}

function registryOf(spec: PublishedServingSpec): ServingRegistry {
  return { versions: new Map([[spec.serving_id, spec]]), aliases: new Map([['vp_main', spec.serving_id]]) };
}

const golden = sharedPath('golden', 'experiments', 'registry.json');

describe('names', () => {
  it('are trimmed and lower-cased, and refused with other characters', () => {
    expect(servingName(' VP_Main ')).toBe('vp_main');
    expect(servingName('9a')).toBe('9a');
    for (const text of ['', ' ', '_x', 'a-b', 'vp main', 'ä']) {
      expect(problemOf(() => servingName(text))).toContain('serving/bad-name');
    }
  });

  it('become slugs', () => {
    const slugs = ['Sweep Derivative RR20', '  a--b__c  ', '___', 'Ünïcode X', 'run:8/4', ''].map(
      servingSlug,
    );
    expect(slugs).toEqual(['sweep_derivative_rr20', 'a_b_c', 'x', 'n_code_x', 'run_8_4', 'x']);
  });

  it('of servings are made of experiment, run and configuration', () => {
    const source = {
      experiment_name: 'Sweep RR',
      run_id: 'AAAAAAAA11111111',
      config_hash: 'c0ffee0000000000',
    };
    expect(servingId(source)).toBe('srv_sweep_rr_aaaaaaaa_c0ffee00');
    expect(servingId({ experiment_name: '!', run_id: 'a', config_hash: '' })).toBe('srv_x_a_x');
  });

  it.skipIf(golden === undefined)('agree with the registry vectors', () => {
    const { slugs, names } = readJson<{
      slugs: { in: string; slug: string }[];
      names: { in: string; name?: string }[];
    }>(golden!);
    for (const c of slugs) expect(servingSlug(c.in)).toBe(c.slug);
    for (const c of names) {
      if (c.name === undefined) expect(problemOf(() => servingName(c.in))).toContain('serving/bad-name');
      else expect(servingName(c.in)).toBe(c.name);
    }
  });
});

describe('a published spec', () => {
  it('is read from the form in which it is stored', () => {
    const { serving } = readJson<{ serving: { serving_id: string; source: Record<string, string> } }>(
      fixturePath('vp', 'wire', 'runtime_config.json'),
    );
    const spec = parsePublishedServingSpec({
      ...serving,
      runtime_snapshot: SNAPSHOT,
      description: 'd',
      other: 1,
    });
    expect(spec).toEqual({
      ...serving,
      serving_name: undefined,
      description: 'd',
      runtime_snapshot: SNAPSHOT,
    });
  });

  it.each([
    [null, 'A published serving spec'],
    [[], 'A published serving spec'],
    [{ serving_id: 'a' }, 'source'],
    [{ serving_id: 'a', source: { run_id: 'r' }, runtime_snapshot: {} }, 'experiment_name'],
    [{ serving_id: 'a', source: { run_id: 7 }, runtime_snapshot: {} }, 'run_id'],
    [{ source: {}, runtime_snapshot: {} }, 'serving_id'],
  ])('is refused when malformed: %j', (raw, what) => {
    const message = problemOf(() => parsePublishedServingSpec(raw));
    expect(message).toContain('serving/malformed');
    expect(message).toContain(what);
  });
});

describe('resolving', () => {
  it('finds the version by alias or id and builds the configuration from its snapshot', () => {
    const spec = published({ cell_width_ms: 250, config_version: undefined, note: 'ignored' });
    for (const selector of ['vp_main', ' VP_MAIN', 'srv_demo_run00001_cfg00001']) {
      const resolved = resolveServing(registryOf(spec), selector, {
        productType: 'future_mbo',
        symbol: 'MNQH6',
      });
      expect(resolved.spec).toBe(spec);
      expect(resolved.servingName).toBe(selector.trim().toLowerCase());
      expect(resolved.config).toEqual(overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, { cell_width_ms: 250 }));
      expect([resolved.streamDt, resolved.streamStartTime]).toEqual(['2026-02-06', '09:25']);
    }
  });

  it('tries aliases first', () => {
    const spec = published();
    const other = { ...spec, serving_id: 'other' };
    const registry: ServingRegistry = {
      versions: new Map([
        [spec.serving_id, spec],
        ['other', other],
      ]),
      aliases: new Map([['other', spec.serving_id]]),
    };
    expect(resolveServing(registry, 'other').spec).toBe(spec);
  });

  it('names both instruments when they differ', () => {
    const message = problemOf(() =>
      resolveServing(registryOf(published()), 'vp_main', { productType: 'equity_mbo', symbol: 'QQQ' }),
    );
    expect(message).toMatch(/^serving\/instrument-lock: .*future_mbo MNQH6.*equity_mbo QQQ/);
  });

  it('refuses what is unknown', () => {
    expect(problemOf(() => resolveServing(registryOf(published()), 'nope'))).toContain('serving/unknown: ');
    const dangling = { versions: new Map(), aliases: new Map([['a', 'gone']]) };
    expect(problemOf(() => resolveServing(dangling, 'a'))).toContain('serving/unknown: ');
    expect(problemOf(() => resolveServing(dangling, ' '))).toContain('serving/bad-name');
  });

  it('refuses a snapshot that lacks any field, optional ones included', () => {
    const names = [
      ...RUNTIME_FIELDS.filter((field) => !field.derived).map((field) => field.name),
      'stream_dt',
      'stream_start_time',
    ];
    for (const name of names) {
      const message = problemOf(() =>
        resolveServing(registryOf(published({ [name]: undefined })), 'vp_main'),
      );
      expect(message).toContain(`serving/missing-field: ${name} `);
    }
  });

  it.each([
    [{ stream_dt: '2026-02-31' }, 'config/bad-date'],
    [{ stream_start_time: '9:25' }, 'config/bad-start-time'],
    [{ stream_start_time: ' ' }, 'serving/missing-field: stream_start_time'],
    [{ tau_jerk: -1 }, 'config/out-of-range: tau_jerk'],
    [{ tau_jerk: 11 }, 'serving/version-mismatch: config_version'],
  ])('refuses the snapshot change %o', (change, message) => {
    expect(problemOf(() => resolveServing(registryOf(published(change)), 'vp_main'))).toContain(message);
  });
});

describe('authoring fields', () => {
  it('become runtime fields', () => {
    const fields = authoringRuntimeFields(
      {
        scoring: { tanh_scale: 2.5, threshold_neutral: 0.2 },
        signal: { name: ' Derivative', params: { d2_weight: 0.5 }, weights: { mixed: 0.2 } },
        projection: { horizons_ms: [100, 300], use_cubic: false },
      },
      100,
    );
    expect(fields).toEqual({
      flow_derivative_weights: [0.55, 0.3, 0.15],
      flow_tanh_scale: 2.5,
      flow_neutral_threshold: 0.2,
      flow_zscore_window_bins: 300,
      flow_zscore_min_periods: 75,
      state_model_d2_weight: 0.5,
      state_model_mixed_weight: 0.2,
      projection_horizons_bins: [1, 3],
    });
    expect(overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, fields).projection_horizons_ms).toEqual([100, 300]);
  });

  it('of an empty spec are the defaults', () => {
    for (const spec of [{}, { scoring: null, signal: null, projection: null }]) {
      expect(overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, authoringRuntimeFields(spec, 100))).toEqual(
        DEFAULT_RUNTIME_CONFIG,
      );
    }
    expect(authoringRuntimeFields({ projection: { horizons_ms: [] } }, 100)).not.toHaveProperty(
      'projection_horizons_bins',
    );
  });

  it.each([
    [{ projection: { horizons_ms: [250] } }, 'serving/horizon-not-multiple: projection.horizons_ms: 250'],
    [{ projection: { horizons_ms: [0] } }, 'serving/horizon-not-multiple'],
    [{ projection: { horizons_ms: ['100'] } }, 'serving/horizon-not-multiple'],
    [{ projection: { horizons_ms: 100 } }, 'serving/malformed'],
    [{ scoring: { threshold: 1 } }, 'serving/unknown-field: scoring.threshold'],
    [{ scoring: [] }, 'serving/malformed: scoring'],
    [
      { signal: { name: 'derivative', params: { threshold: 1 } } },
      'serving/unknown-field: signal.params.threshold',
    ],
    [{ signal: { name: 'derivative', params: { constructor: 1 } } }, 'serving/unknown-field'],
    [
      { signal: { name: 'derivative', weights: { mixed_weight: 1 } } },
      'serving/unknown-field: signal.weights.mixed_weight',
    ],
    [{ signal: { name: 'ads', params: { window: 1 } } }, 'serving/signal-not-servable: signal.params'],
    [{ signal: { params: {} } }, 'serving/malformed: signal.name'],
  ])('are refused: %j', (spec: AuthoringSpec, message) => {
    expect(problemOf(() => authoringRuntimeFields(spec, 100))).toContain(message);
  });

  const configs = sharedPath('golden', 'experiments', 'configs.json');
  it.skipIf(configs === undefined)('agree with the vectors of the experiments', () => {
    const { serving_runtime_fields: cases } = readJson<{
      serving_runtime_fields: {
        id: string;
        spec: AuthoringSpec;
        cell_width_ms: number;
        runtime_fields?: Record<string, unknown>;
        error?: boolean;
      }[];
    }>(configs!);
    expect(cases.length).toBe(9);
    for (const c of cases) {
      // The reference's own default horizons; absent horizons are 1 to 4 cells here.
      const spec =
        c.id === 'default_horizons'
          ? { ...c.spec, projection: { horizons_ms: [250, 500, 1000, 2500] } }
          : c.spec;
      if (c.error)
        expect(
          problemOf(() => authoringRuntimeFields(spec, c.cell_width_ms)),
          c.id,
        ).toMatch(/^serving\//);
      else expect(authoringRuntimeFields(spec, c.cell_width_ms), c.id).toEqual(c.runtime_fields);
    }
  });
});
