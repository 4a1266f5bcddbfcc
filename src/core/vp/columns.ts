/**
 * The 42 grid columns in wire order, one value per row of the window. Names, order and types are the contract
 * of vacuum-pressure.md section 17.3; everything that lists columns (Arrow schema, CLI, layer menu, docs) reads
 * this table.
 */
export type ColumnType = 'int8' | 'int32' | 'int64' | 'float64';

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  /** Unit as shown to the user; `q` is the instrument's quantity unit. */
  readonly unit: string;
  readonly title: string;
}

function f64(name: string, unit: string, title: string): ColumnSpec {
  return { name, type: 'float64', unit, title };
}

function chain(prefix: 'v' | 'a' | 'j', what: string, unit: string): ColumnSpec[] {
  const fields: [string, string][] = [
    ['add', 'add'],
    ['pull', 'pull'],
    ['fill', 'fill'],
    ['rest_depth', 'resting depth'],
    ['bid_depth', 'bid depth'],
    ['ask_depth', 'ask depth'],
  ];
  return fields.map(([field, title]) => f64(`${prefix}_${field}`, unit, `${what} of ${title}`));
}

export const GRID_COLUMNS: readonly ColumnSpec[] = [
  { name: 'k', type: 'int32', unit: 'ticks', title: 'Row offset from spot' },
  f64('pressure_variant', 'q/s', 'Pressure'),
  f64('vacuum_variant', 'q/s', 'Vacuum'),
  f64('add_mass', 'q', 'Added mass'),
  f64('pull_mass', 'q', 'Pulled mass'),
  f64('fill_mass', 'q', 'Filled mass'),
  f64('rest_depth', 'q', 'Resting depth'),
  f64('bid_depth', 'q', 'Bid depth'),
  f64('ask_depth', 'q', 'Ask depth'),
  ...chain('v', 'Velocity', 'q/s'),
  ...chain('a', 'Acceleration', 'q/s²'),
  ...chain('j', 'Jerk', 'q/s³'),
  f64('composite', '', 'Composite'),
  f64('composite_d1', '1/s', 'Composite, 1st derivative'),
  f64('composite_d2', '1/s²', 'Composite, 2nd derivative'),
  f64('composite_d3', '1/s³', 'Composite, 3rd derivative'),
  f64('flow_score', '', 'Flow score'),
  { name: 'flow_state_code', type: 'int8', unit: '', title: 'Flow state' },
  { name: 'best_ask_move_ticks', type: 'int32', unit: 'ticks', title: 'Best ask move' },
  { name: 'best_bid_move_ticks', type: 'int32', unit: 'ticks', title: 'Best bid move' },
  { name: 'ask_reprice_sign', type: 'int8', unit: '', title: 'Ask reprice sign' },
  { name: 'bid_reprice_sign', type: 'int8', unit: '', title: 'Bid reprice sign' },
  { name: 'microstate_id', type: 'int8', unit: '', title: 'Microstate' },
  { name: 'state5_code', type: 'int8', unit: '', title: 'Permutation state' },
  { name: 'chase_up_flag', type: 'int8', unit: '', title: 'Chase up' },
  { name: 'chase_down_flag', type: 'int8', unit: '', title: 'Chase down' },
  { name: 'last_event_id', type: 'int64', unit: '', title: 'Last event' },
];

const indexByName = new Map(GRID_COLUMNS.map((c, i) => [c.name, i]));

/** Position of a column in `GRID_COLUMNS`; throws on an unknown name (a bug, not bad input). */
export function columnIndex(name: string): number {
  const i = indexByName.get(name);
  if (i === undefined) throw new RangeError(`unknown grid column ${name}`);
  return i;
}
