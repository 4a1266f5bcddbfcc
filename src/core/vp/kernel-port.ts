/** A `VpKernel` as `BinStream` sees it, compiled to WebAssembly or as TypeScript. */
import { ProblemError } from '#base/problem';
import { BLOCK_BINS, FLOAT_COUNT } from '#core/vp/frame-block';
import { VpKernel } from '#core/vp/vp-kernel';
import { readShape } from '#core/vp/vp-shape';

/**
 * The arrays belong to the kernel. Their memory may move with any call, so they are asked for anew after each and never
 * kept.
 */
export interface KernelPort {
  /** Room for `KERNEL_RECORDS` records. */
  readonly words: Uint32Array;
  /** See `kernel-status.ts`. */
  readonly status: Float64Array;
  /** See `FrameBlock`. */
  readonly floats: Float64Array;
  readonly flowState: Uint8Array;
  readonly slotColumns: Float64Array;
  /** See `SpectrumFeeder`. */
  readonly feeds: Float64Array;
  /** A call failed half-way: bins that were not scored are lost, and every further call fails. */
  readonly isBroken: boolean;
  run(from: number, to: number): number;
  apply(index: number, tNs: number): void;
  applyToBook(index: number): void;
  reanchor(): void;
  closeBin(endNs: number): void;
  score(): void;
  beginFeeds(): void;
  moreFeeds(): number;
  clear(): void;
  end(): void;
  readSlots(from: number, count: number): void;
  /** The whole state as a copy. */
  saveState(): Uint8Array;
  /** The state of the book alone, for `bookFromState`. */
  saveBookState(): Uint8Array;
  /** @throws ProblemError `state/…`, `book/bad-checkpoint` */
  restoreState(bytes: Uint8Array): void;
}

/** @param parameters see `kernelParameters` */
export type KernelMaker = (parameters: Float64Array) => KernelPort;

/** The kernel as TypeScript: slower, for tests that compare the two and for debugging. */
export function plainKernel(parameters: Float64Array): PlainKernel {
  return new PlainKernel(new VpKernel(readShape(parameters)));
}

export class PlainKernel implements KernelPort {
  readonly words: Uint32Array;
  readonly status: Float64Array;
  readonly floats: Float64Array;
  readonly flowState: Uint8Array;
  readonly slotColumns: Float64Array;
  readonly feeds: Float64Array;

  constructor(readonly inner: VpKernel) {
    this.words = inner.words;
    this.status = inner.status;
    this.floats = inner.frames.floats;
    this.flowState = inner.frames.flowState;
    this.slotColumns = inner.slotColumns;
    this.feeds = inner.feeder.feeds;
  }

  get isBroken(): boolean {
    return false;
  }
  run(from: number, to: number): number {
    return this.inner.run(from, to);
  }
  apply(index: number, tNs: number): void {
    this.inner.apply(index, tNs);
  }
  applyToBook(index: number): void {
    this.inner.applyToBook(index);
  }
  reanchor(): void {
    this.inner.reanchor();
  }
  closeBin(endNs: number): void {
    this.inner.closeBin(endNs);
  }
  score(): void {
    this.inner.score();
  }
  beginFeeds(): void {
    this.inner.beginFeeds();
  }
  moreFeeds(): number {
    return this.inner.moreFeeds();
  }
  clear(): void {
    this.inner.clear();
  }
  end(): void {
    this.inner.end();
  }
  readSlots(from: number, count: number): void {
    this.inner.readSlots(from, count);
  }
  saveState(): Uint8Array {
    this.inner.save();
    return this.inner.saved.finish();
  }
  saveBookState(): Uint8Array {
    this.inner.saveBook();
    return this.inner.saved.finish();
  }
  restoreState(bytes: Uint8Array): void {
    this.inner.reserve(bytes.length);
    this.inner.loaded.set(bytes);
    this.inner.restore(bytes.length);
  }
}

/** Whether the kernel refused what it was given, as it does in strict mode; it then is as it was. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'vp/out-of-range';
}

/** Length of `floats` for windows of `rows` rows. */
export function floatsLength(rows: number): number {
  return BLOCK_BINS * FLOAT_COUNT * rows;
}
