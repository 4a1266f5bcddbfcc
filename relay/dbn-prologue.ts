/** The metadata at the beginning of a DBN stream, kept so that a later reader can be given it. */

const PREFIX_BYTES = 8;

export class DbnPrologue {
  #bytes = new Uint8Array(0);
  #wanted = PREFIX_BYTES;

  /** Takes the next bytes of the stream; what follows the metadata is ignored. */
  take(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0 && this.#bytes.length < this.#wanted;) {
      const piece = rest.subarray(0, this.#wanted - this.#bytes.length);
      this.#bytes = new Uint8Array(Buffer.concat([this.#bytes, piece]));
      rest = rest.subarray(piece.length);
      if (this.#wanted === PREFIX_BYTES && this.#bytes.length === PREFIX_BYTES) {
        this.#wanted += new DataView(this.#bytes.buffer).getUint32(4, true);
      }
    }
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }
}
