import { FLOAT_COLUMNS, GridFrame } from '#core/vp/frame';
import { LabelColumns } from '#core/vp/label-columns';

/** A frame of zeros with memory of its own. */
export function emptyFrame(rows: number): GridFrame {
  const floats = new Float64Array(FLOAT_COLUMNS.length * rows);
  return new GridFrame(rows, floats, new Int8Array(rows), new LabelColumns((rows - 1) / 2));
}
