import { describe, expect, it } from 'vitest';
import { optionParents, parseFuturesSymbol } from '#core/velocity/contract-symbols';
import { DefinitionBook, selectOptions, type InstrumentDefinition } from '#core/velocity/option-definitions';
import { newYorkDate } from '#core/velocity/trading-day';

describe('symbols', () => {
  it('of futures name their expiry, the third Friday', () => {
    expect(parseFuturesSymbol('ESH6', 2026)).toEqual({
      root: 'ES',
      year: 2026,
      month: 3,
      expiry: '2026-03-20',
    });
    expect(parseFuturesSymbol('ESZ25', 2026)?.expiry).toBe('2025-12-19');
    expect(parseFuturesSymbol('MNQU4', 2026)).toMatchObject({ root: 'MNQ', expiry: '2024-09-20' });
  });

  it('with one digit stand for a year from four before to five after', () => {
    const years = Array.from({ length: 10 }, (_, d) => parseFuturesSymbol(`ESH${d}`, 2025)?.year);
    expect(years).toEqual([2030, 2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028, 2029]);
  });

  it.each(['ESH6-ESM6', 'ES', 'ESF6', 'UD:1V: GN', 'ESH126', ''])('of other kinds are none: %s', (symbol) => {
    expect(parseFuturesSymbol(symbol, 2026)).toBeUndefined();
  });

  it('of options depend on the day of the week', () => {
    expect(optionParents('ES', { year: 2026, month: 1, day: 16 })).toEqual(['ES.OPT']);
    expect(optionParents('ES', { year: 2026, month: 1, day: 9 })).toContain('EW4.OPT');
    const tuesday = optionParents('ES', { year: 2026, month: 1, day: 6 });
    expect(tuesday).toHaveLength(30);
    expect(tuesday).toEqual(expect.arrayContaining(['E1.OPT', 'E1A.OPT', 'E5E.OPT']));
    expect(optionParents('ES', { year: 2026, month: 1, day: 10 })).toEqual([]);
    expect(optionParents('QQQ', { year: 2026, month: 1, day: 6 })).toEqual(['QQQ.OPT']);
  });
});

describe('the options of a day', () => {
  // 16:00 in New York is 21:00 UTC in January and 20:00 in July.
  const close = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n;
  const call: InstrumentDefinition = {
    instrumentId: 1,
    symbol: 'E1BF6 C6950',
    instrumentClass: 'C',
    underlying: 'ESH6',
    strikeInt: 6950e9,
    expirationNs: close('2026-01-06T21:00:00Z'),
    tsEventNs: 5n,
  };

  it('are calls and puts of the underlying that expire on it', () => {
    const found = selectOptions(
      [
        call,
        { ...call, instrumentId: 2, instrumentClass: 'P' },
        { ...call, instrumentId: 3, instrumentClass: 'F' },
        { ...call, instrumentId: 4, symbol: 'UD:1V: GN' },
        { ...call, instrumentId: 5, underlying: 'ESM6' },
        { ...call, instrumentId: 6, expirationNs: close('2026-01-07T21:00:00Z') },
        { ...call, instrumentId: 7, strikeInt: 0 },
      ],
      'esh6',
      '2026-01-06',
    );
    expect([...found.options.keys()]).toEqual([1, 2]);
    expect(found).toMatchObject({ spreads: 1, otherUnderlyings: 1, otherExpirations: 1, badStrikes: 1 });
  });

  it('expire on the day that it is in New York', () => {
    expect(newYorkDate(close('2026-01-07T03:00:00Z'))).toBe('2026-01-06');
    expect(newYorkDate(close('2026-07-07T03:59:59Z'))).toBe('2026-07-06');
    expect(newYorkDate(close('2026-07-07T04:00:00Z'))).toBe('2026-07-07');
    expect(newYorkDate(2n ** 64n - 1n)).toBe('');
  });

  it('are defined by the last record of each instrument', () => {
    const book = new DefinitionBook();
    book.add(call);
    book.add({ ...call, strikeInt: 7000e9, tsEventNs: 9n });
    book.add({ ...call, strikeInt: 6900e9, tsEventNs: 7n });
    expect([...book.all()].map((d) => d.strikeInt)).toEqual([7000e9]);
  });
});
