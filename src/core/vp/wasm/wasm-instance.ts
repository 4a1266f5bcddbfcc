/**
 * An instance of the compiled module, with a memory of its own that the garbage collector frees with it. It holds one
 * kernel, of either kind.
 */
import { fail } from '#base/problem';
import { isRefusal } from '#core/vp/kernel-port';
import { KERNEL_BYTES } from '#core/vp/wasm/kernel-bytes';

/** What every instance exports; addresses are byte offsets into the memory. */
export interface InstanceExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  shapeRoom(count: number): number;
}

/** What is used of the global of that name, which the libraries of neither browser nor Node may be assumed for. */
interface WebAssemblyGlobal {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyGlobal };

let compiled: object | undefined;

export class WasmInstance<Exports extends InstanceExports> {
  readonly exports: Exports;
  private failure: Error | undefined;

  /**
   * @param parameters see `kernelParameters`
   * @param create which kernel
   */
  constructor(parameters: Float64Array, create: (exports: Exports) => void) {
    compiled ??= new WebAssembly.Module(bytesOf(KERNEL_BYTES));
    const host = { stop: (code: number, message: number, tip: number) => this.stop(code, message, tip) };
    this.exports = new WebAssembly.Instance(compiled, { host }).exports as Exports;
    const at = this.exports.shapeRoom(parameters.length);
    new Float64Array(this.buffer, at, parameters.length).set(parameters);
    this.guarded(() => create(this.exports));
  }

  /** The memory as it is now: growing replaces it. */
  get buffer(): ArrayBuffer {
    return this.exports.memory.buffer;
  }

  get isBroken(): boolean {
    return this.failure !== undefined;
  }

  /** What failed in the middle of something is never asked again: every later call fails likewise. */
  guarded<T>(call: () => T): T {
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
    const bytes = new Uint32Array(this.buffer, at - 4, 1)[0];
    return String.fromCharCode(...new Uint16Array(this.buffer, at, bytes >> 1));
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
