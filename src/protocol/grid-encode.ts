/** Engine output as the JSON messages of vacuum-pressure.md sections 17.1 and 17.2. */
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { GRID_COLUMNS } from '#core/vp/columns';
import type { BinHead } from '#core/vp/frame';
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
  const endNs = String(timeBaseNs + BigInt(head.endNs));
  const { model } = head;
  return {
    type: 'grid_update',
    ts_ns: endNs,
    bin_seq: head.binSeq,
    bin_start_ns: String(timeBaseNs + BigInt(head.startNs)),
    bin_end_ns: endNs,
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
  };
}
