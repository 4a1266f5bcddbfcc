/**
 * What the shipped sample and the capture fixtures are made of, as data and as bytes. All of it comes from the
 * simulator; `make-samples.ts` writes the files, the tests compare them with a fresh generation.
 */
import { createHash } from 'node:crypto';
import { encodeMbo, encodeMetadata } from '#core/dbn/dbn-encoder';
import { MBO_BYTES, MboBlock } from '#core/mbo/mbo-block';
import type { SimulatedEpisode } from '#core/sim/feature-kinds';
import { MarketSimulator } from '#core/sim/market-simulator';
import { MergedSource } from '#core/sim/merged-source';
import {
  DEFAULT_FEATURES,
  DEFAULT_INSTRUMENT,
  simulatorOptions,
  type SimulatorOptions,
} from '#core/sim/options';
import { PRESETS } from '#core/sim/presets';
import { simulationMetadata } from '#core/sim/simulation-metadata';

export interface SampleFile {
  readonly dbn: Uint8Array;
  /** Bytes before the first record. */
  readonly metadataBytes: number;
  readonly records: number;
  /** SHA-256 of `dbn`. */
  readonly sha256: string;
  readonly episodes: readonly SimulatedEpisode[];
}

/** One minute with a bit of everything, a gap of the feed included. */
const MINI = simulatorOptions({
  seed: 7,
  durationSeconds: 60,
  rate: 300,
  schedule: [
    { kind: 'wall', atSeconds: 6, side: 'ask', scale: 2, durationSeconds: 10 },
    { kind: 'vacuum', atSeconds: 20, side: 'ask' },
    { kind: 'iceberg', atSeconds: 30, side: 'bid', durationSeconds: 10 },
    { kind: 'gap', atSeconds: 44, durationSeconds: 1.5 },
    { kind: 'sweep', atSeconds: 52, side: 'bid' },
  ],
  features: { ...DEFAULT_FEATURES, gap: true },
});

const OUTRIGHT = simulatorOptions({ seed: 11, durationSeconds: 30, rate: 250 });

/** A calendar spread: other tick size, small price, thin book; it may trade at any sign. */
const SPREAD = simulatorOptions({
  seed: 12,
  durationSeconds: 30,
  rate: 60,
  depthOrders: 5,
  instrument: {
    ...DEFAULT_INSTRUMENT,
    symbol: 'SIMZ6-SIMH7',
    instrumentId: DEFAULT_INSTRUMENT.instrumentId + 1,
    tickInt: 50_000_000,
  },
  startPriceInt: 55_250_000_000,
});

const DAMAGED = simulatorOptions({ seed: 13, durationSeconds: 10, rate: 100, depthOrders: 4 });
/** Records of `damaged.dbn` before the one that cannot be read. */
export const DAMAGED_AFTER_RECORDS = 1000;

export const DEMO_OPTIONS: SimulatorOptions = PRESETS.demo.options;

export function makeDemo(): SampleFile {
  return makeFile(DEMO_OPTIONS);
}

export function makeMini(): SampleFile {
  return makeFile(MINI);
}

export function makeTwoInstruments(): SampleFile {
  return makeFile(OUTRIGHT, SPREAD);
}

/** A file in which one record says that it has length 0: whatever follows cannot be told apart. */
export function makeDamaged(): SampleFile {
  const file = makeFile(DAMAGED);
  file.dbn[file.metadataBytes + DAMAGED_AFTER_RECORDS * MBO_BYTES] = 0;
  return { ...file, sha256: sha256(file.dbn) };
}

function makeFile(...all: readonly [SimulatorOptions, ...SimulatorOptions[]]): SampleFile {
  const metadata = encodeMetadata(simulationMetadata(...all));
  const simulators = all.map((options) => new MarketSimulator(options));
  const source = new MergedSource(simulators);
  const parts = [metadata];
  const block = MboBlock.withCapacity(8192);
  let records = 0;
  while (source.fill(block)) {
    parts.push(encodeMbo(block));
    records += block.count;
  }
  const dbn = new Uint8Array(Buffer.concat(parts));
  return {
    dbn,
    metadataBytes: metadata.length,
    records,
    sha256: sha256(dbn),
    episodes: simulators.flatMap((simulator) => simulator.episodes),
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
