/**
 * Writes the shipped sample and the capture fixtures: `npx tsx tools/make-samples.ts`. Needed again only when the
 * simulator or the definitions in `sample-files.ts` change. The DBN inside the files is the same on every machine;
 * the gzip around it may differ with the version of zlib.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { SimulatedEpisode } from '#core/sim/feature-kinds';
import { PRESETS } from '#core/sim/presets';
import {
  DEMO_OPTIONS,
  makeDamaged,
  makeDemo,
  makeMini,
  makeTwoInstruments,
  type SampleFile,
} from './sample-files';

const SAMPLES = new URL('../public/samples/', import.meta.url);
const CAPTURES = new URL('../testdata/fixtures/captures/', import.meta.url);

function write(folder: URL, name: string, bytes: Uint8Array | string): number {
  const path = fileURLToPath(new URL(name, folder));
  writeFileSync(path, bytes);
  console.log(`${path}: ${bytes.length} bytes`);
  return bytes.length;
}

function writeGzip(folder: URL, name: string, file: SampleFile): number {
  return write(folder, name, gzipSync(file.dbn, { level: 9 }));
}

function utc(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString();
}

function listed(episode: SimulatedEpisode): Record<string, string> {
  const { kind, side, startNs, endNs, priceInt } = episode;
  return {
    kind,
    side,
    startNs: startNs.toString(),
    endNs: endNs.toString(),
    priceInt: priceInt.toString(),
  };
}

mkdirSync(SAMPLES, { recursive: true });
mkdirSync(CAPTURES, { recursive: true });

const demo = makeDemo();
const { startNs, durationSeconds, instrument } = DEMO_OPTIONS;
const sample = {
  name: 'demo',
  title: 'Twelve minutes of a simulated future',
  description: PRESETS.demo.description,
  file: 'demo.dbn.gz',
  bytes: writeGzip(SAMPLES, 'demo.dbn.gz', demo),
  uncompressedBytes: demo.dbn.length,
  records: demo.records,
  sha256: demo.sha256,
  synthetic: true,
  dataset: instrument.dataset,
  symbol: instrument.symbol,
  instrumentId: instrument.instrumentId,
  publisherId: instrument.publisherId,
  tickInt: instrument.tickInt,
  multiplier: 50,
  start: utc(startNs),
  end: utc(startNs + BigInt(durationSeconds) * 1_000_000_000n),
  episodes: demo.episodes.map(listed),
};
write(SAMPLES, 'samples.json', `${JSON.stringify([sample], null, 2)}\n`);

const mini = makeMini();
const two = makeTwoInstruments();
const damaged = makeDamaged();
writeGzip(CAPTURES, 'mini.dbn.gz', mini);
writeGzip(CAPTURES, 'two-instruments.dbn.gz', two);
write(CAPTURES, 'damaged.dbn', damaged.dbn);
const facts = Object.entries({ 'mini.dbn.gz': mini, 'two-instruments.dbn.gz': two, 'damaged.dbn': damaged });
write(
  CAPTURES,
  'captures.json',
  `${JSON.stringify(
    facts.map(([file, { records, metadataBytes, sha256, episodes }]) => ({
      file,
      records,
      metadataBytes,
      sha256,
      episodes: episodes.map(listed),
    })),
    null,
    2,
  )}\n`,
);
