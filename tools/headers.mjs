/**
 * Response headers of every host we control (dev, preview, `npm start`): cross-origin isolation for shared
 * memory, and a content policy under which the page cannot send anything anywhere.
 *
 * regl compiles draw commands with the `Function` constructor, so only the render worker's own response allows
 * `unsafe-eval`; in exchange it may connect to nothing at all. Workers that instantiate WebAssembly
 * (zstd, Parquet) carry `wasm-unsafe-eval`, and `data:` because the zstd module is embedded as a data URL.
 */
const COMMON = "default-src 'none'; base-uri 'none'; form-action 'none'";

/** For the document. `frame-ancestors` is left out: it is only valid in a header. */
export const CONTENT_POLICY = [
  COMMON,
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
].join('; ');

const RENDER_WORKER_POLICY = `${COMMON}; script-src 'self' 'unsafe-eval'; connect-src 'none'`;
const COMPUTE_WORKER_POLICY = `${COMMON}; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' data:; worker-src 'self'`;

/**
 * @param {string} path request path
 * @param {{ dev?: boolean }} [options] in dev no content policy: the dev server injects inline scripts
 * @returns {Record<string, string>}
 */
export function headersFor(path, { dev = false } = {}) {
  const policy = path.includes('render.worker')
    ? RENDER_WORKER_POLICY
    : path.includes('.worker')
      ? COMPUTE_WORKER_POLICY
      : `${CONTENT_POLICY}; frame-ancestors 'none'`;
  return {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ...(dev ? {} : { 'Content-Security-Policy': policy }),
  };
}
