/**
 * Compiles the kernel to WebAssembly: the sources under `src` that `src/core/vp/wasm/kernel.wasm.ts` reaches, which
 * TypeScript compiles as well. Written as a module with the bytes in it, so that page, workers, command line and
 * tests load it alike, at once and without a request.
 *
 * To the compiler the sources are made its own dialect on the way: `import type` becomes `import`, names in `#…`
 * become paths, built-in number types are not imported, and where `name.wasm.ts` lies beside `name.ts` it is taken.
 * A function whose comment has the tag `@inline` is inlined wherever it is called.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = 'src/core/vp/wasm/kernel.wasm.ts';
const OUTPUT = 'src/core/vp/wasm/kernel-bytes.ts';
const HEADER = /^\/\* Made by tools\/build-kernel\.mjs from (\S+) (\w+) \*\/$/m;
const BUILT_IN = '#base/numeric/types';
/** Up to the function or method after a comment with the tag. */
const INLINE_TAG = /\/\*\*(?:(?!\*\/)[^])*@inline(?:(?!\*\/)[^])*\*\/\n */g;
const IMPORT = /import\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'([^']+)';/g;

/** Where an import leads, relative to the root and with its ending. */
function pathOf(name) {
  const path = name.replace(/^#(\w+)\//, 'src/$1/');
  return existsSync(join(root, `${path}.wasm.ts`)) ? `${path}.wasm.ts` : `${path}.ts`;
}

function inDialect(source, file) {
  return source.replace(INLINE_TAG, '$&@inline ').replace(IMPORT, (statement, names, from) => {
    if (from === BUILT_IN) return '';
    if (!from.startsWith('#')) return statement;
    const to = relative(dirname(file), pathOf(from).slice(0, -3));
    return `import {${names.replace(/\btype\s+/g, '')}} from '${to.startsWith('.') ? to : `./${to}`}';`;
  });
}

const FLAGS = [
  ...['--runtime', 'stub', '--use', 'abort='],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--converge', '--noAssert'],
  ...['--enable', 'simd', '--enable', 'bulk-memory', '--maximumMemory', '65535'],
];

/** @returns {Promise<{ binary: Uint8Array, files: string[] }>} the module and the sources it came from */
async function compileKernel() {
  const { default: asc } = await import('assemblyscript/asc');
  const files = new Set();
  const complaints = [];
  let binary;
  const { error } = await asc.main([ENTRY, '--outFile', 'kernel.wasm', ...FLAGS], {
    readFile(name) {
      const file = name.replaceAll('\\', '/');
      const path = join(root, file);
      if (!existsSync(path) || !statSync(path).isFile()) return null;
      if (file.startsWith('src/')) files.add(file);
      return inDialect(readFileSync(path, 'utf8'), file);
    },
    writeFile(name, contents) {
      if (name.endsWith('.wasm')) binary = contents;
    },
    listFiles: () => [],
    stdout: { write: (chunk) => complaints.push(String(chunk)) },
    stderr: { write: (chunk) => complaints.push(String(chunk)) },
  });
  if (error || !binary) throw new Error(`The kernel does not compile:\n${complaints.join('')}`);
  return { binary, files: [...files].sort() };
}

/** One hash over the sources, the compiler's version and this file. */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of [...files, 'tools/build-kernel.mjs', 'node_modules/assemblyscript/package.json']) {
    const path = join(root, file);
    hash.update(existsSync(path) ? readFileSync(path) : 'missing').update('\0');
    // A twin that came or went since changes what is compiled.
    hash.update(existsSync(path.replace(/\.ts$/, '.wasm.ts')) ? 'twin' : '').update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** Compiles the kernel unless what is there was made from the sources as they are. */
export async function ensureKernel() {
  const target = join(root, OUTPUT);
  const made = existsSync(target) ? HEADER.exec(readFileSync(target, 'utf8').slice(0, 8192)) : null;
  if (made && hashOf(made[1].split(',')) === made[2]) return;
  const { binary, files } = await compileKernel();
  const header = `/* Made by tools/build-kernel.mjs from ${files.join(',')} ${hashOf(files)} */`;
  const bytes = Buffer.from(binary).toString('base64');
  // Others that build at the same time see the old file or the new one, whole.
  const fresh = `${target}.${process.pid}`;
  writeFileSync(fresh, `${header}\nexport const KERNEL_BYTES = '${bytes}';\n`);
  renameSync(fresh, target);
  console.log(`kernel: ${binary.length} bytes from ${files.length} sources`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureKernel();
