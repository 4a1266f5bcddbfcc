/** Packed binary records (DBN) → columns, field by field: no object and no BigInt per record. */
import { TableBuffer, type CellType, type NumberCells, type TableColumn } from '#core/arrow/table-buffer';

/** A field of a packed little-endian record; DBN's record layouts have this shape. */
export interface RecordField {
  readonly name: string;
  readonly type: 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'char' | 'cstr';
  readonly offset: number;
  readonly bytes: number;
  readonly unit?: 'price' | 'ns';
}

function cellType(field: RecordField): CellType {
  if (field.unit === 'ns') return 'ns';
  return field.type === 'char' || field.type === 'cstr' ? 'text' : field.type;
}

/** Prices stay integers in units of 1e-9. */
export function recordColumns(fields: readonly RecordField[]): TableColumn[] {
  return fields.map((field) => ({ name: field.name, type: cellType(field) }));
}

/**
 * Appends `count` records.
 *
 * @param table made from `recordColumns(fields)`, possibly with more columns behind, which the caller fills
 * @param stride bytes from one record to the next
 */
export function appendRecords(
  table: TableBuffer,
  fields: readonly RecordField[],
  bytes: Uint8Array,
  stride: number,
  count: number,
): void {
  table.reserve(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, stride * count);
  fields.forEach((field, i) => {
    const column = table.columns[i];
    if (column.type === 'text') {
      for (let r = 0; r < count; r++) column.texts.push(textAt(bytes, r * stride + field.offset, field));
    } else {
      copyNumbers(column.cells, table.rows, field, view, stride, count);
    }
  });
  table.rows += count;
}

function copyNumbers(
  cells: NumberCells,
  row: number,
  field: RecordField,
  view: DataView,
  stride: number,
  count: number,
): void {
  const { offset, type } = field;
  for (let r = 0; r < count; r++) {
    const at = r * stride + offset;
    switch (type) {
      case 'u64':
      case 'i64':
        cells[2 * (row + r)] = view.getUint32(at, true);
        cells[2 * (row + r) + 1] = view.getUint32(at + 4, true);
        break;
      case 'u8':
        cells[row + r] = view.getUint8(at);
        break;
      case 'i8':
        cells[row + r] = view.getInt8(at);
        break;
      case 'u16':
        cells[row + r] = view.getUint16(at, true);
        break;
      case 'i16':
        cells[row + r] = view.getInt16(at, true);
        break;
      case 'u32':
        cells[row + r] = view.getUint32(at, true);
        break;
      default:
        cells[row + r] = view.getInt32(at, true);
    }
  }
}

/** Characters as they are, texts up to their first NUL; every byte one character. */
function textAt(bytes: Uint8Array, at: number, field: RecordField): string {
  if (field.type === 'char') return String.fromCharCode(bytes[at]);
  let text = '';
  for (let i = at; i < at + field.bytes && bytes[i] !== 0; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
