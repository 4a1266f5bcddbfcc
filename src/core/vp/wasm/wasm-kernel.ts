/**
 * The kernel compiled to WebAssembly. One instance of the module is one kernel with a memory of its own, which the
 * garbage collector frees with it.
 */
import { fail } from '#base/problem';
import { KERNEL_BYTES } from '#core/vp/wasm/kernel-bytes';
import { MBO_WORDS } from '#core/mbo/mbo-layout';
import { BLOCK_BINS } from '#core/vp/frame-block';
import { STATUS_NUMBERS } from '#core/vp/kernel-status';
import { floatsLength, isRefusal, type KernelPort } from '#core/vp/kernel-port';
import { KERNEL_RECORDS, SLOT_COLUMNS, SLOTS_AT_ONCE } from '#core/vp/vp-kernel';

/** Methods that are the same inside and outside. */
type Shared =
  'run' | 'apply' | 'applyToBook' | 'reanchor' | 'closeBin' | 'score' | 'clear' | 'end' | 'readSlots';

/** Exports of `kernel.wasm.ts`; addresses are byte offsets into the memory. */
interface KernelExports extends Pick<KernelPort, Shared> {
  readonly memory: { readonly buffer: ArrayBuffer };
  shapeRoom(count: number): number;
  create(): void;
  wordsAt(): number;
  statusAt(): number;
  floatsAt(): number;
  flowStateAt(): number;
  slotColumnsAt(): number;
  savedAt(): number;
  savedLength(): number;
  loadedAt(): number;
  save(): void;
  saveBook(): void;
  reserve(bytes: number): void;
  restore(bytes: number): void;
}

/** What is used of the global of that name, which the libraries of neither browser nor Node may be assumed for. */
interface WebAssemblyGlobal {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyGlobal };

let compiled: object | undefined;

/** @param parameters see `kernelParameters` */
export function wasmKernel(parameters: Float64Array): KernelPort {
  compiled ??= new WebAssembly.Module(bytesOf(KERNEL_BYTES));
  return new WasmKernel(compiled, parameters);
}

class WasmKernel implements KernelPort {
  private readonly exports: KernelExports;
  private readonly rows: number;
  private failure: Error | undefined;
  private buffer: ArrayBuffer | undefined;
  private views!: Pick<KernelPort, 'words' | 'status' | 'floats' | 'flowState' | 'slotColumns'>;

  constructor(module: object, parameters: Float64Array) {
    const host = { stop: (code: number, message: number, tip: number) => this.stop(code, message, tip) };
    this.exports = new WebAssembly.Instance(module, { host }).exports as KernelExports;
    this.rows = 2 * parameters[1] + 1;
    const at = this.exports.shapeRoom(parameters.length);
    new Float64Array(this.exports.memory.buffer, at, parameters.length).set(parameters);
    this.guarded(() => this.exports.create());
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

  run(from: number, to: number): number {
    return this.guarded(() => this.exports.run(from, to));
  }
  apply(index: number, tNs: number): void {
    this.guarded(() => this.exports.apply(index, tNs));
  }
  applyToBook(index: number): void {
    this.guarded(() => this.exports.applyToBook(index));
  }
  reanchor(): void {
    this.guarded(() => this.exports.reanchor());
  }
  closeBin(endNs: number): void {
    this.guarded(() => this.exports.closeBin(endNs));
  }
  score(): number {
    return this.guarded(() => this.exports.score());
  }
  clear(): void {
    this.guarded(() => this.exports.clear());
  }
  end(): void {
    this.guarded(() => this.exports.end());
  }
  readSlots(from: number, count: number): void {
    this.guarded(() => this.exports.readSlots(from, count));
  }
  saveState(): Uint8Array {
    this.guarded(() => this.exports.save());
    return this.stateCopy();
  }
  saveBookState(): Uint8Array {
    this.guarded(() => this.exports.saveBook());
    return this.stateCopy();
  }
  restoreState(bytes: Uint8Array): void {
    this.guarded(() => this.exports.reserve(bytes.length));
    new Uint8Array(this.exports.memory.buffer, this.exports.loadedAt(), bytes.length).set(bytes);
    this.guarded(() => this.exports.restore(bytes.length));
  }

  private stateCopy(): Uint8Array {
    const { exports } = this;
    return new Uint8Array(exports.memory.buffer, exports.savedAt(), exports.savedLength()).slice();
  }

  /** Views of the memory as it is now: growing replaces its buffer. */
  private current(): WasmKernel['views'] {
    const { exports, rows } = this;
    const { buffer } = exports.memory;
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.views = {
        words: new Uint32Array(buffer, exports.wordsAt(), (KERNEL_RECORDS + 1) * MBO_WORDS),
        status: new Float64Array(buffer, exports.statusAt(), STATUS_NUMBERS),
        floats: new Float64Array(buffer, exports.floatsAt(), floatsLength(rows)),
        flowState: new Uint8Array(buffer, exports.flowStateAt(), BLOCK_BINS * rows),
        slotColumns: new Float64Array(buffer, exports.slotColumnsAt(), SLOT_COLUMNS * SLOTS_AT_ONCE),
      };
    }
    return this.views;
  }

  get isBroken(): boolean {
    return this.failure !== undefined;
  }

  /** What failed in the middle of something is never asked again: every later call fails likewise. */
  private guarded<T>(call: () => T): T {
    if (this.failure !== undefined) throw this.failure;
    try {
      return call();
    } catch (error) {
      if (!isRefusal(error)) this.failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  private stop(code: number, message: number, tip: number): never {
    return fail(this.text(code), this.text(message), { tip: this.text(tip) });
  }

  /** A string of the kernel: UTF-16, its length in bytes before it. */
  private text(at: number): string {
    const { buffer } = this.exports.memory;
    const bytes = new Uint32Array(buffer, at - 4, 1)[0];
    return String.fromCharCode(...new Uint16Array(buffer, at, bytes >> 1));
  }
}

/** Bytes of a text in base64, without the helpers of browser or Node. */
function bytesOf(base64: string): Uint8Array {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bytes = new Uint8Array(Math.floor((base64.replace(/=+$/, '').length * 3) / 4));
  for (let i = 0, to = 0; to < bytes.length; i += 4) {
    const bits = [0, 1, 2, 3].reduce((sum, k) => sum * 64 + Math.max(0, digits.indexOf(base64[i + k])), 0);
    for (let shift = 16; shift >= 0 && to < bytes.length; shift -= 8) bytes[to++] = (bits >> shift) & 255;
  }
  return bytes;
}
