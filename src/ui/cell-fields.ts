/** The fields of one cell in words, for the crosshair card, the table and the screen reader. */
import type { BinReadout } from '#app/model';
import { rowOffset } from '#view/hit-test';
import { formatCount, formatFixed, formatSigned, formatValue, NONE } from '#ui/format';
import { groupColumns, unitText, type ColumnSpec } from '#view/layer-groups';
import { flowStateName, state5Name } from '#ui/signals';

export interface CellField {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly text: string;
}

export interface CellFieldGroup {
  readonly title: string;
  readonly fields: readonly CellField[];
}

/** Why a cell has no values, for a row outside the window of its bin. */
export function uncomputedReason({ rows, spotTick }: BinReadout): string {
  return Number.isNaN(spotTick)
    ? 'This bin has no spot, so none of its rows are computed.'
    : `Only the ± ${(rows - 1) / 2} rows around the spot are computed. There may be depth here.`;
}

/** A grid value; NaN when the row is outside the window or the column was given up for memory. */
export function cellValue(readout: BinReadout, name: string, row: number | undefined): number {
  if (row === undefined || row < 0 || row >= readout.rows) return NaN;
  if (name === 'k') return row - (readout.rows - 1) / 2;
  return readout.column(name)?.[row] ?? NaN;
}

/** The row of the bin's window that covers an absolute tick, or undefined. */
export function rowOfTick(readout: BinReadout, tick: number): number | undefined {
  const radius = (readout.rows - 1) / 2;
  const k = rowOffset(tick, readout.spotTick, radius);
  return k === null ? undefined : k + radius;
}

function fieldText(column: ColumnSpec, value: number): string {
  if (Number.isNaN(value)) return NONE;
  if (column.name === 'flow_state_code') return flowStateName(value);
  if (column.name === 'state5_code') return `${formatSigned(value, 0)} ${state5Name(value)}`;
  if (column.name.endsWith('_flag')) return value === 1 ? 'yes' : 'no';
  if (column.name === 'flow_score' || column.name === 'composite') return formatSigned(value, 3);
  return column.type === 'float64' ? formatValue(value) : formatCount(value);
}

/** All 42 fields of a cell, grouped as the layer menu groups them. */
export function cellFieldGroups(
  readout: BinReadout,
  row: number | undefined,
  qtyUnit: string | undefined,
): CellFieldGroup[] {
  return groupColumns().map(({ title, columns }) => ({
    title,
    fields: columns.map((column) => ({
      name: column.name,
      title: column.title,
      unit: unitText(column.unit, qtyUnit),
      text: fieldText(column, cellValue(readout, column.name, row)),
    })),
  }));
}

/** What a screen reader says when the data cursor moves: position first, then the state, then the numbers. */
export function spokenCell(
  readout: BinReadout,
  row: number | undefined,
  time: string,
  price: string,
): string {
  const position = `${time}, price ${price}`;
  if (row === undefined) return `${position}, not computed`;
  const score = cellValue(readout, 'flow_score', row);
  const parts = [
    position,
    `flow ${formatFixed(score, 2)} ${flowStateName(cellValue(readout, 'flow_state_code', row))}`,
    `bid depth ${formatCount(cellValue(readout, 'bid_depth', row))}`,
    `ask depth ${formatCount(cellValue(readout, 'ask_depth', row))}`,
    `pressure ${formatValue(cellValue(readout, 'pressure_variant', row))}`,
    `vacuum ${formatValue(cellValue(readout, 'vacuum_variant', row))}`,
  ];
  return parts.filter((part) => !part.endsWith(NONE)).join(', ');
}
