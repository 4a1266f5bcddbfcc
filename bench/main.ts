/**
 * `npm run bench [-- --json] [-- --records N] [-- --growth] [-- --save]`: every stage on one synthetic capture, as p50, p95 and max of the time
 * per repetition, and as ratios to comparators of the same run: the native bounds where their sources stand beside
 * the checkout, and the decompressor alone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeMbo, encodeMetadata } from '#core/dbn/dbn-encoder';
import { MboBlock } from '#core/mbo/mbo-block';
import { MarketSimulator } from '#core/sim/market-simulator';
import { PRESETS } from '#core/sim/presets';
import { simulationMetadata } from '#core/sim/simulation-metadata';
import { benchBook } from './book-bench';
import { benchMoments } from './moment-bench';
import { benchVp } from './vp-bench';
import { nativeBounds } from './native-bounds';
import { benchFirstPicture } from './first-picture';
import { benchGrowth, printGrowth } from './growth';
import { benchHandOver } from './hand-over';
import { benchHeapGrowth } from './heap-growth';
import { saveRun } from './history';
import { printRows } from './rows';
import { benchThreads, isBenchWorker, runBenchWorker } from './threads';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const CACHE = join(ROOT, '.cache');
const SHARED = process.env['SPYMASTER_SHARED'] ?? join(ROOT, '..', 'shared');

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    records: { type: 'string', default: '2000000' },
    repetitions: { type: 'string', default: '5' },
    growth: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const records = Number(values.records);
const repetitions = Number(values.repetitions);

/** The generator with an oracle where it is there, else our own simulator. */
function captureFile(): { path: string; oracle: { bbo_chain: string; l3_final: string } | undefined } {
  mkdirSync(CACHE, { recursive: true });
  const generator = join(SHARED, 'tools', 'make_mbo_dbn.mjs');
  const path = join(CACHE, `bench-${existsSync(generator) ? 'es' : 'sim'}-${records}.dbn`);
  const oraclePath = `${path}.oracle.json`;
  if (existsSync(generator)) {
    if (!existsSync(path)) {
      const args = [
        generator,
        '--out',
        path,
        '--records',
        String(records),
        '--seed',
        '1',
        '--oracle',
        oraclePath,
      ];
      spawnSync('node', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    }
    return {
      path,
      oracle: JSON.parse(readFileSync(oraclePath, 'utf8')) as { bbo_chain: string; l3_final: string },
    };
  }
  if (!existsSync(path)) writeFileSync(path, simulated());
  return { path, oracle: undefined };
}

function simulated(): Uint8Array {
  const simulator = new MarketSimulator({
    ...PRESETS.busy.options,
    durationSeconds: 86_400,
    recordLimit: records,
  });
  const parts = [encodeMetadata(simulationMetadata(simulator.options))];
  const block = MboBlock.withCapacity(65_536);
  while (simulator.fill(block)) parts.push(encodeMbo(block));
  return Buffer.concat(parts);
}

/** The capture compressed; undefined where no `zstd` program is there to do it. */
function compressedFile(path: string): string | undefined {
  const compressed = `${path}.zst`;
  if (existsSync(compressed)) return compressed;
  const { status } = spawnSync('zstd', ['-q', '-3', path, '-o', compressed], { stdio: 'ignore' });
  return status === 0 ? compressed : undefined;
}

async function main(): Promise<void> {
  const file = captureFile();
  const bytes = new Uint8Array(readFileSync(file.path));
  const bound = nativeBounds(join(SHARED, 'tools', 'bound'), CACHE, file.path, repetitions);
  const book = benchBook(bytes, repetitions, bound.book);
  const { oracle } = file;
  if (oracle && (book.bboChain !== oracle.bbo_chain || book.ordersDigest !== oracle.l3_final)) {
    throw new Error('the book is not the one the generator states: its speed means nothing');
  }
  const compressed = compressedFile(file.path);
  const heap = benchHeapGrowth();
  const rows = [
    ...book.rows,
    ...benchVp(book.block, repetitions, bound.vp),
    ...benchHandOver(book.block, repetitions),
    ...(compressed ? await benchThreads(compressed, book.block.count, Math.min(3, repetitions)) : []),
    await benchFirstPicture(file.path, repetitions),
    ...benchMoments(book.block),
    ...(heap ? [heap] : []),
  ];
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
  const growth = values.growth ? benchGrowth(book.block) : [];
  const run = { machine, records: book.block.count, bound, rows, growth };
  if (values.save) saveRun(join(ROOT, 'bench'), run);
  if (values.json) {
    console.log(JSON.stringify(run));
    return;
  }
  printRows(machine, book.block.count, rows);
  const million = (speed: number | undefined): string =>
    speed === undefined ? '–' : (speed / 1e6).toFixed(1);
  console.log(`\nnative bounds of this run, M/s: book ${million(bound.book)}, engine ${million(bound.vp)}`);
  if (growth.length > 0) printGrowth(growth);
}

await (isBenchWorker ? runBenchWorker() : main());
