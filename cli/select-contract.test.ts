import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definitionsDay, futuresDay } from '#cli/download/testing/lake-files';
import { runCli } from '#cli/testing/memory-io';

let lake = '';

function put(folder: string, name: string, bytes: Uint8Array): void {
  const path = join(lake, 'raw/source=databento', folder);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, name), bytes);
}

beforeAll(() => {
  lake = mkdtempSync(join(tmpdir(), 'spymaster-lake-'));
  const days: Record<string, Record<string, number>> = {
    '2025-12-16': { ESZ5: 900, ESH6: 800, 'ESZ5-ESH6': 5000 },
    '2025-12-17': { ESZ5: 400, ESH6: 1100 },
    '2025-12-18': { ESZ5: 200, ESH6: 1300 },
  };
  for (const [date, volumes] of Object.entries(days)) {
    const name = `glbx-mdp3-${date.replaceAll('-', '')}.mbo.dbn.zst`;
    put('product_type=future_mbo/symbol=ES/table=market_by_order_dbn', name, futuresDay(date, volumes));
  }
  const option = (symbol: string, more: object = {}) => ({
    symbol,
    asset: 'E3D',
    underlying: 'ESH6',
    expiration: '2025-12-18T21:00:00Z',
    ...more,
  });
  put(
    'dataset=definition',
    'glbx-mdp3-20251218.ES.definition.dbn.zst',
    definitionsDay('2025-12-18', [
      option('E3DZ5 P6900'),
      option('E3DZ5 C6900'),
      option('E3DZ5 C7000', { underlying: 'ESZ5' }),
      option('E4DZ5 C7000', { expiration: '2025-12-25T21:00:00Z' }),
    ]),
  );
});

afterAll(() => rmSync(lake, { recursive: true }));

const select = (...args: string[]) => runCli(['select-contract', '--lake', lake, ...args]);

describe('select-contract', () => {
  it('chooses by the volumes of the day before, and marks the roll', async () => {
    const { status, io } = await select('--start', '2025-12-17', '--end', '2025-12-18');
    expect(io.errors).toBe('');
    expect(status).toBe(0);
    expect(io.text()).toBe(
      'session_date,selected_symbol,selected_exp_date,prev_trading_date,prev_volume_selected,prev_volume_rank2,roll_flag\n' +
        '2025-12-17,ESZ5,2025-12-19,2025-12-16,900,800,0\n' +
        '2025-12-18,ESH6,2026-03-20,2025-12-17,1100,400,1\n',
    );
  });

  it('lists the options on it that expire on the day', async () => {
    const { status, io } = await select(
      '--start',
      '2025-12-18',
      '--end',
      '2025-12-18',
      '--options',
      '--json',
    );
    expect(status).toBe(0);
    expect(JSON.parse(io.text())).toMatchObject({
      contracts: [
        {
          session_date: '2025-12-18',
          selected_symbol: 'ESH6',
          option_assets: ['E3D'],
          options: [
            { raw_symbol: 'E3DZ5 C6900', instrument_class: 'C', expiration: '1766091600000000000' },
            { raw_symbol: 'E3DZ5 P6900', instrument_class: 'P' },
          ],
        },
      ],
    });
    const csv = await select('--start', '2025-12-18', '--end', '2025-12-18', '--options');
    expect(csv.io.lines()[1]).toBe('2025-12-18,ESH6,2026-03-20,2025-12-17,1100,400,1,E3D,2');
  });

  it('says which definitions are missing', async () => {
    const { status, io } = await select('--start', '2025-12-17', '--end', '2025-12-18', '--options');
    expect(status).toBe(1);
    expect(io.errors).toContain('lake/no-definitions: The lake has no option definitions of 2025-12-17');
    expect(io.lines()).toHaveLength(3);
  });

  it('says what it has not found', async () => {
    const { status, io } = await select('--start', '2026-02-02', '--end', '2026-02-03');
    expect(status).toBe(1);
    expect(io.errors).toContain('lake/no-session: The lake has no ES futures from 2026-02-02 to 2026-02-03');
  });

  it.each([
    [['--start', '2025-12-17'], '--end is missing'],
    [['--start', 'x', '--end', '2025-12-17'], '--start must be a date'],
    [['--start', '2025-12-18', '--end', '2025-12-17'], 'is before --start'],
    [['--start', '2025-12-18', '--end', '2025-12-18', '--symbol', 'es'], '--symbol takes a root'],
    [['file'], 'takes no files'],
  ])('refuses %j', async (args, message) => {
    const { status, io } = await select(...args);
    expect(status).toBe(2);
    expect(io.errors).toContain(message);
  });
});
