import { DataType, Precision, type RecordBatch, type Vector } from 'apache-arrow';
import { fail } from '#base/problem';
import type { CellType, TableColumn } from '#core/arrow/table-buffer';
import type { CellValue } from '#core/velocity/table-spec';

/** Columns of a record batch by name, with the types that a table must have. Further columns are ignored. */
export class BatchColumns {
  readonly #columns = new Map<string, Vector>();

  /** @throws ProblemError `velocity/missing-column`, `velocity/column-type`, `velocity/null-cell` */
  constructor(
    readonly batch: RecordBatch,
    wanted: readonly TableColumn[],
  ) {
    for (const { name, type } of wanted) {
      const column = batch.getChild(name);
      if (!column) fail('velocity/missing-column', `The table has no column ${name}.`);
      if (!hasType(column, type)) {
        fail('velocity/column-type', `The column ${name} is of type ${String(column.type)}.`);
      }
      if (column.nullCount > 0 && !type.endsWith('?')) {
        fail('velocity/null-cell', `The column ${name} has cells without a value.`);
      }
      this.#columns.set(name, column);
    }
  }

  get rows(): number {
    return this.batch.numRows;
  }

  cell(name: string, row: number): CellValue {
    const value = this.#columns.get(name)?.get(row) as CellValue | null;
    return value ?? undefined;
  }

  big(name: string, row: number): bigint {
    return this.cell(name, row) as bigint;
  }

  /** A number, or a 64-bit integer as one. */
  number(name: string, row: number): number {
    return Number(this.cell(name, row));
  }

  /** The values of a column without nulls as numbers. */
  floats(name: string): Float64Array {
    return Float64Array.from({ length: this.rows }, (_, row) => this.number(name, row));
  }

  integers(name: string): Int32Array {
    return Int32Array.from({ length: this.rows }, (_, row) => this.number(name, row));
  }
}

function hasType({ type }: Vector, wanted: CellType): boolean {
  switch (wanted) {
    case 'i64':
      return DataType.isInt(type) && type.bitWidth === 64 && type.isSigned;
    case 'i32':
    case 'i32?':
      return DataType.isInt(type) && type.bitWidth === 32 && type.isSigned;
    case 'f64':
    case 'f64?':
      return DataType.isFloat(type) && type.precision === Precision.DOUBLE;
    case 'bool':
      return DataType.isBool(type);
    case 'text':
      return DataType.isUtf8(type);
    default:
      return false;
  }
}
