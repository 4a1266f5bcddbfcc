/** The kernel compiled to WebAssembly. */
import { MBO_WORDS } from '#core/mbo/mbo-layout';
import { BLOCK_BINS } from '#core/vp/frame-block';
import { floatsLength, type KernelPort } from '#core/vp/kernel-port';
import { STATUS_NUMBERS } from '#core/vp/kernel-status';
import { KERNEL_RECORDS, SLOT_COLUMNS, SLOTS_AT_ONCE } from '#core/vp/vp-kernel';
import { WasmInstance, type InstanceExports } from '#core/vp/wasm/wasm-instance';

/** Methods that are the same inside and outside. */
type Shared =
  | 'run'
  | 'apply'
  | 'applyToBook'
  | 'reanchor'
  | 'closeBin'
  | 'score'
  | 'beginFeeds'
  | 'moreFeeds'
  | 'clear'
  | 'end'
  | 'readSlots';

/** Exports of `kernel.wasm.ts`; addresses are byte offsets into the memory. */
interface KernelExports extends InstanceExports, Pick<KernelPort, Shared> {
  create(): void;
  wordsAt(): number;
  statusAt(): number;
  floatsAt(): number;
  flowStateAt(): number;
  slotColumnsAt(): number;
  feedsAt(): number;
  feedsLength(): number;
  savedAt(): number;
  savedLength(): number;
  loadedAt(): number;
  save(): void;
  saveBook(): void;
  reserve(bytes: number): void;
  restore(bytes: number): void;
}

/** @param parameters see `kernelParameters` */
export function wasmKernel(parameters: Float64Array): KernelPort {
  return new WasmKernel(parameters);
}

class WasmKernel implements KernelPort {
  private readonly instance: WasmInstance<KernelExports>;
  private readonly exports: KernelExports;
  private readonly rows: number;
  private buffer: ArrayBuffer | undefined;
  private views!: Pick<KernelPort, 'words' | 'status' | 'floats' | 'flowState' | 'slotColumns' | 'feeds'>;

  constructor(parameters: Float64Array) {
    this.instance = new WasmInstance<KernelExports>(parameters, (exports) => exports.create());
    this.exports = this.instance.exports;
    this.rows = 2 * parameters[1] + 1;
  }

  get words(): Uint32Array {
    return this.current().words;
  }
  get status(): Float64Array {
    return this.current().status;
  }
  get floats(): Float64Array {
    return this.current().floats;
  }
  get flowState(): Uint8Array {
    return this.current().flowState;
  }
  get slotColumns(): Float64Array {
    return this.current().slotColumns;
  }
  get feeds(): Float64Array {
    return this.current().feeds;
  }
  get isBroken(): boolean {
    return this.instance.isBroken;
  }

  run(from: number, to: number): number {
    return this.instance.guarded(() => this.exports.run(from, to));
  }
  apply(index: number, tNs: number): void {
    this.instance.guarded(() => this.exports.apply(index, tNs));
  }
  applyToBook(index: number): void {
    this.instance.guarded(() => this.exports.applyToBook(index));
  }
  reanchor(): void {
    this.instance.guarded(() => this.exports.reanchor());
  }
  closeBin(endNs: number): void {
    this.instance.guarded(() => this.exports.closeBin(endNs));
  }
  score(): void {
    this.instance.guarded(() => this.exports.score());
  }
  beginFeeds(): void {
    this.instance.guarded(() => this.exports.beginFeeds());
  }
  moreFeeds(): number {
    return this.instance.guarded(() => this.exports.moreFeeds());
  }
  clear(): void {
    this.instance.guarded(() => this.exports.clear());
  }
  end(): void {
    this.instance.guarded(() => this.exports.end());
  }
  readSlots(from: number, count: number): void {
    this.instance.guarded(() => this.exports.readSlots(from, count));
  }
  saveState(): Uint8Array {
    this.instance.guarded(() => this.exports.save());
    return this.stateCopy();
  }
  saveBookState(): Uint8Array {
    this.instance.guarded(() => this.exports.saveBook());
    return this.stateCopy();
  }
  restoreState(bytes: Uint8Array): void {
    this.instance.guarded(() => this.exports.reserve(bytes.length));
    new Uint8Array(this.instance.buffer, this.exports.loadedAt(), bytes.length).set(bytes);
    this.instance.guarded(() => this.exports.restore(bytes.length));
  }

  private stateCopy(): Uint8Array {
    const { exports, instance } = this;
    return new Uint8Array(instance.buffer, exports.savedAt(), exports.savedLength()).slice();
  }

  /** Views of the memory as it is now: growing replaces its buffer. */
  private current(): WasmKernel['views'] {
    const { exports, rows } = this;
    const { buffer } = this.instance;
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.views = {
        words: new Uint32Array(buffer, exports.wordsAt(), (KERNEL_RECORDS + 1) * MBO_WORDS),
        status: new Float64Array(buffer, exports.statusAt(), STATUS_NUMBERS),
        floats: new Float64Array(buffer, exports.floatsAt(), floatsLength(rows)),
        flowState: new Uint8Array(buffer, exports.flowStateAt(), BLOCK_BINS * rows),
        slotColumns: new Float64Array(buffer, exports.slotColumnsAt(), SLOT_COLUMNS * SLOTS_AT_ONCE),
        feeds: new Float64Array(buffer, exports.feedsAt(), exports.feedsLength()),
      };
    }
    return this.views;
  }
}
