/** A serving spec as people write it, as runtime fields (vacuum-pressure.md section 16). */
import { fail } from '#base/problem';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import type { RuntimeFieldName } from '#core/config/runtime-fields';
import { asMapping } from '#core/config/serving-spec';

const SCORING_FIELDS: Readonly<Record<string, RuntimeFieldName>> = {
  derivative_weights: 'flow_derivative_weights',
  tanh_scale: 'flow_tanh_scale',
  threshold_neutral: 'flow_neutral_threshold',
  zscore_window_bins: 'flow_zscore_window_bins',
  zscore_min_periods: 'flow_zscore_min_periods',
};

const SIGNAL_PARAMS: Readonly<Record<string, RuntimeFieldName>> = {
  center_exclusion_radius: 'state_model_center_exclusion_radius',
  spatial_decay_power: 'state_model_spatial_decay_power',
  zscore_window_bins: 'state_model_zscore_window_bins',
  zscore_min_periods: 'state_model_zscore_min_periods',
  tanh_scale: 'state_model_tanh_scale',
  d1_weight: 'state_model_d1_weight',
  d2_weight: 'state_model_d2_weight',
  d3_weight: 'state_model_d3_weight',
};

const SIGNAL_WEIGHTS: Readonly<Record<string, RuntimeFieldName>> = {
  bull_pressure: 'state_model_bull_pressure_weight',
  bull_vacuum: 'state_model_bull_vacuum_weight',
  bear_pressure: 'state_model_bear_pressure_weight',
  bear_vacuum: 'state_model_bear_vacuum_weight',
  mixed: 'state_model_mixed_weight',
};

const SERVABLE_SIGNAL = 'derivative';

/** The sections of an authoring spec that reach the runtime; other keys are left alone. */
export interface AuthoringSpec {
  readonly scoring?: unknown;
  /** Absent = `derivative` without params. */
  readonly signal?: unknown;
  readonly projection?: unknown;
}

/**
 * Overrides for `overrideRuntimeConfig`, which also checks the values. Scoring fields that are not given take their
 * defaults, so that a spec does not depend on the base it is laid over; signal fields and an empty horizon list are
 * left to the base.
 *
 * @throws ProblemError `serving/malformed`, `serving/unknown-field`, `serving/signal-not-servable`,
 * `serving/horizon-not-multiple`
 */
export function authoringRuntimeFields(
  spec: AuthoringSpec,
  cellWidthMs: number,
): Partial<Record<RuntimeFieldName, unknown>> {
  const scoring = renamed(spec.scoring, 'scoring', SCORING_FIELDS);
  const defaults: Partial<Record<RuntimeFieldName, unknown>> = {};
  for (const name of Object.values(SCORING_FIELDS)) defaults[name] = DEFAULT_RUNTIME_CONFIG[name];
  return {
    ...defaults,
    ...scoring,
    ...signalFields(spec.signal),
    ...horizonFields(spec.projection, cellWidthMs),
  };
}

function signalFields(raw: unknown): Partial<Record<RuntimeFieldName, unknown>> {
  if (isAbsent(raw)) return {};
  const signal = asMapping(raw, 'signal');
  if (typeof signal['name'] !== 'string') fail('serving/malformed', 'signal.name must be text');
  const name = signal['name'].trim().toLowerCase();
  if (name === SERVABLE_SIGNAL) {
    return {
      ...renamed(signal['params'], 'signal.params', SIGNAL_PARAMS),
      ...renamed(signal['weights'], 'signal.weights', SIGNAL_WEIGHTS),
    };
  }
  for (const section of ['params', 'weights']) {
    if (
      !isAbsent(signal[section]) &&
      Object.keys(asMapping(signal[section], `signal.${section}`)).length > 0
    ) {
      fail('serving/signal-not-servable', `signal.${section} of signal ${name} cannot be served`, {
        tip: `Only ${SERVABLE_SIGNAL} has runtime parameters.`,
      });
    }
  }
  return {};
}

function renamed(
  raw: unknown,
  section: string,
  names: Readonly<Record<string, RuntimeFieldName>>,
): Partial<Record<RuntimeFieldName, unknown>> {
  if (isAbsent(raw)) return {};
  const entries = Object.entries(asMapping(raw, section)).map(([key, value]) => {
    if (!Object.hasOwn(names, key)) {
      fail('serving/unknown-field', `${section}.${key} is unknown`, {
        tip: `Known are ${Object.keys(names).join(', ')}.`,
      });
    }
    return [names[key], value];
  });
  return Object.fromEntries(entries) as Partial<Record<RuntimeFieldName, unknown>>;
}

function horizonFields(raw: unknown, cellWidthMs: number): Partial<Record<RuntimeFieldName, unknown>> {
  const horizons = isAbsent(raw) ? undefined : asMapping(raw, 'projection')['horizons_ms'];
  if (isAbsent(horizons))
    return { projection_horizons_bins: DEFAULT_RUNTIME_CONFIG.projection_horizons_bins };
  if (!Array.isArray(horizons)) fail('serving/malformed', 'projection.horizons_ms must be a list');
  if (horizons.length === 0) return {};
  return { projection_horizons_bins: horizons.map((ms: unknown) => horizonBins(ms, cellWidthMs)) };
}

function horizonBins(ms: unknown, cellWidthMs: number): number {
  const bins = typeof ms === 'number' ? ms / cellWidthMs : NaN;
  if (!Number.isInteger(bins) || bins <= 0) {
    fail(
      'serving/horizon-not-multiple',
      `projection.horizons_ms: ${String(ms)} is not a multiple of ${cellWidthMs} ms`,
    );
  }
  return bins;
}

/** YAML writes an absent section as null. */
function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
