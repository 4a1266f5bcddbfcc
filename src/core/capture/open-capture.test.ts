import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { Random } from '#base/random';
import {
  arrowOf,
  dbnOf,
  gzip,
  instrument,
  open,
  parquetOf,
  plainBlock,
  readAll,
  recordBytes,
  simulate,
} from '#testdata/capture-samples';
import { openCapture } from '#core/capture/open-capture';
import { encodeDbn, encodeMetadata } from '#core/dbn/dbn-encoder';
import { writeRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { memorySource, type ByteSource } from '#core/io/byte-source';
import { mutate } from '#core/io/testing/mutate';
import { concatenate } from '#core/io/testing/slices';
import { MBO_BYTES, MboBlock } from '#core/mbo/mbo-block';
import { loadParquet } from '#testdata/load-parquet';
import { DEFAULT_START_NS, SYNTHETIC_DATASET } from '#core/sim/options';
import { sharedPath } from '#testdata/fixtures';

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A source that hands out fewer bytes than asked for, except to whoever asks for little: to recognise it. */
function stingySource(bytes: Uint8Array, sizes: () => number): ByteSource {
  return {
    name: 'stingy',
    size: bytes.length,
    slice: (from, to) => {
      const end = to - from < 1 << 20 ? to : from + sizes();
      return Promise.resolve(bytes.slice(from, Math.min(to, end, bytes.length)));
    },
  };
}

describe('one market in every format', () => {
  const simulation = simulate();
  const expected = sha(recordBytes(simulation.block));

  it('gives the same records', async () => {
    const dbn = dbnOf(simulation);
    const forms = [
      dbn,
      gzip(dbn),
      arrowOf(simulation, 'file'),
      arrowOf(simulation, 'stream'),
      await parquetOf(simulation),
    ];
    for (const bytes of forms) {
      const { bytes: records, others } = await readAll(await open({ x: bytes }));
      expect(sha(records)).toBe(expected);
      expect(others.filter((p) => p.kind === 'warning')).toEqual([]);
    }
  });

  it('gives the same records however few bytes a source hands out', async () => {
    const random = new Random(3);
    const block = plainBlock(Array.from({ length: 200 }, (_, i) => ({ orderId: BigInt(i * i) })));
    const bytes = dbnOf({ ...simulation, block });
    for (const sizes of [() => 1, () => 7, () => 1 + random.below(500)]) {
      for (const content of [bytes, gzip(bytes)]) {
        const capture = await openCapture([stingySource(content, sizes)]);
        expect(sha((await readAll(capture)).bytes)).toBe(sha(recordBytes(block)));
      }
    }
  });

  it('can be read again, with the same result', async () => {
    const capture = await open({ x: await parquetOf(simulation) });
    for (let i = 0; i < 2; i++) expect(sha((await readAll(capture)).bytes)).toBe(expected);
    expect(capture.instruments()[0].records).toBe(simulation.block.count);
  });

  it('reports progress up to the end of the file', async () => {
    for (const bytes of [dbnOf(simulation), await parquetOf(simulation)]) {
      const { others } = await readAll(await open({ x: bytes }));
      const progress = others.filter((p) => p.kind === 'progress');
      const positions = progress.map((p) => p.bytesRead);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      expect(positions.at(-1)).toBe(bytes.length);
      expect(progress.every((p) => p.bytesTotal === bytes.length)).toBe(true);
    }
  });

  it.skipIf(!sharedPath('data', 'mbo'))('also for real captures', async () => {
    for (const name of ['esh4-20231225.first20000.mbo.dbn.zst', 'arl-xnas-itch-20250717.mbo.dbn.zst']) {
      const bytes = new Uint8Array(readFileSync(sharedPath('data', 'mbo', name)!));
      const capture = await open({ [name]: bytes });
      const { bytes: records } = await readAll(capture);
      const block = new MboBlock(records.slice().buffer, records.length / MBO_BYTES);
      const again = { block, metadata: capture.metadata.dbn! };
      for (const form of [arrowOf(again), await parquetOf(again), dbnOf(again)]) {
        expect(sha((await readAll(await open({ x: form }))).bytes)).toBe(sha(records));
      }
    }
  });
});

describe('instruments', () => {
  const day = instrument(1, 'ESH4');

  it('are named, counted and sorted by how busy they are, spreads never being the default', async () => {
    const block = plainBlock([
      ...Array.from({ length: 50 }, () => ({ instrumentId: 7 })),
      ...Array.from({ length: 30 }, () => ({ instrumentId: 8 })),
      ...Array.from({ length: 20 }, () => ({ instrumentId: 9, publisherId: 2 })),
    ]);
    const { metadata } = simulate({ durationSeconds: 1 });
    const mappings = [
      { rawSymbol: 'ESH4-ESM4', intervals: [{ startDate: 20231101, endDate: 20231231, symbol: '7' }] },
      { rawSymbol: 'ESH4', intervals: [{ startDate: 20231101, endDate: 20231231, symbol: '8' }] },
      { rawSymbol: 'NQH4', intervals: [{ startDate: 20231101, endDate: 20231231, symbol: '10' }] },
    ];
    const capture = await open({ x: encodeDbn({ ...metadata, dataset: 'GLBX.MDP3', mappings }, [block]) });
    expect(capture.instruments().map((i) => [i.symbol, i.records, i.isSpread])).toEqual([
      ['ESH4-ESM4', 50, true],
      ['ESH4', 30, false],
      ['9', 20, false],
    ]);
    expect(capture.defaultInstrument()?.symbol).toBe('ESH4');
    expect(capture.find('ESH4').instrumentId).toBe(8);
    expect(capture.find('9').publisherId).toBe(2);
    expect(capture.find('ESH4-ESM4').records).toBe(50);
    expect(capture.find('NQH4')).toMatchObject({ instrumentId: 10, records: 0 });
    expect(() => capture.find('CLH4')).toThrow(ProblemError);
    expect(capture.metadata.synthetic).toBe(false);
    const { bytes } = await readAll(capture, { instrument: capture.find('9') });
    expect(bytes.length).toBe(20 * MBO_BYTES);
  });

  it('with one id at two publishers must be told apart', async () => {
    const block = plainBlock([{ instrumentId: 5 }, { instrumentId: 5, publisherId: 2 }]);
    const capture = await open({ x: recordBytes(block) });
    expect(() => capture.find('5')).toThrow(/publisher 1, 5 at publisher 2/);
  });

  it('are counted to the end, beyond the probed part', async () => {
    const long = simulate({ durationSeconds: 30, rate: 500 });
    const two = [1, 2].map((id) =>
      simulate({ durationSeconds: 2, rate: 100, instrument: instrument(id, `S${id}`) }),
    );
    // 32 MiB are probed: repeat the records until the second instrument lies far behind.
    const repeats = Math.ceil((40 << 20) / (long.block.count * MBO_BYTES));
    const pieces = Array.from({ length: repeats }, () => recordBytes(long.block));
    const bytes = concatenate([encodeMetadata(long.metadata), ...pieces, recordBytes(two[1].block)]);
    const capture = await open({ x: bytes });
    expect(capture.instruments()).toHaveLength(1);
    const probed = capture.instruments()[0].records;
    expect(probed).toBeGreaterThan((32 << 20) / MBO_BYTES - 1);
    expect(probed).toBeLessThan(repeats * long.block.count);
    await readAll(capture);
    expect(capture.instruments().map((i) => i.records)).toEqual([
      repeats * long.block.count,
      two[1].block.count,
    ]);
  });

  it('take their tick size from prices where no definition states it', async () => {
    const capture = await open({ x: dbnOf(simulate({ instrument: { ...day, tickInt: 250_000_000 } })) });
    expect(capture.facts(capture.defaultInstrument()!)).toEqual({
      symbol: 'ESH4',
      tickSize: 0.25,
      productType: 'future_mbo',
    });
    expect(capture.metadata).toMatchObject({ synthetic: true, dataset: SYNTHETIC_DATASET, schema: 'mbo' });
  });

  it('ignore sub-unit prices when the tick of a stock is guessed', async () => {
    const prices = [10_010_000_000n, 10_030_000_000n, 10_040_000_000n, 300_000n];
    const { metadata } = simulate({ durationSeconds: 1 });
    const block = plainBlock(prices.map((price) => ({ price })));
    const stock = await open({ x: encodeDbn({ ...metadata, dataset: 'XNAS.ITCH' }, [block]) });
    expect(stock.facts(stock.instruments()[0])).toMatchObject({ tickSize: 0.01, productType: 'equity_mbo' });
    const future = await open({ x: encodeDbn({ ...metadata, dataset: 'GLBX.MDP3' }, [block]) });
    expect(future.facts(future.instruments()[0])).toMatchObject({
      tickSize: 0.0001,
      productType: 'future_mbo',
    });
  });

  it('are described by definitions, also from another file of the capture', async () => {
    const layout = recordLayout(RTYPE.definition, 3)!;
    const blank = Object.fromEntries(
      layout.fields.map((f) => [
        f.name,
        f.type === 'cstr' ? '' : f.type === 'char' ? 'F' : f.unit === 'price' ? 2n ** 63n - 1n : 0,
      ]),
    );
    const row = {
      ...blank,
      rtype: RTYPE.definition,
      instrument_id: 1,
      ts_event: DEFAULT_START_NS,
      raw_symbol: 'ESZ6',
      min_price_increment: 500_000_000n,
      unit_of_measure_qty: 50_000_000_000n,
    };
    const market = simulate({ instrument: day });
    const definitions = concatenate([
      encodeMetadata({ ...market.metadata, schema: 'definition', mappings: [] }),
      writeRow(layout, row),
    ]);
    const capture = await open({ definitions, market: dbnOf(market) });
    const chosen = capture.defaultInstrument()!;
    expect(capture.facts(chosen)).toEqual({
      symbol: 'ESZ6',
      tickSize: 0.5,
      productType: 'future_mbo',
      multiplier: 50,
    });
    expect((await readAll(capture)).others.filter((p) => p.kind === 'records')).toMatchObject([
      { rtype: RTYPE.definition, count: 1, version: 3, tsOut: false },
    ]);
  });
});

describe('several files', () => {
  const HOUR_NS = 3_600_000_000_000n;
  const parts = [0n, 1n, 2n].map((i) =>
    simulate({ durationSeconds: 5, startNs: DEFAULT_START_NS + i * HOUR_NS, seed: Number(i) }),
  );

  it('are one timeline, in order of time whatever their order and format', async () => {
    const capture = await open({
      third: dbnOf(parts[2]),
      first: await parquetOf(parts[0]),
      second: gzip(arrowOf(parts[1])),
    });
    expect(capture.files.map((f) => f.name)).toEqual(['first', 'second', 'third']);
    const { bytes, files, others } = await readAll(capture);
    expect(files).toEqual([0, 1, 2]);
    expect(sha(bytes)).toBe(sha(concatenate(parts.map((p) => recordBytes(p.block)))));
    expect(others.filter((p) => p.kind === 'warning')).toEqual([]);
    expect(capture.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('that overlap for an instrument are reported', async () => {
    const overlapping = simulate({ durationSeconds: 5, startNs: DEFAULT_START_NS + 2_000_000_000n, seed: 9 });
    const other = simulate({
      durationSeconds: 5,
      startNs: DEFAULT_START_NS + 1_000_000_000n,
      instrument: instrument(99, 'OTHER'),
    });
    const capture = await open({ a: dbnOf(parts[0]), b: dbnOf(overlapping), c: dbnOf(other) });
    const warnings = (await readAll(capture)).others.filter((p) => p.kind === 'warning');
    expect(warnings.map((w) => [w.problem.code, w.damage])).toEqual([['capture/overlap', false]]);
    expect(warnings[0].problem.message).toMatch(/^SIMZ6 starts again before it ended in a: b$/);
  });

  it('with the same content are read once', async () => {
    const bytes = dbnOf(parts[0]);
    const capture = await open({ a: bytes, copy: bytes.slice() });
    expect(capture.files).toHaveLength(1);
    expect(capture.warnings.map((w) => w.code)).toEqual(['capture/duplicate-file']);
  });
});

function tradeRow() {
  const fields = recordLayout(RTYPE.mbp0, 3)!.fields;
  const row = Object.fromEntries(fields.map((f) => [f.name, f.type === 'char' ? 'A' : 0]));
  return { ...row, rtype: RTYPE.mbp0 };
}

describe('damage', () => {
  const simulation = simulate({ durationSeconds: 5 });
  const dbn = dbnOf(simulation);

  it('keeps all whole records of a cut file and says where it was cut', async () => {
    const cut = dbn.subarray(0, dbn.length - 30);
    const { bytes, others } = await readAll(await open({ x: cut }));
    expect(bytes.length).toBe((simulation.block.count - 1) * MBO_BYTES);
    expect(others.filter((p) => p.kind === 'warning')).toMatchObject([
      {
        damage: true,
        problem: { code: 'dbn/truncated', offset: dbn.length - MBO_BYTES, tip: expect.any(String) as string },
      },
    ]);
  });

  it('of the compression is reported once', async () => {
    const zipped = gzip(dbn);
    const { bytes, others } = await readAll(await open({ x: zipped.subarray(0, zipped.length - 2000) }));
    expect(bytes.length).toBeGreaterThan(0);
    expect(sha(bytes)).toBe(sha(recordBytes(simulation.block).subarray(0, bytes.length)));
    expect(others.filter((p) => p.kind === 'warning').map((w) => w.problem.code)).toEqual(['gzip/truncated']);
  });

  it('of one file does not keep the next from being read', async () => {
    const later = simulate({ durationSeconds: 2, startNs: DEFAULT_START_NS + 60_000_000_000n });
    const capture = await open({ a: dbn.subarray(0, dbn.length - 30), b: dbnOf(later) });
    const { bytes, files } = await readAll(capture);
    expect(files).toEqual([0, 1]);
    expect(bytes.length).toBe((simulation.block.count - 1 + later.block.count) * MBO_BYTES);
  });

  it('that leaves nothing to read rejects, naming the file', async () => {
    const header = encodeMetadata(simulation.metadata);
    await expect(open({ 'cut.dbn': dbn.subarray(0, header.length + 20) })).rejects.toMatchObject({
      problem: { code: 'dbn/truncated', message: expect.stringMatching(/: cut\.dbn$/) as string },
    });
  });

  it('is told apart from a file without records, or of another schema', async () => {
    await expect(open({ x: encodeMetadata(simulation.metadata) })).rejects.toMatchObject({
      problem: { code: 'capture/no-records' },
    });
    const trades = encodeMetadata({ ...simulation.metadata, schema: 'trades' });
    const trade = writeRow(recordLayout(RTYPE.mbp0, 3)!, tradeRow());
    await expect(open({ x: concatenate([trades, trade]) })).rejects.toMatchObject({
      problem: { code: 'capture/no-mbo', message: expect.stringContaining('holds trades records') as string },
    });
    await expect(open({ x: trades })).rejects.toMatchObject({ problem: { code: 'capture/no-records' } });
    const empty = await open({ x: trades }, { needs: 'any' });
    expect([empty.metadata.schema, empty.instruments(), empty.defaultInstrument()]).toEqual([
      'trades',
      [],
      undefined,
    ]);
  });
});

describe('damage of any kind', () => {
  it('of a record’s type is a loss where it must have been one of the schema', async () => {
    const simulation = simulate();
    const bytes = dbnOf(simulation);
    const at = encodeMetadata(simulation.metadata).length + 10 * MBO_BYTES;
    bytes[at + 1] = 0x42;
    const lost = await readAll(await open({ x: bytes }));
    expect(lost.bytes.length).toBe((simulation.block.count - 1) * MBO_BYTES);
    expect(lost.others.filter((p) => p.kind === 'warning')).toMatchObject([
      { damage: true, problem: { code: 'dbn/unknown-rtype', offset: at } },
    ]);
    const newer = Uint8Array.from({ length: 64 }, (_, i) => [16, 0x42][i] ?? 0);
    const kept = await readAll(await open({ x: concatenate([dbnOf(simulation), newer]) }));
    expect(kept.others.filter((p) => p.kind === 'warning')).toMatchObject([{ damage: false }]);
  });

  it('ends in whole records and problems, whatever the format', async () => {
    const block = plainBlock(
      Array.from({ length: 300 }, (_, i) => ({ orderId: BigInt(i), instrumentId: i % 3 })),
    );
    const market = { ...simulate({ durationSeconds: 1 }), block };
    const forms = [
      dbnOf(market),
      gzip(dbnOf(market)),
      recordBytes(block),
      arrowOf(market),
      await parquetOf(market),
    ];
    const random = new Random(21);
    const rounds = forms.length * (process.env['SPYMASTER_LONG'] ? 20_000 : 2000);
    let opened = 0;
    for (let i = 0; i < rounds; i++) {
      const bytes = mutate(forms[i % forms.length], random);
      try {
        const capture = await open({ x: bytes });
        const { bytes: records } = await readAll(capture);
        expect(records.length % MBO_BYTES).toBe(0);
        const list = capture.instruments();
        expect(list.reduce((sum, info) => sum + info.records, 0)).toBe(records.length / MBO_BYTES);
        for (const info of list) {
          const { tickSize } = capture.facts(info);
          expect(tickSize).toBeGreaterThan(0);
          expect(tickSize).toBeLessThan(Infinity);
        }
        opened++;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
      }
    }
    expect(opened).toBeGreaterThan(rounds / 10);
    expect(opened).toBeLessThan(rounds);
  }, 600_000);
});

describe('reading', () => {
  it('stops at once when it is cancelled', async () => {
    const simulation = simulate();
    const repeated = concatenate([
      encodeMetadata(simulation.metadata),
      ...Array.from({ length: 40 }, () => recordBytes(simulation.block)),
    ]);
    const capture = await open({ x: repeated });
    const signal = { aborted: false };
    let blocks = 0;
    for await (const part of capture.read({ signal })) {
      if (part.kind === 'mbo') blocks++;
      expect(part.kind).not.toBe('warning');
      signal.aborted = true;
    }
    expect(blocks).toBeLessThan(3);
  });

  it('asks for slices, never for the whole file, and only as the consumer goes on', async () => {
    const simulation = simulate();
    const repeated = concatenate([
      encodeMetadata(simulation.metadata),
      ...Array.from({ length: 100 }, () => recordBytes(simulation.block)),
    ]);
    let largest = 0;
    let asked = 0;
    const source: ByteSource = {
      name: 'x',
      size: repeated.length,
      slice: (from, to) => {
        largest = Math.max(largest, to - from);
        asked = Math.max(asked, to);
        return Promise.resolve(repeated.slice(from, to));
      },
    };
    const capture = await openCapture([source]);
    asked = 0;
    const parts = capture.read();
    for (let i = 0; i < 4; i++) await parts.next();
    expect(asked).toBeLessThan(5 << 20);
    await parts.return();
    expect(largest).toBeLessThanOrEqual(1 << 20);
  });

  it('works from a pipe, whose size is not known', async () => {
    const simulation = simulate({ durationSeconds: 3 });
    for (const bytes of [dbnOf(simulation), arrowOf(simulation), await parquetOf(simulation)]) {
      const { size: _size, ...rest } = memorySource('pipe', bytes);
      const capture = await openCapture([{ ...rest, size: undefined }], { parquet: loadParquet });
      expect(capture.fingerprint).toBe('');
      expect(sha((await readAll(capture)).bytes)).toBe(sha(recordBytes(simulation.block)));
    }
  });
});
