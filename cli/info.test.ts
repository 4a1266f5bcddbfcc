import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBytes, sharedPath } from '#testdata/fixtures';
import { RTYPE } from '#core/dbn/rtype';
import { runCli } from '#cli/testing/memory-io';
import { dbnFile, mboRecords, record } from '#cli/testing/record-files';

const START = 1_770_000_000_000_000_000n;

interface Info {
  schema: unknown;
  version: unknown;
  first_ns: unknown;
  last_ns: unknown;
  anomalies: Record<string, number>;
  instruments: { symbol: string; records: number; anomalies: Record<string, number> }[];
}

async function info(bytes: Uint8Array): Promise<Info> {
  const { status, io } = await runCli(['info', 'x', '--json'], { x: bytes });
  expect(status).toBe(0);
  return JSON.parse(io.text()) as Info;
}

describe('spymaster info --json', () => {
  it('counts instruments of records that are not market-by-order', async () => {
    const trade = (instrument: number, ns: bigint): Uint8Array =>
      record(RTYPE.mbp0, { instrument_id: instrument, publisher_id: 1, ts_event: ns, ts_recv: ns + 5n });
    const records = [trade(2, START), trade(1, START + 10n), trade(2, START + 20n)];
    expect(await info(dbnFile({ schema: 'trades' }, records))).toMatchObject({
      schema: 'trades',
      version: 3,
      instruments: [
        {
          publisher_id: 1,
          instrument_id: 2,
          symbol: 'BBBH6',
          records: 2,
          first_ns: String(START + 5n),
          last_ns: String(START + 25n),
        },
        { instrument_id: 1, symbol: 'AAAH6', records: 1 },
      ],
      other_records: { '0': 3 },
      first_ns: String(START + 5n),
      last_ns: String(START + 25n),
      anomalies: {},
    });
  });

  it('states what it does not know as null', async () => {
    const bytes = dbnFile({ schema: undefined }, [record(RTYPE.system, { ts_event: START })]);
    expect(await info(bytes)).toMatchObject({ schema: null, first_ns: null, last_ns: null, instruments: [] });
    const { io } = await runCli(['decode', 'x', '--format', 'arrow', '-o', 'a'], {
      x: dbnFile({}, [mboRecords(1, [START])]),
    });
    expect(await info(io.bytes('a'))).toMatchObject({ schema: 'mbo', version: null });
  });

  it('sums anomalies over instruments, times that go back among them', async () => {
    const report = await info(
      dbnFile({}, [
        mboRecords(1, [START, START + 9n, START + 3n, START + 10n]),
        mboRecords(2, [START + 5n, START + 4n]),
      ]),
    );
    expect(report.instruments.map((i) => i.anomalies)).toEqual([{ late_ts: 1 }, { late_ts: 1 }]);
    expect(report.anomalies).toEqual({ late_ts: 2 });
  });

  const folder = sharedPath('data', 'dbn-schemas');
  const files = folder ? readdirSync(folder).filter((name) => /\.dbn(\.zst)?$/.test(name)) : [];
  it.skipIf(!folder).each(files)('counts every record of %s', async (name) => {
    const bytes = readBytes(`${folder}/${name}`);
    const report = await info(bytes);
    const { io } = await runCli(['decode', 'x'], { x: bytes });
    const rows = io.lines().map((line) => JSON.parse(line) as { ts_recv?: string; ts_event: string });
    expect(report.instruments.reduce((n, i) => n + i.records, 0)).toBe(rows.length);
    const first = rows.length === 0 ? null : (rows[0].ts_recv ?? rows[0].ts_event);
    expect(report.first_ns).toBe(first);
  });
});
