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
});
