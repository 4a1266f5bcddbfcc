import { describe, expect, it } from 'vitest';
import { chooseContracts, type ContractChoice, type ContractDay } from '#core/lake/contract-choice';
import { futuresContract } from '#core/lake/futures-symbol';
import { fixturePath, readJson } from '#testdata/fixtures';

interface Golden {
  readonly expirations: Readonly<Record<string, string>>;
  readonly daily_volumes: readonly { session_date: string; symbol: string; daily_volume: number }[];
  readonly premarket_trade_dates: readonly string[];
  readonly requested_dates: readonly [string, string];
  readonly expected: readonly ContractChoice[];
}

const golden = readJson<Golden>(fixturePath('velocity', 'expected', 'contract_selection.json'));

function goldenDays(): ContractDay[] {
  const dates = [...new Set(golden.daily_volumes.map((row) => row.session_date))];
  return dates.map((date) => ({
    date,
    volumes: new Map(
      golden.daily_volumes
        .filter((row) => row.session_date === date)
        .map((row) => [row.symbol, row.daily_volume]),
    ),
    hasPremarketTrade: golden.premarket_trade_dates.includes(date),
  }));
}

const expiryOf = (symbol: string, date: string): string => futuresContract(symbol, 'ES', date)!.expiry;

describe('contract of the day', () => {
  const [first, last] = golden.requested_dates;

  it('chooses as the vectors do: with their expiries and with those of the symbols', () => {
    expect(chooseContracts(goldenDays(), (symbol) => golden.expirations[symbol], { first, last })).toEqual(
      golden.expected,
    );
    expect(chooseContracts(goldenDays().reverse(), expiryOf, { first, last })).toEqual(golden.expected);
  });

  it('takes the nearest expiry on the first trading day, and knows no day before it', () => {
    const [choice] = chooseContracts(goldenDays(), expiryOf);
    expect(choice).toMatchObject({
      session_date: '2025-12-10',
      selected_symbol: 'ESZ5',
      prev_trading_date: '',
      prev_volume_selected: 0,
      roll_flag: 0,
    });
  });

  it('never chooses a contract on its expiry day, and says when none is left', () => {
    const day = (date: string): ContractDay => ({
      date,
      volumes: new Map([['ESZ5', 10]]),
      hasPremarketTrade: true,
    });
    expect(chooseContracts([day('2025-12-18')], expiryOf)).toHaveLength(1);
    expect(() => chooseContracts([day('2025-12-18'), day('2025-12-19')], expiryOf)).toThrow(
      'Every contract had expired on 2025-12-19: ESZ5',
    );
  });

  it('breaks ties by the earlier expiry', () => {
    const day = (date: string): ContractDay => ({
      date,
      volumes: new Map([
        ['ESM6', 5],
        ['ESH6', 5],
      ]),
      hasPremarketTrade: true,
    });
    const [, choice] = chooseContracts([day('2026-01-05'), day('2026-01-06')], expiryOf);
    expect(choice).toMatchObject({ selected_symbol: 'ESH6', prev_volume_selected: 5, prev_volume_rank2: 5 });
  });
});

describe('symbols of futures', () => {
  it.each([
    ['ESH6', '2026-01-06', '2026-03-20'],
    ['ESH26', '2026-01-06', '2026-03-20'],
    ['ESZ5', '2026-01-06', '2025-12-19'],
    // The year ending in the digit within [Y − 4, Y + 5].
    ['ESH1', '2026-01-06', '2031-03-21'],
    ['ESH2', '2026-01-06', '2022-03-18'],
    ['ESH0', '2019-12-30', '2020-03-20'],
    ['ESM9', '2030-01-02', '2029-06-15'],
  ])('reads %s on %s as expiring %s', (symbol, date, expiry) => {
    expect(futuresContract(symbol, 'ES', date)).toEqual({ symbol, expiry });
  });

  it.each(['ESH6-ESM6', 'ESF6', 'NQH6', 'ES', 'ESH', 'ESH123', 'ESH6 C7000', 'UD:1V: VT'])(
    'is not misled by %s',
    (symbol) => {
      expect(futuresContract(symbol, 'ES', '2026-01-06')).toBeUndefined();
    },
  );
});
