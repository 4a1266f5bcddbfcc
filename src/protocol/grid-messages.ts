import type { VpRuntimeConfig } from '#core/config/runtime-config';

/** First message of a stream (vacuum-pressure.md section 17.1), fields of section 15 under their own names. */
export type RuntimeConfigMessage = { type: 'runtime_config' } & VpRuntimeConfig & {
    state_model: Record<string, number | string>;
    mode: 'pre_prod';
    deployment_stage: 'pre_prod';
    stream_format: 'dense_grid';
    grid_schema_fields: string[];
    grid_rows: number;
    effective_config_hash: string;
    serving?: ServingInfo;
  };

export interface ServingInfo {
  serving_name: string;
  serving_id: string;
  source: Record<string, string>;
}

/** Per bin, directly followed by one Arrow IPC stream of `grid_rows` rows (section 17.2). */
export interface GridUpdateMessage {
  type: 'grid_update';
  /** 64-bit integers are decimal strings. */
  ts_ns: string;
  bin_start_ns: string;
  bin_end_ns: string;
  bin_seq: number;
  bin_event_count: number;
  event_id: number;
  mid_price: number;
  spot_ref_price_int: string;
  best_bid_price_int: string;
  best_ask_price_int: string;
  book_valid: boolean;
  state_model_name: string;
  state_model_score: number;
  state_model_ready: boolean;
  state_model_sample_count: number;
  state_model_base: number;
  state_model_d1: number;
  state_model_d2: number;
  state_model_d3: number;
  state_model_z1: number;
  state_model_z2: number;
  state_model_z3: number;
  state_model_bull_intensity: number;
  state_model_bear_intensity: number;
  state_model_mixed_intensity: number;
  state_model_dominant_state5_code: number;
}

export type GridUpdateField = Exclude<keyof GridUpdateMessage, 'type'>;

/** `i64`: a 64-bit integer, in JSON as decimal text. */
export type GridFieldType = 'number' | 'boolean' | 'string' | 'i64';

/** All fields of a `grid_update` but its type, in the order in which this program writes them. */
export const GRID_UPDATE_FIELDS = {
  ts_ns: 'i64',
  bin_seq: 'number',
  bin_start_ns: 'i64',
  bin_end_ns: 'i64',
  bin_event_count: 'number',
  event_id: 'number',
  mid_price: 'number',
  spot_ref_price_int: 'i64',
  best_bid_price_int: 'i64',
  best_ask_price_int: 'i64',
  book_valid: 'boolean',
  state_model_name: 'string',
  state_model_score: 'number',
  state_model_ready: 'boolean',
  state_model_sample_count: 'number',
  state_model_base: 'number',
  state_model_d1: 'number',
  state_model_d2: 'number',
  state_model_d3: 'number',
  state_model_z1: 'number',
  state_model_z2: 'number',
  state_model_z3: 'number',
  state_model_bull_intensity: 'number',
  state_model_bear_intensity: 'number',
  state_model_mixed_intensity: 'number',
  state_model_dominant_state5_code: 'number',
} as const satisfies Record<GridUpdateField, GridFieldType>;

/** The fields of `count` grid updates as columns: see `GridHeads`, which reads and writes them. */
export interface GridHeadsData {
  count: number;
  state_model_name: string;
  buffer: ArrayBuffer;
}

/**
 * Many bins in one transfer: the same messages, batched so that a fast load costs one port message per block.
 * `ipc` holds `heads.count` Arrow IPC streams of `ipcStride` bytes each, in order. Both buffers are transferred.
 */
export interface GridBlock {
  heads: GridHeadsData;
  ipc: Uint8Array<ArrayBuffer>;
  ipcStride: number;
}

export function gridBlockTransfers({ heads, ipc }: GridBlock): ArrayBuffer[] {
  return [heads.buffer, ipc.buffer];
}
