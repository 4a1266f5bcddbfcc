/**
 * `npm run bench [-- --json] [-- --records N]`: speed of every stage on one synthetic capture, as records per
 * second of CPU time with p50, p95 and max over repetitions, and as ratios to comparators of the same run: a
 * memory copy, and the native bounds where their sources stand beside the checkout.
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
import { benchVp } from './vp-bench';
import { nativeBounds } from './native-bounds';
import { row, printRows, type BenchRow } from './rows';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const CACHE = join(ROOT, '.cache');
const SHARED = process.env['SPYMASTER_SHARED'] ?? join(ROOT, '..', 'shared');

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    records: { type: 'string', default: '2000000' },
    repetitions: { type: 'string', default: '5' },
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

const file = captureFile();
const bytes = new Uint8Array(readFileSync(file.path));
const bound = nativeBounds(join(SHARED, 'tools', 'bound'), CACHE, file.path, repetitions);
const book = benchBook(bytes, repetitions);
if (file.oracle && (book.bboChain !== file.oracle.bbo_chain || book.ordersDigest !== file.oracle.l3_final)) {
  throw new Error('the book is not the one the generator states: its speed means nothing');
}
const rows: BenchRow[] = [
  ...book.rows.map((r) => row(r.name, r.recordsPerSecond, bound.book)),
  ...benchVp(bytes, repetitions).map((r) => row(r.name, r.recordsPerSecond, bound.vp)),
];
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`;
if (values.json) console.log(JSON.stringify({ machine, records: book.records, bound, rows }));
else printRows(machine, book.records, bound, rows);
