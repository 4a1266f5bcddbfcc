/**
 * The few accesses to FlatBuffers that framing an Arrow stream needs (Message, RecordBatch, DictionaryBatch).
 * Every read is bounds-checked by `DataView`: damaged metadata throws a `RangeError`, nothing else.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  private constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#vtable = at - view.getInt32(at, true);
    this.#vtableBytes = view.getUint16(this.#vtable, true);
  }

  /** The root table of a buffer. @throws RangeError */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Offset of field `index` in the buffer; 0 = absent (the default holds). */
  #field(index: number): number {
    const entry = 4 + 2 * index;
    const offset = entry + 2 <= this.#vtableBytes ? this.#view.getUint16(this.#vtable + entry, true) : 0;
    return offset === 0 ? 0 : this.#at + offset;
  }

  has(index: number): boolean {
    return this.#field(index) !== 0;
  }

  uint8(index: number): number {
    const at = this.#field(index);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  /** i64 as a number; above 2^53 only the magnitude is right. */
  int64(index: number): number {
    const at = this.#field(index);
    return at === 0 ? 0 : this.#view.getInt32(at + 4, true) * 4294967296 + this.#view.getUint32(at, true);
  }

  table(index: number): FlatTable | undefined {
    const at = this.#field(index);
    return at === 0 ? undefined : new FlatTable(this.#view, at + this.#view.getUint32(at, true));
  }

  /** First i64 of every struct in a vector of structs of `structBytes`. */
  *firstInt64s(index: number, structBytes: number): Generator<number> {
    const at = this.#field(index);
    if (at === 0) return;
    const vector = at + this.#view.getUint32(at, true);
    const count = this.#view.getUint32(vector, true);
    for (let i = 0; i < count; i++) {
      const item = vector + 4 + i * structBytes;
      yield this.#view.getInt32(item + 4, true) * 4294967296 + this.#view.getUint32(item, true);
    }
  }
}
