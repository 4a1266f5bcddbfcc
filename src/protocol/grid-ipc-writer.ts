import { GRID_COLUMNS } from '#core/vp/columns';
import type { GridFrame } from '#core/vp/frame';
import type { GridIpcLayout } from '#protocol/grid-ipc';

const TWO_32 = 4294967296;

/** The columns that are not part of a run of doubles. */
const SHORT_COLUMNS = GRID_COLUMNS.map(({ type }, index) => ({ type, index })).filter(
  ({ type }) => type !== 'float64',
);

/**
 * Writes the Arrow IPC messages of bins one after another into a buffer. Its views are made once per buffer, because
 * making them costs more than copying what a column holds. Whatever the buffer held before is overwritten.
 */
export class GridIpcWriter {
  readonly #layout: GridIpcLayout;
  readonly #bytes: Uint8Array;
  readonly #int8: Int8Array;
  readonly #int32: Int32Array;
  readonly #doubles: Float64Array;
  /** What surrounds the doubles in every message: headers, padding, and the places of the other columns. */
  readonly #constants: readonly { readonly at: number; readonly bytes: Uint8Array }[];

  /** @param buffer holds a whole number of messages */
  constructor(
    layout: GridIpcLayout,
    readonly buffer: ArrayBuffer,
  ) {
    this.#layout = layout;
    this.#bytes = new Uint8Array(buffer);
    this.#int8 = new Int8Array(buffer);
    this.#int32 = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#constants = constantParts(layout);
  }

  /** Writes the message with this index, `layout.stride` bytes. */
  write(frame: GridFrame, index: number): void {
    const { stride, offsets, floatRuns } = this.#layout;
    const start = index * stride;
    for (const { at, bytes } of this.#constants) this.#bytes.set(bytes, start + at);
    for (const { frameOffset, messageOffset, length } of floatRuns) {
      const values = frame.floats.subarray(frameOffset, frameOffset + length);
      this.#doubles.set(values, (start + messageOffset) / 8);
    }
    for (const { type, index: column } of SHORT_COLUMNS) {
      const values = frame.columns[column];
      const at = start + offsets[column];
      if (type === 'int8') this.#int8.set(values, at);
      else if (type === 'int32') this.#int32.set(values, at / 4);
      else this.#writeInt64(values, at / 4);
    }
  }

  /** As two halves: a bigint per value would cost more than the whole rest of the message. */
  #writeInt64(values: ArrayLike<number>, at: number): void {
    const words = this.#int32;
    for (let row = 0; row < values.length; row++) {
      words[at + 2 * row] = values[row] | 0;
      words[at + 2 * row + 1] = Math.floor(values[row] / TWO_32);
    }
  }
}

function constantParts({ template, floatRuns }: GridIpcLayout): { at: number; bytes: Uint8Array }[] {
  const parts: { at: number; bytes: Uint8Array }[] = [];
  let at = 0;
  for (const { messageOffset, length } of floatRuns) {
    parts.push({ at, bytes: template.subarray(at, messageOffset) });
    at = messageOffset + length * 8;
  }
  parts.push({ at, bytes: template.subarray(at) });
  return parts;
}
