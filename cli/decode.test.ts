import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { RTYPE } from '#core/dbn/rtype';
import { loadParquet } from '#cli/parquet';
import { runCli } from '#cli/testing/memory-io';
import { dbnFile, mboRecords, record } from '#cli/testing/record-files';

const SECOND = 1_000_000_000n;
const START = 1_770_000_000n * SECOND;
const times = Array.from({ length: 5 }, (_, i) => START + BigInt(i) * SECOND);
const mapping = record(RTYPE.symbolMapping, { instrument_id: 1, ts_event: START });
const mixed = [mapping, mboRecords(1, times.slice(0, 3)), mapping, mboRecords(1, times.slice(3))];

interface Info {
  dataset: string;
  schema: string;
  symbols: string[];
  mappings: unknown[];
  instruments: { symbol: string }[];
}

async function tableOf(format: string, bytes: Uint8Array) {
  return tableFromIPC(format === 'arrow' ? bytes : (await loadParquet()).readParquet(bytes).intoIPCStream());
}

describe.each([['mbo'], [undefined]] as const)('decode of mappings among records, schema %s', (schema) => {
  const files = { x: dbnFile({ schema }, mixed) };

  it('keeps all types in ndjson', async () => {
    const { io } = await runCli(['decode', 'x'], files);
    expect(io.lines()).toHaveLength(7);
    expect(io.errors).toBe('');
  });

  it('keeps the data records in CSV and says what is left out', async () => {
    const { status, io } = await runCli(['decode', 'x', '--format', 'csv'], files);
    expect(status).toBe(0);
    expect(io.lines()).toHaveLength(6);
    expect(io.lines()[0]).toContain('order_id');
    expect(io.errors).toContain('decode/left-out: 2 records');
  });

  it.each(['arrow', 'parquet'])('keeps them in %s', async (format) => {
    const { io } = await runCli(['decode', 'x', '--format', format], files);
    expect((await tableOf(format, io.bytes())).numRows).toBe(5);
  });

  it('counts to the limit only what was written', async () => {
    const { io } = await runCli(['decode', 'x', '--format', 'csv', '--limit', '4'], files);
    expect(io.lines()).toHaveLength(5);
  });
});

describe('decode', () => {
  it('writes a table without rows where the header promises a schema', async () => {
    const files = { x: dbnFile({ schema: 'trades' }, []) };
    const { io } = await runCli(['decode', 'x', '--format', 'csv'], files);
    expect(io.lines()).toHaveLength(1);
    const { io: arrow } = await runCli(['decode', 'x', '--format', 'arrow'], files);
    expect((await tableOf('arrow', arrow.bytes())).numRows).toBe(0);
  });

  it.each(['arrow', 'parquet'])('keeps ts_out in %s', async (format) => {
    const outs = [START + 7n, START + 8n];
    const trades = outs.map((ts) =>
      record(RTYPE.mbp0, { instrument_id: 1, ts_event: START, ts_out: ts }, true),
    );
    const files = { x: dbnFile({ schema: 'trades', tsOut: true }, trades) };
    const { io } = await runCli(['decode', 'x', '--format', format], files);
    const column = (await tableOf(format, io.bytes())).getChild('ts_out');
    expect([...((column?.data[0].values ?? []) as BigInt64Array)]).toEqual(outs);
    const { io: csv } = await runCli(['decode', 'x', '--format', 'csv'], files);
    expect(csv.lines()[1].endsWith(`,${outs[0]}`)).toBe(true);
  });

  describe('of market-by-order records with ts_out', () => {
    const outs = [START + 7n, START + 8n];
    const records = (withTimes: boolean): Uint8Array[] =>
      outs.map((ts) =>
        record(RTYPE.mbo, { instrument_id: 1, ts_event: START, ts_recv: ts, ts_out: ts }, withTimes),
      );
    const files = {
      x: dbnFile({ tsOut: true }, records(true)),
      later: dbnFile({}, [mboRecords(1, [START + SECOND])]),
    };

    it.each(['arrow', 'parquet'])('keeps the column in %s', async (format) => {
      const { io } = await runCli(['decode', 'x', '--format', format], files);
      const column = (await tableOf(format, io.bytes())).getChild('ts_out');
      expect([...((column?.data[0].values ?? []) as BigInt64Array)]).toEqual(outs);
    });

    it('keeps the column in CSV and the field in NDJSON', async () => {
      const { io: csv } = await runCli(['decode', 'x', '--format', 'csv'], files);
      expect(csv.lines()[0]).toMatch(/,ts_out$/);
      expect(csv.lines()[2]).toMatch(new RegExp(`,${outs[1]}$`));
      const { io } = await runCli(['decode', 'x'], files);
      expect(JSON.parse(io.lines()[0])).toMatchObject({ ts_out: String(outs[0]) });
    });

    it('leaves it empty in rows of a file without it, and out where the first file has none', async () => {
      const { io } = await runCli(['decode', 'x', 'later', '--format', 'arrow'], files);
      const column = (await tableOf('arrow', io.bytes())).getChild('ts_out');
      expect([...(column ?? [])].map((time) => time === null)).toEqual([false, false, true]);
      expect(io.errors).toBe('');
      const turned = { first: dbnFile({}, [mboRecords(1, [START - SECOND])]), x: files.x };
      const { io: csv } = await runCli(['decode', 'first', 'x', '--format', 'csv'], turned);
      expect(csv.lines()).toHaveLength(4);
      expect(csv.lines()[0]).not.toContain('ts_out');
    });
  });

  describe.each(['arrow', 'parquet'])('into %s', (format) => {
    async function decoded(files: Record<string, Uint8Array>): Promise<Uint8Array> {
      const { io } = await runCli(['decode', ...Object.keys(files), '--format', format], files);
      return io.bytes();
    }

    it('keeps what the header says of symbols and dataset, and info reads it back', async () => {
      const x = dbnFile({}, [mboRecords(1, times), mboRecords(2, times)]);
      const table = await decoded({ x });
      const reports = await Promise.all(
        [x, table].map(async (file) => {
          const { io } = await runCli(['info', 'f', '--json'], { f: file });
          const { dataset, schema, symbols, mappings, instruments } = JSON.parse(io.text()) as Info;
          return { dataset, schema, symbols, mappings, names: instruments.map((i) => i.symbol) };
        }),
      );
      expect(reports[1]).toEqual(reports[0]);
      expect(reports[1]).toMatchObject({ dataset: 'TEST.CLI', names: ['AAAH6', 'BBBH6'] });
      const { io } = await runCli(['info', 'f'], { f: table });
      expect(io.text()).toMatch(/dataset {6}TEST\.CLI[^]*AAAH6[^]*BBBH6/);
    });

    it('keeps it in a table without rows', async () => {
      const empty = await decoded({ x: dbnFile({}, []) });
      const { io } = await runCli(['info', 'f', '--json'], { f: empty });
      expect(JSON.parse(io.text())).toMatchObject({ dataset: 'TEST.CLI', symbols: ['AAAH6', 'BBBH6'] });
    });

    it('joins the symbols of several files', async () => {
      const mappings = [
        { rawSymbol: 'CCCH6', intervals: [{ startDate: 20200101, endDate: 20300101, symbol: '3' }] },
      ];
      const other = dbnFile({ symbols: ['CCCH6'], mappings }, [mboRecords(3, [START + 10n * SECOND])]);
      const table = await decoded({ x: dbnFile({}, [mboRecords(1, times)]), other });
      const { io } = await runCli(['info', 'f', '--json'], { f: table });
      const { symbols, instruments } = JSON.parse(io.text()) as Info;
      expect(symbols).toEqual(['AAAH6', 'BBBH6', 'CCCH6']);
      expect(instruments.map((i) => i.symbol).sort()).toEqual(['AAAH6', 'CCCH6']);
    });
  });
});
