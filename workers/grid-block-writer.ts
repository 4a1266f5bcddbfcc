/** Packs bins into transferable blocks: the stream's own messages, many at a time. */
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import type { BinHead, GridFrame } from '#core/vp/frame';
import { gridUpdateMessage } from '#protocol/grid-encode';
import { GridIpcLayout } from '#protocol/grid-ipc';
import type { GridBlock, GridUpdateMessage } from '#protocol/grid-messages';

export class GridBlockWriter {
  readonly #layout: GridIpcLayout;
  readonly #capacity: number;
  #updates: GridUpdateMessage[] = [];
  #ipc: Uint8Array | undefined;
  #firstMs = 0;

  /** @param capacity bins per block */
  constructor(config: VpRuntimeConfig, capacity: number) {
    this.#layout = GridIpcLayout.of(2 * config.grid_radius_ticks + 1);
    this.#capacity = capacity;
  }

  get isFull(): boolean {
    return this.#updates.length >= this.#capacity;
  }

  /** Milliseconds since the first bin of the block under way; 0 when there is none. */
  ageMs(now: number): number {
    return this.#updates.length === 0 ? 0 : now - this.#firstMs;
  }

  /** Adds a bin and returns its Arrow IPC bytes, a view that is valid until `take`. */
  append(head: Readonly<BinHead>, frame: GridFrame, timeBaseNs: bigint): Uint8Array {
    const { stride } = this.#layout;
    if (!this.#ipc) {
      this.#ipc = new Uint8Array(stride * this.#capacity);
      this.#firstMs = performance.now();
    }
    const offset = this.#updates.length * stride;
    this.#layout.write(frame, this.#ipc, offset);
    this.#updates.push(gridUpdateMessage(head, timeBaseNs));
    return this.#ipc.subarray(offset, offset + stride);
  }

  /** The bins so far as a block whose buffer may be transferred; undefined when there are none. */
  take(): GridBlock | undefined {
    if (!this.#ipc || this.#updates.length === 0) return undefined;
    const used = this.#updates.length * this.#layout.stride;
    const ipc = used === this.#ipc.length ? this.#ipc : this.#ipc.slice(0, used);
    const block: GridBlock = { updates: this.#updates, ipc, ipcStride: this.#layout.stride };
    this.#updates = [];
    this.#ipc = undefined;
    return block;
  }
}
