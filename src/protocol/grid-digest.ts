import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/**
 * SHA-256 over the Arrow IPC messages of all bins in stream order: equal digests mean equal grids to the bit,
 * whatever the source, the slicing or the machine.
 */
export class GridDigest {
  readonly #hash = sha256.create();

  update(message: Uint8Array): void {
    this.#hash.update(message);
  }

  /** The digest so far, 64 hex digits. */
  hex(): string {
    return bytesToHex(this.#hash.clone().digest());
  }
}
