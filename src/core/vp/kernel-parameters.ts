import { fail } from '#base/problem';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { tickInt } from '#core/config/runtime-fields';
import { MBO_RTYPE, MBO_WORDS } from '#core/mbo/mbo-layout';
import { spectrumShape } from '#core/spectrum/spectrum-config';
import { lanesFor } from '#core/vp/spectrum-feeder';
import { NO_SPECTRUM, SCORED_APART, SCORED_HERE } from '#core/vp/vp-shape';

/** What a kernel needs to know besides the configuration. */
export interface KernelOptions {
  /** Absent = any publisher. */
  readonly publisherId?: number | undefined;
  readonly instrumentId: number;
  /** Raise `vp/out-of-range` instead of keeping orders outside the grid without depth. */
  readonly failOnOutOfRange?: boolean | undefined;
  /** False leaves the spectrum columns 0, for consumers that read only the mechanics. */
  readonly spectrum?: boolean | undefined;
  /** The spectrum is the work of a `BlockScorer`. */
  readonly scoredApart?: boolean | undefined;
}

/** Three channels, each sorted and in order of arrival. */
const BYTES_PER_LANE_AND_BIN = 48;
const MAX_WINDOW_BYTES = 2 ** 30;

/** The least room that a spectrum can have. */
const LEAST_SPECTRUM = {
  flow_windows: [1],
  flow_rollup_weights: [1],
  flow_zscore_window_bins: 2,
  flow_zscore_min_periods: 2,
};

function placeOf({ spectrum, scoredApart }: KernelOptions): number {
  if (spectrum === false) return NO_SPECTRUM;
  return scoredApart === true ? SCORED_APART : SCORED_HERE;
}

/** The numbers of `readShape`, in its order. */
export function kernelParameters(config: VpRuntimeConfig, options: KernelOptions): Float64Array {
  const head = MBO_WORDS | (MBO_RTYPE << 8);
  const { publisherId } = options;
  const spectrum = spectrumShape(options.spectrum === false ? { ...config, ...LEAST_SPECTRUM } : config);
  const rows = Math.min(2 * config.grid_radius_ticks + 1, config.n_absolute_ticks);
  if (lanesFor(rows) * spectrum.zWindow * BYTES_PER_LANE_AND_BIN > MAX_WINDOW_BYTES) {
    fail('vp/too-large', `A z window of ${spectrum.zWindow} bins for ${rows} rows does not fit in memory`, {
      tip: 'Lower grid_radius_ticks or flow_zscore_window_bins.',
    });
  }
  return Float64Array.from([
    config.n_absolute_ticks,
    config.grid_radius_ticks,
    tickInt(config),
    (config.cell_width_ms * 1e6) / 1e9,
    options.failOnOutOfRange === true ? 1 : 0,
    placeOf(options),
    publisherId === undefined ? head : head | (publisherId << 16),
    publisherId === undefined ? 0xffff : -1,
    options.instrumentId | 0,
    config.tau_velocity,
    config.tau_acceleration,
    config.tau_jerk,
    config.tau_rest_decay,
    config.c1_v_add,
    config.c2_v_rest_pos,
    config.c3_a_add,
    config.c4_v_pull,
    config.c5_v_fill,
    config.c6_v_rest_neg,
    config.c7_a_pull,
    spectrum.binSeconds,
    spectrum.weight1,
    spectrum.weight2,
    spectrum.weight3,
    spectrum.tanhScale,
    spectrum.threshold,
    spectrum.zWindow,
    spectrum.zMinPeriods,
    spectrum.windowCount,
    ...spectrum.windows,
    ...spectrum.windowWeights,
  ]);
}
