import { describe, expect, it } from 'vitest';
import { DefinitionBook, selectOptions, type InstrumentDefinition } from '#core/velocity/option-definitions';

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

  it('expire on the day that it is in New York, or on the date that is all they state', () => {
    const on = (iso: string, date: string): number =>
      selectOptions([{ ...call, expirationNs: close(iso) }], 'ESH6', date).options.size;
    expect(on('2026-01-07T03:00:00Z', '2026-01-06')).toBe(1);
    expect(on('2026-07-07T03:59:59Z', '2026-07-06')).toBe(1);
    expect(on('2026-07-07T04:00:00Z', '2026-07-07')).toBe(1);
    expect(on('2026-01-06T00:00:00Z', '2026-01-06')).toBe(1);
    expect(on('2026-01-06T00:00:00Z', '2026-01-05')).toBe(0);
    const never = { ...call, expirationNs: 2n ** 64n - 1n };
    expect(selectOptions([never], 'ESH6', '2026-01-06').options.size).toBe(0);
  });

  it('are defined by the last record of each instrument', () => {
    const book = new DefinitionBook();
    book.add(call);
    book.add({ ...call, strikeInt: 7000e9, tsEventNs: 9n });
    book.add({ ...call, strikeInt: 6900e9, tsEventNs: 7n });
    expect([...book.all()].map((d) => d.strikeInt)).toEqual([7000e9]);
  });
});
