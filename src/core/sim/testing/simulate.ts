/** Runs of the simulator as plain values, for tests. */
import { F_LAST, MBO_BYTES, MboBlock, readMbo, type MboRecord } from '#core/mbo/mbo-block';
import type { SimulatedEpisode } from '#core/sim/feature-kinds';
import { MarketSimulator } from '#core/sim/market-simulator';
import { simulatorOptions, type SimulatorOptions } from '#core/sim/options';
import type { RecordSource } from '#core/sim/record-source';
import { PlainVenue } from '#core/sim/testing/plain-venue';

/** All bytes of a source, pulled in blocks of `blockRecords`. */
export function pullBytes(source: RecordSource, blockRecords = 1000): Uint8Array {
  const parts: Uint8Array[] = [];
  const block = MboBlock.withCapacity(blockRecords);
  while (source.fill(block)) parts.push(block.bytes.slice(0, block.count * MBO_BYTES));
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

export interface Run {
  readonly options: SimulatorOptions;
  readonly records: readonly MboRecord[];
  readonly episodes: readonly SimulatedEpisode[];
}

export function simulate(given: Partial<SimulatorOptions>): Run {
  const options = simulatorOptions(given);
  const simulator = new MarketSimulator(options);
  const bytes = pullBytes(simulator);
  const block = new MboBlock(bytes.buffer, bytes.length / MBO_BYTES);
  const records = Array.from({ length: block.count }, (_, i) => readMbo(block, i));
  return { options, records, episodes: simulator.episodes };
}

/**
 * Replays a run on the plain venue.
 * @param atEvent called after each event (record with F_LAST) with its first record
 */
export function replay(
  run: Run,
  atEvent: (venue: PlainVenue, first: MboRecord) => void = () => undefined,
): PlainVenue {
  const venue = new PlainVenue(run.options.instrument.tickInt);
  let first: MboRecord | undefined;
  for (const record of run.records) {
    first ??= record;
    venue.apply(record);
    if ((record.flags & F_LAST) === 0) continue;
    atEvent(venue, first);
    first = undefined;
  }
  return venue;
}
