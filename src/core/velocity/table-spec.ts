import {
  NO_I32,
  type CellType,
  type ColumnBuffer,
  type TableBuffer,
  type TableColumn,
} from '#core/arrow/table-buffer';

const TWO_32 = 4294967296;

export type CellValue = number | bigint | string | boolean | undefined;

/** A column and where its cells come from. */
export interface SpecColumn<S> extends TableColumn {
  readonly read: (source: S, row: number) => CellValue;
}

/** A table as data: its columns, and how many rows a source has. */
export interface TableSpec<S> {
  readonly columns: readonly SpecColumn<S>[];
  readonly rows: (source: S) => number;
}

export function column<S>(name: string, type: CellType, read: SpecColumn<S>['read']): SpecColumn<S> {
  return { name, type, read };
}

/** The columns of these names, in this order. */
export function pickColumns<S>(spec: TableSpec<S>, names: readonly string[]): TableSpec<S> {
  const columns = names.map((name) => {
    const found = spec.columns.find((c) => c.name === name);
    if (!found) throw new RangeError(`there is no column ${name}`);
    return found;
  });
  return { rows: spec.rows, columns };
}

/** Appends all rows of a source. The table has the columns of the specification. */
export function appendRows<S>(table: TableBuffer, spec: TableSpec<S>, source: S): void {
  const count = spec.rows(source);
  table.reserve(count);
  spec.columns.forEach(({ read }, i) => {
    const cells = table.columns[i];
    for (let row = 0; row < count; row++) writeCell(cells, table.rows + row, read(source, row));
  });
  table.rows += count;
}

function writeCell(target: ColumnBuffer, row: number, value: CellValue): void {
  const { cells, type } = target;
  switch (type) {
    case 'text':
      target.texts.push(String(value));
      return;
    case 'i64':
    case 'u64':
    case 'ns':
      writeWide(cells, row, value as number | bigint);
      return;
    case 'i32?':
      cells[row] = value === undefined ? NO_I32 : Number(value);
      return;
    default:
      cells[row] = value === undefined ? NaN : Number(value);
  }
}

function writeWide(cells: ColumnBuffer['cells'], row: number, value: number | bigint): void {
  if (typeof value === 'bigint') {
    cells[2 * row] = Number(BigInt.asUintN(32, value));
    cells[2 * row + 1] = Number(BigInt.asUintN(32, value >> 32n));
  } else {
    const high = Math.floor(value / TWO_32);
    cells[2 * row] = value - high * TWO_32;
    cells[2 * row + 1] = high;
  }
}

/** The cell of a row as a plain value: 64-bit integers are bigint, null is undefined. */
export function cellOf({ cells, texts, type }: ColumnBuffer, row: number): CellValue {
  switch (type) {
    case 'text':
      return texts[row];
    case 'bool':
      return cells[row] !== 0;
    case 'u64':
    case 'ns':
      return (BigInt(cells[2 * row + 1]) << 32n) | BigInt(cells[2 * row]);
    case 'i64':
      return BigInt.asIntN(64, (BigInt(cells[2 * row + 1]) << 32n) | BigInt(cells[2 * row]));
    case 'i32?':
      return cells[row] === NO_I32 ? undefined : cells[row];
    case 'f64?':
      return Number.isNaN(cells[row]) ? undefined : cells[row];
    default:
      return cells[row];
  }
}
