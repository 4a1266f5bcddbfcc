/** Engine output as the JSON messages of vacuum-pressure.md sections 17.1 and 17.2. */
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { GRID_COLUMNS } from '#core/vp/columns';
import type { BinHead } from '#core/vp/frame';
import { GridHeads } from '#protocol/grid-heads';
import type { GridUpdateMessage, RuntimeConfigMessage, ServingInfo } from '#protocol/grid-messages';

const STATE_MODEL_FIELDS = [
  'center_exclusion_radius',
  'spatial_decay_power',
  'zscore_window_bins',
  'zscore_min_periods',
  'tanh_scale',
  'd1_weight',
  'd2_weight',
  'd3_weight',
  'bull_pressure_weight',
  'bull_vacuum_weight',
  'bear_pressure_weight',
  'bear_vacuum_weight',
  'mixed_weight',
] as const;

export function runtimeConfigMessage(config: VpRuntimeConfig, serving?: ServingInfo): RuntimeConfigMessage {
  const stateModel: Record<string, number | string> = { name: 'derivative' };
  for (const field of STATE_MODEL_FIELDS) stateModel[field] = config[`state_model_${field}`];
  return {
    type: 'runtime_config',
    ...config,
    state_model: stateModel,
    mode: 'pre_prod',
    deployment_stage: 'pre_prod',
    stream_format: 'dense_grid',
    grid_schema_fields: GRID_COLUMNS.map((c) => c.name),
    grid_rows: 2 * config.grid_radius_ticks + 1,
    effective_config_hash: config.config_version,
    ...(serving ? { serving } : {}),
  };
}

/** @param timeBaseNs what the head's relative times count from, ns since the epoch */
export function gridUpdateMessage(head: Readonly<BinHead>, timeBaseNs: bigint): GridUpdateMessage {
  const heads = GridHeads.withCapacity(1);
  heads.append(head, timeBaseNs);
  return heads.message(0);
}
