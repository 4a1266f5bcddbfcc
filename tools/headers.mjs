/**
 * Response headers of every host we control (dev, preview, `npm start`): cross-origin isolation for shared
 * memory, and a content policy under which the page cannot send anything anywhere.
 *
 * regl compiles draw commands with the `Function` constructor, so only the render worker's own response allows
 * `unsafe-eval`; in exchange it may connect to nothing at all. Workers that instantiate WebAssembly
 * (zstd, Parquet) carry `wasm-unsafe-eval`, and `data:` because the zstd module is embedded as a data URL.
 */
import { posix } from 'node:path';

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

/** Built workers: `assets/render.worker-Dk3x_1.js`. */
const WORKER_FILE = /^(\w+)\.worker(-[\w-]+)?\.js$/;

/**
 * The file that a request names, as a path from the site's root: decoded, `..` resolved, `index.html` for folders.
 * Headers and contents must be chosen by this one path, or an address could have one file under another's policy.
 *
 * @param {string} url of a request line
 * @returns {string | undefined} undefined for an address that cannot be decoded
 */
export function requestedPath(url) {
  try {
    const path = posix.normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    return path.endsWith('/') ? `${path}index.html` : path;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} path of the file that is served, as `requestedPath` gives it
 * @param {{ dev?: boolean }} [options] in dev no content policy: the dev server injects inline scripts
 * @returns {Record<string, string>}
 */
export function headersFor(path, { dev = false } = {}) {
  return {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ...(dev ? {} : { 'Content-Security-Policy': policyFor(posix.basename(path)) }),
  };
}

/** @param {string} file name without its folder */
function policyFor(file) {
  const worker = WORKER_FILE.exec(file)?.[1];
  if (worker === undefined) return `${CONTENT_POLICY}; frame-ancestors 'none'`;
  return worker === 'render' ? RENDER_WORKER_POLICY : COMPUTE_WORKER_POLICY;
}
