import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import type { DbnDecoderOptions, DbnSchema, DbnVersion } from '#core/dbn/dbn-types';
import { encodeMetadata } from '#core/dbn/metadata-encode';
import { readRow, writeRow, type DbnRow } from '#core/dbn/read-row';
import { recordLayout, schemaLayout, type RecordLayout } from '#core/dbn/record-layouts';
import { schemaRtype } from '#core/dbn/rtype';
import { sniffDbn } from '#core/dbn/sniff-dbn';
import { decodeAll, toJson } from '#core/dbn/testing/decode-all';
import { inflateAll } from '#core/io/testing/inflate-all';
import { randomSlices, slicesOf } from '#core/io/testing/slices';
import { readBytes, readText, sharedPath } from '#testdata/fixtures';

const folder = sharedPath('data', 'dbn-schemas');
const names = folder === undefined ? [] : readdirSync(folder).sort();
const dbzNames = names.filter((name) => name.endsWith('.dbz'));
const fragmentNames = names.filter((name) => name.includes('.frag'));
const fileNames = names.filter((name) => !dbzNames.includes(name) && !fragmentNames.includes(name));

/** Fragments do not say what they are; a name without a version holds version 2. */
function fragmentOptions(name: string): DbnDecoderOptions {
  const version = Number(/\.v([123])\./.exec(name)?.[1] ?? 2) as DbnVersion;
  return { fragment: { schema: 'definition', version } };
}

async function load(name: string): Promise<Uint8Array> {
  const raw = readBytes(`${folder}/${name}`);
  if (!name.endsWith('.zst')) return raw;
  const { bytes, problem } = await inflateAll('zstd', raw);
  expect(problem).toBeUndefined();
  return bytes;
}

function optionsOf(name: string): DbnDecoderOptions {
  return fragmentNames.includes(name) ? fragmentOptions(name) : {};
}

describe.skipIf(folder === undefined)('the sample files of every schema and version', () => {
  const inputs = new Map<string, Uint8Array>();
  beforeAll(async () => {
    for (const name of [...fileNames, ...fragmentNames]) inputs.set(name, await load(name));
  });

  it('are 81, of which 10 are DBZ and 7 fragments', () => {
    expect([names.length, dbzNames.length, fragmentNames.length]).toEqual([81, 10, 7]);
  });

  it.each(fileNames)('%s decodes without problems, and its records fill the file', (name) => {
    const input = inputs.get(name)!;
    const { metadata, rows, offsets, problems } = decodeAll(input);
    expect(problems).toEqual([]);
    const [, schema, versionText] = /^test_data\.([^.]+)\.(?:v([123])\.)?dbn/.exec(name)!;
    expect(metadata).toMatchObject({ schema, version: Number(versionText ?? 2), tsOut: false });
    const layout = schemaLayout(schema as DbnSchema, metadata!.version);
    const headerBytes = 8 + new DataView(input.buffer, input.byteOffset).getUint32(4, true);
    expect(headerBytes + rows.length * layout.bytes).toBe(input.length);
    expect(offsets).toEqual(rows.map((_, i) => headerBytes + i * layout.bytes));
    for (const row of rows) expect(row['rtype']).toBe(schemaRtype(schema as DbnSchema));
  });

  it.each(fragmentNames)('%s decodes where its schema and version are named', (name) => {
    const input = inputs.get(name)!;
    const options = fragmentOptions(name);
    const { rows, problems, metadata } = decodeAll(input, undefined, options);
    expect(problems).toEqual([]);
    expect(metadata).toBeUndefined();
    const bytes = schemaLayout('definition', options.fragment!.version).bytes;
    expect(rows.length).toBe(input.length / bytes);
    expect(rows.length).toBeGreaterThanOrEqual(2);
    expect(sniffDbn(input)).toEqual({
      kind: 'fragment',
      schemas: ['definition'],
      versions: [options.fragment!.version],
    });
  });

  it.each(dbzNames)('%s is refused with advice', (name) => {
    const input = readBytes(`${folder}/${name}`);
    expect(sniffDbn(input)).toEqual({ kind: 'dbz' });
    const { problems, isFatal, rows } = decodeAll(input);
    expect(problems.map((p) => p.code)).toEqual(['dbn/dbz']);
    expect(problems[0].tip).toContain('Convert');
    expect([isFatal, rows.length]).toEqual([true, 0]);
  });

  it.each([...fileNames, ...fragmentNames])('%s decodes the same however it is sliced', (name) => {
    const input = inputs.get(name)!;
    const whole = decodeAll(input, undefined, optionsOf(name)).digest;
    expect(decodeAll(input, slicesOf(1), optionsOf(name)).digest).toBe(whole);
    expect(decodeAll(input, slicesOf(7), optionsOf(name)).digest).toBe(whole);
    for (let seed = 1; seed <= 10; seed++) {
      const slicer = randomSlices(new Random(seed), 500);
      expect(decodeAll(input, slicer, optionsOf(name)).digest).toBe(whole);
    }
  });

  it.each([...fileNames, ...fragmentNames])(
    '%s cut at any byte gives every record before the cut',
    (name) => {
      const input = inputs.get(name)!;
      const options = optionsOf(name);
      const all = decodeAll(input, undefined, options);
      const { offsets } = all;
      const boundaries = new Set([...offsets, offsets.length > 0 ? input.length : -1]);
      const dataStart = offsets[0] ?? input.length;
      const step = input.length > 2000 ? 7 : 1;
      for (let end = 0; end < input.length; end += step) {
        const cut = decodeAll(input.subarray(0, end), undefined, options);
        const expected = offsets.filter((_, i) => (offsets[i + 1] ?? input.length) <= end).length;
        expect(cut.rows.length).toBe(expected);
        expect(toJson(cut.rows)).toBe(toJson(all.rows.slice(0, expected)));
        const isWhole = boundaries.has(end) && end >= dataStart;
        expect(cut.problems.map((p) => p.code)).toEqual(isWhole ? [] : ['dbn/truncated']);
        expect(cut.isFatal).toBe(end < dataStart);
      }
    },
  );

  it.each(fileNames)('%s gives its metadata and records back when encoded again', (name) => {
    const input = inputs.get(name)!;
    const { metadata, rows, offsets } = decodeAll(input);
    const encoded = encodeMetadata(metadata!);
    expect(encoded).toEqual(input.subarray(0, encoded.length));
    expect(offsets.every((offset) => offset >= encoded.length)).toBe(true);
    rows.forEach((row, i) => {
      const layout = recordLayout(Number(row['rtype']), metadata!.version)!;
      const again = writeRow(layout, row);
      const original = input.slice(offsets[i], offsets[i] + layout.bytes);
      expect(again).toEqual(withoutPadding(layout, original));
      expect(readRow(layout, again, 0)).toEqual(row);
    });
  });

  it('say the same in every version, in the columns that versions share', () => {
    const bySchema = new Map<string, DbnRow[][]>();
    for (const name of fileNames) {
      // The unnumbered raw files of these two schemas hold other instruments than the numbered ones.
      const schema = /^test_data\.([^.]+)/.exec(name)![1];
      if (!/\.v[123]\./.test(name)) continue;
      bySchema.set(schema, [...(bySchema.get(schema) ?? []), [...decodeAll(inputs.get(name)!).rows]]);
    }
    let compared = 0;
    for (const [schema, [first, ...others]] of bySchema) {
      for (const other of others) {
        expect(other.length, schema).toBe(first.length);
        first.forEach((row, i) => {
          for (const column of Object.keys(row).filter((c) => c in other[i])) {
            // Sentinels and ids follow the width of their column.
            expect(normalised(other[i][column]), `${schema} ${column}`).toBe(normalised(row[column]));
            compared++;
          }
        });
      }
    }
    expect(compared).toBeGreaterThan(500);
  });
});

/** Fields that later versions dropped leave their old content in what is padding now. */
function withoutPadding(layout: RecordLayout, record: Uint8Array): Uint8Array {
  const out = new Uint8Array(layout.bytes);
  out[0] = record[0];
  for (const { offset, bytes } of layout.fields) out.set(record.subarray(offset, offset + bytes), offset);
  return out;
}

function normalised(value: unknown): string {
  const text = String(value);
  return text === '9223372036854775807' || text === '2147483647' ? 'undefined' : text;
}

const captures = [
  ['esh4-20231225.first20000.mbo.dbn.zst', 20000],
  ['arl-xnas-itch-20250717.mbo.dbn.zst', 5886],
] as const;

describe.each(captures)('the capture %s', (name, count) => {
  const path = sharedPath('data', 'mbo', name);

  it.skipIf(path === undefined)(`holds ${count} records, however it is sliced`, async () => {
    const { bytes, problem } = await inflateAll('zstd', readBytes(path!));
    expect(problem).toBeUndefined();
    const whole = decodeAll(bytes);
    expect(whole.rows.length).toBe(count);
    expect(whole.problems).toEqual([]);
    expect(whole.parts).toBe(2);
    for (const slicer of [slicesOf(1), slicesOf(7), randomSlices(new Random(5), 100_000)]) {
      expect(decodeAll(bytes, slicer).digest).toBe(whole.digest);
    }
  });
});

const csvPath = sharedPath('data', 'mbp10-oracle', 'mbo.csv');
const arlPath = sharedPath('data', 'mbo', captures[1][0]);

describe.skipIf(csvPath === undefined || arlPath === undefined)('the capture of ARL', () => {
  it('equals, column by column, the vendor’s CSV of the same events', async () => {
    const { bytes } = await inflateAll('zstd', readBytes(arlPath!));
    const { rows, metadata } = decodeAll(bytes);
    const [head, ...lines] = readText(csvPath!).trim().split('\n');
    const columns = head.split(',');
    expect(columns).toEqual([...Object.keys(rows[0]), 'symbol']);
    expect(lines.length).toBe(rows.length);
    lines.forEach((line, i) => {
      const row = rows[i];
      const cells = columns.slice(0, -1).map((column) => csvCell(column, row[column]));
      expect([...cells, metadata!.symbols[0]].join(',')).toBe(line.trim());
    });
  });
});

function csvCell(column: string, value: DbnRow[string]): string {
  if (typeof value !== 'bigint') return String(value);
  if (column.startsWith('ts_')) {
    const seconds = new Date(Number(value / 1_000_000n)).toISOString().slice(0, 19);
    return `${seconds}.${String(value % 1_000_000_000n).padStart(9, '0')}Z`;
  }
  if (column !== 'price') return String(value);
  if (value === 9223372036854775807n) return '';
  return `${value / 1_000_000_000n}.${String(value % 1_000_000_000n).padStart(9, '0')}`;
}
