/** `stop.ts` for the compiler to WebAssembly: the host reads the texts and throws. */
@external('host', 'stop')
declare function hostStop(code: string, message: string, tip: string): void;

export function stop(code: string, message: string, tip: string): void {
  hostStop(code, message, tip);
  unreachable();
}
