import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import type { DbnMetadata, DbnPart } from '#core/dbn/dbn-types';
import { resolveSymbols } from '#core/dbn/symbol-map';
import { MBO_BYTES, readMbo, type MboRecord } from '#core/mbo/mbo-block';
import { PlainVenue } from '#core/sim/testing/plain-venue';
import { fixturePath, readBytes, readJson } from '#testdata/fixtures';
import {
  DAMAGED_AFTER_RECORDS,
  makeDamaged,
  makeDemo,
  makeMini,
  makeTwoInstruments,
  sha256,
  type SampleFile,
} from './sample-files';

interface Listed {
  readonly file: string;
  readonly records: number;
  readonly sha256: string;
}

interface ListedSample extends Listed {
  readonly bytes: number;
  readonly uncompressedBytes: number;
  readonly dataset: string;
  readonly symbol: string;
  readonly instrumentId: number;
  readonly publisherId: number;
  readonly start: string;
  readonly end: string;
  readonly episodes: readonly { kind: string; startNs: string }[];
}

const sampleFolder = fileURLToPath(new URL('../public/samples/', import.meta.url));
const samples = readJson<ListedSample[]>(`${sampleFolder}samples.json`);
const captures = readJson<(Listed & { metadataBytes: number })[]>(fixturePath('captures', 'captures.json'));

interface Decoded {
  readonly metadata: DbnMetadata;
  readonly records: MboRecord[];
  readonly problems: Extract<DbnPart, { kind: 'problem' }>[];
}

function decode(dbn: Uint8Array): Decoded {
  const decoder = new DbnDecoder();
  const records: MboRecord[] = [];
  const problems: Decoded['problems'] = [];
  let metadata: DbnMetadata | undefined;
  decoder.push(dbn);
  for (let part; (part = decoder.next()) !== undefined;) {
    if (part.kind === 'metadata') metadata = part.metadata;
    else if (part.kind === 'problem') problems.push(part);
    else if (part.kind === 'mbo')
      for (let i = 0; i < part.block.count; i++) records.push(readMbo(part.block, i));
  }
  const last = decoder.end();
  if (last?.kind === 'problem') problems.push(last);
  return { metadata: metadata!, records, problems };
}

function complaintsOf(records: readonly MboRecord[], tickInt: number): readonly string[] {
  const venue = new PlainVenue(tickInt);
  for (const record of records) venue.apply(record);
  return venue.complaints;
}

describe('the shipped sample', () => {
  const [listed] = samples;
  const shipped = readBytes(`${sampleFolder}${listed.file}`);
  const { metadata, records, problems } = decode(shipped);

  it('is what a fresh generation gives, byte for byte', () => {
    const fresh = makeDemo();
    expect(samples.length).toBe(1);
    expect(sha256(shipped)).toBe(listed.sha256);
    expect(fresh.sha256).toBe(listed.sha256);
    expect(fresh.episodes.map((e) => e.startNs.toString())).toEqual(listed.episodes.map((e) => e.startNs));
  });

  it('is listed with its true size, records, symbol and times', () => {
    expect(statSync(`${sampleFolder}${listed.file}`).size).toBe(listed.bytes);
    expect(listed.bytes).toBeLessThanOrEqual(5_000_000);
    expect(shipped.length).toBe(listed.uncompressedBytes);
    expect(records.length).toBe(listed.records);
    expect(problems).toEqual([]);
    expect(metadata).toMatchObject({ dataset: listed.dataset, schema: 'mbo', symbols: [listed.symbol] });
    expect([...resolveSymbols(metadata, 20261006)]).toEqual([[listed.instrumentId, listed.symbol]]);
    expect(metadata.start).toBe(BigInt(Date.parse(listed.start)) * 1_000_000n);
    expect(metadata.end).toBe(BigInt(Date.parse(listed.end)) * 1_000_000n);
    const inside = (r: MboRecord): boolean => r.tsRecv >= metadata.start! && r.tsRecv < metadata.end!;
    expect(records.every(inside)).toBe(true);
    expect(metadata.end! - records.at(-1)!.tsEvent).toBeLessThan(1_000_000_000n);
  });

  it('is a sound stream that cannot be mistaken for a real venue', () => {
    expect(complaintsOf(records, 250_000_000)).toEqual([]);
    expect(listed.dataset).toBe('SIM.SYNTH');
    expect(records.every((r) => r.publisherId === 65535)).toBe(true);
  });

  it('shows a wall, an iceberg, a wall, a vacuum, a sweep and news, in this order', () => {
    expect(listed.episodes.map((e) => e.kind)).toEqual([
      'wall',
      'iceberg',
      'wall',
      'vacuum',
      'sweep',
      'news',
    ]);
  });
});

describe('the capture fixtures', () => {
  it.each<[string, () => SampleFile]>([
    ['mini.dbn.gz', makeMini],
    ['two-instruments.dbn.gz', makeTwoInstruments],
    ['damaged.dbn', makeDamaged],
  ])('%s is what a fresh generation gives, byte for byte', (name, make) => {
    const listed = captures.find((capture) => capture.file === name)!;
    const fresh = make();
    expect(fresh).toMatchObject({
      records: listed.records,
      sha256: listed.sha256,
      metadataBytes: listed.metadataBytes,
    });
    expect(sha256(readBytes(fixturePath('captures', name)))).toBe(listed.sha256);
  });

  it('mini.dbn.gz is small and sound', () => {
    const path = fixturePath('captures', 'mini.dbn.gz');
    expect(statSync(path).size).toBeLessThan(500_000);
    const { records, problems } = decode(readBytes(path));
    expect(problems).toEqual([]);
    expect(complaintsOf(records, 250_000_000)).toEqual([]);
  });

  it('two-instruments.dbn.gz interleaves an outright and a spread, each sound by itself', () => {
    const { metadata, records, problems } = decode(
      readBytes(fixturePath('captures', 'two-instruments.dbn.gz')),
    );
    expect(problems).toEqual([]);
    expect(metadata.symbols).toEqual(['SIMZ6', 'SIMZ6-SIMH7']);
    const ids = [...resolveSymbols(metadata, 20261006)];
    expect(ids.map(([, symbol]) => symbol).sort()).toEqual(['SIMZ6', 'SIMZ6-SIMH7']);
    for (const [id, symbol] of ids) {
      const own = records.filter((r) => r.instrumentId === id);
      expect(own.length).toBeGreaterThan(1000);
      expect(complaintsOf(own, symbol === 'SIMZ6' ? 250_000_000 : 50_000_000)).toEqual([]);
    }
    for (let i = 1; i < records.length; i++)
      if (records[i].tsRecv < records[i - 1].tsRecv) expect.fail(`order at ${i}`);
    const switches = records.filter((r, i) => i > 0 && r.instrumentId !== records[i - 1].instrumentId).length;
    expect(switches).toBeGreaterThan(500);
  });

  it('damaged.dbn can be read up to the damage', () => {
    const listed = captures.find((capture) => capture.file === 'damaged.dbn')!;
    const { records, problems } = decode(readBytes(fixturePath('captures', 'damaged.dbn')));
    expect(records.length).toBe(DAMAGED_AFTER_RECORDS);
    expect(problems.length).toBe(1);
    expect(problems[0].fatal).toBe(true);
    expect(problems[0].problem.offset).toBe(listed.metadataBytes + DAMAGED_AFTER_RECORDS * MBO_BYTES);
    expect(listed.records).toBeGreaterThan(DAMAGED_AFTER_RECORDS);
  });
});
