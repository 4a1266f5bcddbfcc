/** Compiles the kernel unless what is there was made from the sources as they are. */
export function ensureKernel(): Promise<void>;
