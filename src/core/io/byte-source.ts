/** Random access to bytes: a dropped `File`, a path on disk, memory, a test double. */
export interface ByteSource {
  readonly name: string;
  /** Total length in bytes, or `undefined` for a pipe. */
  readonly size: number | undefined;
  /** Bytes `[start, end)`, cut at the end of the source. Rejects with a `ProblemError`. */
  slice(start: number, end: number): Promise<Uint8Array>;
}

export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.length,
    slice: (start, end) => Promise.resolve(bytes.subarray(start, Math.min(end, bytes.length))),
  };
}
