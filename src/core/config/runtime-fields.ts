/**
 * Every field of the vacuum-pressure runtime configuration, as data (vacuum-pressure.md section 15).
 *
 * Lower limits and the relations between fields are those of the specification. Upper limits are ours, and so are both
 * of `price_decimals`, for which it has none: a configuration that is accepted is one whose stream can be computed in
 * the memory of a browser tab, and whose prices can be printed.
 */
import { halfEven } from '#base/half-even';
import type { FieldGroup, FieldKind, FieldRange, FieldValue, RuntimeField } from '#core/config/field';

export const PRODUCT_TYPES = ['future_mbo', 'equity_mbo'] as const;
export type ProductType = (typeof PRODUCT_TYPES)[number];

/** Longest history over which medians are kept, in bins. */
export const MAX_ZSCORE_WINDOW_BINS = 4096;

interface FieldText {
  readonly group: FieldGroup;
  readonly title: string;
  readonly description: string;
  readonly unit?: string;
  readonly range?: FieldRange;
  readonly optional?: boolean;
  readonly derived?: boolean;
}

function field<const N extends string, K extends FieldKind>(
  name: N,
  kind: K,
  defaultValue: FieldValue[K],
  text: FieldText,
): RuntimeField<N, K> {
  return {
    name,
    kind,
    default: defaultValue,
    required: text.optional !== true && text.derived !== true,
    derived: text.derived === true,
    extension: false,
    unit: text.unit ?? '',
    range: text.range ?? {},
    group: text.group,
    title: text.title,
    description: text.description,
  };
}

const POSITIVE: FieldRange = { above: 0 };
const NOT_NEGATIVE: FieldRange = { atLeast: 0 };
/** Weighted sums of bounded values must stay finite. */
const MAX_WEIGHT = 1e12;
const MAX_GRID_RADIUS_TICKS = 4096;
/** Most digits after the point that a number can be printed with; one more than this is kept for the spot. */
const MAX_DECIMALS = 99;

function tau<const N extends string>(name: N, seconds: number, title: string, description: string) {
  return field(name, 'f64', seconds, { group: 'mechanics', unit: 's', range: POSITIVE, title, description });
}

function force<const N extends string>(name: N, value: number, title: string, description: string) {
  return field(name, 'f64', value, { group: 'forces', range: NOT_NEGATIVE, title, description });
}

function stateWeight<const N extends string>(name: N, value: number, title: string, description: string) {
  return field(name, 'f64', value, {
    group: 'state model',
    range: { atLeast: 0, atMost: MAX_WEIGHT },
    optional: true,
    title,
    description,
  });
}

export const RUNTIME_FIELDS = [
  field('product_type', 'string', 'future_mbo', {
    group: 'instrument',
    range: { choices: PRODUCT_TYPES },
    title: 'Product type',
    description: 'Decides the session window and which size is the tick of the grid.',
  }),
  field('symbol', 'string', 'MNQH6', {
    group: 'instrument',
    range: { nonEmpty: true },
    title: 'Symbol',
    description: 'The one instrument that is shown.',
  }),
  field('symbol_root', 'string', 'MNQ', {
    group: 'instrument',
    title: 'Symbol root',
    description: 'Product family of the symbol.',
  }),
  field('price_scale', 'f64', 1e-9, {
    group: 'instrument',
    title: 'Price scale',
    description: 'Currency units per unit of an integer price.',
  }),
  field('tick_size', 'f64', 0.25, {
    group: 'instrument',
    unit: 'currency',
    range: POSITIVE,
    title: 'Tick size',
    description: 'Smallest price step of the instrument; one grid row for futures.',
  }),
  field('bucket_size_dollars', 'f64', 0.25, {
    group: 'instrument',
    unit: 'currency',
    range: POSITIVE,
    title: 'Bucket size',
    description: 'One grid row for equities.',
  }),
  field('rel_tick_size', 'f64', 0.25, {
    group: 'instrument',
    unit: 'currency',
    title: 'Displayed row height',
    description: 'Shown beside the chart; no effect on the numbers.',
  }),
  field('grid_radius_ticks', 'int', 50, {
    group: 'grid',
    unit: 'ticks',
    range: { atLeast: 1, atMost: MAX_GRID_RADIUS_TICKS },
    title: 'Grid radius',
    description: 'Rows above and below spot in the emitted window.',
  }),
  field('cell_width_ms', 'int', 100, {
    group: 'grid',
    unit: 'ms',
    range: { atLeast: 1, atMost: 86_400_000 },
    title: 'Cell width',
    description: 'Width of one time bin.',
  }),
  field('n_absolute_ticks', 'int', 8192, {
    group: 'grid',
    unit: 'ticks',
    range: { atLeast: 3, atMost: 1_048_576 },
    title: 'Absolute ticks',
    description: 'Price slots kept around the anchor; orders further away have no slot.',
  }),
  field('flow_windows', 'int[]', [5, 10, 20, 40], {
    group: 'spectrum',
    unit: 'bins',
    range: { minLength: 1, maxLength: 16, above: 0, atMost: 4096 },
    title: 'Rollup windows',
    description: 'Lengths over which the composite is averaged.',
  }),
  field('flow_rollup_weights', 'f64[]', [1, 1, 1, 1], {
    group: 'spectrum',
    range: { minLength: 1, maxLength: 16, above: 0, atMost: MAX_WEIGHT },
    title: 'Rollup weights',
    description: 'Weight of each rollup window, normalised to sum 1.',
  }),
  field('flow_derivative_weights', 'f64[]', [0.55, 0.3, 0.15], {
    group: 'spectrum',
    range: { minLength: 3, maxLength: 3, above: 0, atMost: MAX_WEIGHT },
    title: 'Derivative weights',
    description: 'Weight of the first, second and third derivative in the flow score.',
  }),
  field('flow_tanh_scale', 'f64', 3, {
    group: 'spectrum',
    range: POSITIVE,
    title: 'Score softness',
    description: 'The z value at which a channel reaches tanh(1).',
  }),
  field('flow_neutral_threshold', 'f64', 0.15, {
    group: 'spectrum',
    range: { above: 0, below: 1 },
    title: 'Neutral threshold',
    description: 'Flow scores below this magnitude count as neutral.',
  }),
  field('flow_zscore_window_bins', 'int', 300, {
    group: 'spectrum',
    unit: 'bins',
    range: { atLeast: 2, atMost: MAX_ZSCORE_WINDOW_BINS },
    title: 'z window',
    description: 'History over which median and MAD of each derivative are taken.',
  }),
  field('flow_zscore_min_periods', 'int', 75, {
    group: 'spectrum',
    unit: 'bins',
    range: { atLeast: 2, atMost: MAX_ZSCORE_WINDOW_BINS },
    title: 'z minimum history',
    description: 'Bins needed before z differs from 0; at most the z window.',
  }),
  field('projection_horizons_bins', 'int[]', [1, 2, 3, 4], {
    group: 'projection',
    unit: 'bins',
    range: { minLength: 1, maxLength: 64, above: 0, atMost: 1_000_000, unique: true },
    title: 'Projection horizons',
    description: 'How far ahead the projected bands are drawn.',
  }),
  field('projection_horizons_ms', 'int[]', [100, 200, 300, 400], {
    group: 'projection',
    unit: 'ms',
    derived: true,
    title: 'Projection horizons in time',
    description: 'Horizons in bins times the cell width.',
  }),
  field('contract_multiplier', 'f64', 2, {
    group: 'instrument',
    unit: 'currency per point',
    title: 'Contract multiplier',
    description: 'Money value of a price move of 1; no effect on the grid.',
  }),
  field('qty_unit', 'string', 'contracts', {
    group: 'instrument',
    title: 'Quantity unit',
    description: 'Word shown after quantities.',
  }),
  field('price_decimals', 'int', 2, {
    group: 'instrument',
    range: {
      atLeast: 0,
      atMost: MAX_DECIMALS,
      because: 'prices are printed with so many digits after the point',
    },
    title: 'Price decimals',
    description: 'Digits after the point in displayed prices.',
  }),
  tau('tau_velocity', 2, 'Velocity time constant', 'Averaging time of the event rates.'),
  tau('tau_acceleration', 5, 'Acceleration time constant', 'Averaging time of the change of the rates.'),
  tau('tau_jerk', 10, 'Jerk time constant', 'Averaging time of the change of the accelerations.'),
  tau('tau_rest_decay', 30, 'Mass decay time', 'Time in which added, pulled and filled mass falls to 1/e.'),
  force('c1_v_add', 1, 'Pressure: add velocity', 'Coefficient c1.'),
  force(
    'c2_v_rest_pos',
    0.5,
    'Pressure: growing depth',
    'Coefficient c2, on the positive part of the depth velocity.',
  ),
  force('c3_a_add', 0.3, 'Pressure: add acceleration', 'Coefficient c3, on the positive part.'),
  force('c4_v_pull', 1, 'Vacuum: pull velocity', 'Coefficient c4.'),
  force('c5_v_fill', 1.5, 'Vacuum: fill velocity', 'Coefficient c5.'),
  force(
    'c6_v_rest_neg',
    0.5,
    'Vacuum: shrinking depth',
    'Coefficient c6, on the negative part of the depth velocity.',
  ),
  force('c7_a_pull', 0.3, 'Vacuum: pull acceleration', 'Coefficient c7, on the positive part.'),
  field('state_model_center_exclusion_radius', 'int', 0, {
    group: 'state model',
    unit: 'ticks',
    range: NOT_NEGATIVE,
    optional: true,
    title: 'Excluded centre',
    description: 'Rows up to this distance from spot are ignored; 0 ignores none, not even the spot row.',
  }),
  field('state_model_spatial_decay_power', 'f64', 0, {
    group: 'state model',
    // 4096^-64 is still a normal number, so the weights of a non-empty window never vanish.
    range: { atLeast: 0, atMost: 64 },
    optional: true,
    title: 'Spatial decay',
    description: 'Rows weigh distance to the minus this power.',
  }),
  field('state_model_zscore_window_bins', 'int', 240, {
    group: 'state model',
    unit: 'bins',
    range: { atLeast: 2, atMost: MAX_ZSCORE_WINDOW_BINS },
    optional: true,
    title: 'z window',
    description: 'History over which the derivatives of the base are normalised.',
  }),
  field('state_model_zscore_min_periods', 'int', 60, {
    group: 'state model',
    unit: 'bins',
    range: { atLeast: 2, atMost: MAX_ZSCORE_WINDOW_BINS },
    optional: true,
    title: 'z minimum history',
    description: 'Bins needed before the model is ready; at most the z window.',
  }),
  field('state_model_tanh_scale', 'f64', 3, {
    group: 'state model',
    range: POSITIVE,
    optional: true,
    title: 'Score softness',
    description: 'The z value at which a channel reaches tanh(1).',
  }),
  stateWeight('state_model_d1_weight', 1, '1st derivative weight', 'One of the three must be above 0.'),
  stateWeight('state_model_d2_weight', 0, '2nd derivative weight', 'One of the three must be above 0.'),
  stateWeight('state_model_d3_weight', 0, '3rd derivative weight', 'One of the three must be above 0.'),
  stateWeight('state_model_bull_pressure_weight', 1, 'Bull pressure weight', 'Weight of rows in state +1.'),
  stateWeight('state_model_bull_vacuum_weight', 1, 'Bull vacuum weight', 'Weight of rows in state +2.'),
  stateWeight('state_model_bear_pressure_weight', 1, 'Bear pressure weight', 'Weight of rows in state -1.'),
  stateWeight('state_model_bear_vacuum_weight', 1, 'Bear vacuum weight', 'Weight of rows in state -2.'),
  stateWeight('state_model_mixed_weight', 0, 'Mixed penalty', 'How much rows in state 0 damp the base.'),
] as const;

type AnyRuntimeField = (typeof RUNTIME_FIELDS)[number];

/** Value of every field, under the field's own name. */
export type RuntimeFieldValues = {
  readonly [F in AnyRuntimeField as F['name']]: F['name'] extends 'product_type'
    ? ProductType
    : FieldValue[F['kind']];
};

export type RuntimeFieldName = keyof RuntimeFieldValues;

/** Width of one grid row in price units of 1e-9: tick size for futures, bucket size for equities (section 3). */
export function tickInt(
  v: Pick<RuntimeFieldValues, 'product_type' | 'tick_size' | 'bucket_size_dollars'>,
): number {
  return halfEven((v.product_type === 'equity_mbo' ? v.bucket_size_dollars : v.tick_size) / 1e-9);
}

function hasUsableTick(v: RuntimeFieldValues): boolean {
  const width = tickInt(v);
  return width >= 1 && width <= Number.MAX_SAFE_INTEGER;
}

/** A condition between fields. It is checked once all fields are valid on their own. */
export interface RuntimeRule {
  /** The field that is named in the message and marked in a panel. */
  readonly field: RuntimeFieldName;
  readonly message: string;
  readonly holds: (values: RuntimeFieldValues) => boolean;
}

export const RUNTIME_RULES: readonly RuntimeRule[] = [
  {
    field: 'flow_rollup_weights',
    message: 'must have as many values as flow_windows',
    holds: (v) => v.flow_rollup_weights.length === v.flow_windows.length,
  },
  {
    field: 'flow_zscore_min_periods',
    message: 'must not exceed flow_zscore_window_bins',
    holds: (v) => v.flow_zscore_min_periods <= v.flow_zscore_window_bins,
  },
  {
    field: 'state_model_zscore_min_periods',
    message: 'must not exceed state_model_zscore_window_bins',
    holds: (v) => v.state_model_zscore_min_periods <= v.state_model_zscore_window_bins,
  },
  {
    field: 'state_model_d1_weight',
    message: 'must be above 0 unless state_model_d2_weight or state_model_d3_weight is',
    holds: (v) => v.state_model_d1_weight + v.state_model_d2_weight + v.state_model_d3_weight > 0,
  },
  {
    field: 'state_model_center_exclusion_radius',
    message: 'must be smaller than grid_radius_ticks, otherwise no row is left',
    holds: (v) => v.state_model_center_exclusion_radius < v.grid_radius_ticks,
  },
  {
    field: 'tick_size',
    message: 'must be a whole number of 1e-9 price units between 1 and 2^53 after rounding',
    holds: (v) => v.product_type !== 'future_mbo' || hasUsableTick(v),
  },
  {
    field: 'bucket_size_dollars',
    message: 'must be a whole number of 1e-9 price units between 1 and 2^53 after rounding',
    holds: (v) => v.product_type !== 'equity_mbo' || hasUsableTick(v),
  },
];
