import type {
  ColumnStatistic,
  LayerSelection,
  PaletteName,
  SingleLayer,
  RangeSetting,
  TransferName,
} from '#protocol/render-contract';
import { isDivergingPaletteName, isPaletteName } from '#view/palettes';
import { TRANSFER_CODE } from '#view/transfer';

/** How one grid column is drawn; every field decided. */
export interface LayerStyle {
  readonly palette: PaletteName;
  readonly transfer: TransferName;
  readonly range: RangeSetting;
  readonly statistic: ColumnStatistic;
}

const STATISTICS: ReadonlySet<string> = new Set<ColumnStatistic>(['max', 'last', 'mean']);
/** Columns of the composite view. */
export const DEPTH_COLUMN = 'rest_depth';
export const SCORE_COLUMN = 'flow_score';
/** Start of the decaying maximum for depths and masses (section 22.2); other columns start at zero. */
const QUANTITY_RANGE_START = 100;

const QUANTITY: LayerStyle = { palette: 'tide', transfer: 'sqrt', range: 'auto', statistic: 'max' };
const FORCE: LayerStyle = { palette: 'ember', transfer: 'sqrt', range: 'auto', statistic: 'max' };
const SIGNED: LayerStyle = { palette: 'polar', transfer: 'symlog', range: 'auto', statistic: 'max' };

function coded(palette: PaletteName, lo: number, hi: number): LayerStyle {
  return { palette, transfer: 'linear', range: { lo, hi }, statistic: 'last' };
}

const STYLE_BY_COLUMN: Readonly<Record<string, LayerStyle>> = {
  k: { palette: 'polar', transfer: 'linear', range: 'auto', statistic: 'last' },
  pressure_variant: FORCE,
  vacuum_variant: FORCE,
  add_mass: QUANTITY,
  pull_mass: QUANTITY,
  fill_mass: QUANTITY,
  rest_depth: QUANTITY,
  bid_depth: QUANTITY,
  ask_depth: QUANTITY,
  composite: { palette: 'signal', transfer: 'linear', range: { lo: -1, hi: 1 }, statistic: 'max' },
  flow_score: { palette: 'signal', transfer: 'linear', range: { lo: -1, hi: 1 }, statistic: 'max' },
  flow_state_code: coded('signal', -1, 1),
  best_ask_move_ticks: { ...SIGNED, transfer: 'linear', statistic: 'max' },
  best_bid_move_ticks: { ...SIGNED, transfer: 'linear', statistic: 'max' },
  ask_reprice_sign: coded('polar', -1, 1),
  bid_reprice_sign: coded('polar', -1, 1),
  microstate_id: coded('states', 0, 8),
  state5_code: coded('states', -2, 2),
  chase_up_flag: coded('tide', 0, 1),
  chase_down_flag: coded('tide', 0, 1),
  last_event_id: { palette: 'dusk', transfer: 'linear', range: 'auto', statistic: 'last' },
};

/** Default style of a grid column; unknown columns are drawn as signed quantities. */
export function defaultStyle(column: string): LayerStyle {
  return Object.hasOwn(STYLE_BY_COLUMN, column) ? STYLE_BY_COLUMN[column] : SIGNED;
}

export function rangeStart(column: string): number {
  return defaultStyle(column) === QUANTITY ? QUANTITY_RANGE_START : 0;
}

export function styleOf(layer: SingleLayer): LayerStyle {
  const base = defaultStyle(layer.column);
  return {
    palette: layer.palette ?? base.palette,
    transfer: layer.transfer ?? base.transfer,
    range: layer.range ?? base.range,
    statistic: layer.statistic ?? base.statistic,
  };
}

/** Throws `RangeError` for names that are not in the contract (a selection may come from a link). */
export function checkSelection(selection: LayerSelection): void {
  const { palette, statistic }: { palette?: string; statistic?: string } = selection;
  const known = selection.view === 'composite' ? isDivergingPaletteName : isPaletteName;
  if (palette !== undefined && !known(palette)) throw new RangeError(`no palette ${palette} for this view`);
  if (statistic !== undefined && !STATISTICS.has(statistic))
    throw new RangeError(`no statistic ${statistic}`);
  if (
    selection.view === 'single' &&
    selection.transfer !== undefined &&
    !Object.hasOwn(TRANSFER_CODE, selection.transfer)
  ) {
    throw new RangeError(`no transfer function ${selection.transfer}`);
  }
}

/** Grid columns that must be sent for a selection to be drawn. */
export function columnsOf(selection: LayerSelection): string[] {
  return selection.view === 'composite' ? [DEPTH_COLUMN, SCORE_COLUMN] : [selection.column];
}

/** The statistic that a selection asks for, by column. */
export function statisticOf(selection: LayerSelection): ColumnStatistic {
  return selection.view === 'composite' ? (selection.statistic ?? 'max') : styleOf(selection).statistic;
}
