import { fail } from '#base/problem';

/** Ends what is being done with a problem for the caller. In WebAssembly the host throws it, see `stop.wasm.ts`. */
export function stop(code: string, message: string, tip: string): never {
  return fail(code, message, { tip });
}
