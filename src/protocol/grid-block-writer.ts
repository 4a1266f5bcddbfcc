/** Packs bins into transferable blocks: the stream's own messages, many at a time. */
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import type { BinHead, GridFrame } from '#core/vp/frame';
import { GridHeads } from '#protocol/grid-heads';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { GridIpcWriter } from '#protocol/grid-ipc-writer';
import type { GridBlock } from '#protocol/grid-messages';

/** Buffers kept for later blocks: more never come back at once, because no more blocks are under way. */
const MAX_SPARES = 2;

export class GridBlockWriter {
  readonly #layout: GridIpcLayout;
  readonly #capacity: number;
  #heads: GridHeads;
  #ipc: GridIpcWriter | undefined;
  #firstMs = 0;
  readonly #spares: ArrayBuffer[] = [];

  /** @param capacity bins per block */
  constructor(config: VpRuntimeConfig, capacity: number) {
    this.#layout = GridIpcLayout.of(2 * config.grid_radius_ticks + 1);
    this.#capacity = capacity;
    this.#heads = GridHeads.withCapacity(capacity);
  }

  get isFull(): boolean {
    return this.#heads.count >= this.#capacity;
  }

  /** Milliseconds since the first bin of the block under way; 0 when there is none. */
  ageMs(now: number): number {
    return this.#heads.count === 0 ? 0 : now - this.#firstMs;
  }

  append(head: Readonly<BinHead>, frame: GridFrame, timeBaseNs: bigint): void {
    const { count } = this.#heads;
    if (count === 0) this.#firstMs = performance.now();
    this.#ipc ??= new GridIpcWriter(this.#layout, this.#spares.pop() ?? new ArrayBuffer(this.#blockBytes));
    this.#ipc.write(frame, count);
    this.#heads.append(head, timeBaseNs);
  }

  /** The bins so far as a block whose buffers may be transferred; undefined when there are none. */
  take(): GridBlock | undefined {
    const { count } = this.#heads;
    if (!this.#ipc || count === 0) return undefined;
    const { buffer } = this.#ipc;
    const { stride } = this.#layout;
    const block: GridBlock = {
      heads: this.#heads.data,
      ipc: new Uint8Array(this.isFull ? buffer : buffer.slice(0, count * stride)),
      ipcStride: stride,
    };
    if (this.isFull) this.#ipc = undefined;
    this.#heads = GridHeads.withCapacity(this.#capacity);
    return block;
  }

  /** Takes back the buffer of an earlier block: memory that was used before costs a fraction of fresh memory. */
  recycle(buffer: ArrayBuffer): void {
    const fits = buffer.byteLength === this.#blockBytes;
    if (fits && this.#spares.length < MAX_SPARES) this.#spares.push(buffer);
  }

  get #blockBytes(): number {
    return this.#layout.stride * this.#capacity;
  }
}
