import { describe, expect, it } from 'vitest';
import type { InstrumentChoice } from '#app/model';
import { listInstruments, MAX_LISTED, sameInstrument } from '#ui/instrument-list';

function choice(symbol: string, instrumentId: number, records: number, isSpread = false): InstrumentChoice {
  return { publisherId: 1, instrumentId, symbol, records, isSpread };
}

const all = [choice('ESM6-ESU6', 30, 900, true), choice('ESU6', 20, 50), choice('ESM6', 10, 800)];

describe('the list of instruments', () => {
  it('puts outrights first, busiest first', () => {
    expect(listInstruments(all, '').shown.map((i) => i.symbol)).toEqual(['ESM6', 'ESU6', 'ESM6-ESU6']);
  });

  it('filters by symbol and by id', () => {
    expect(listInstruments(all, ' esu ').shown.map((i) => i.symbol)).toEqual(['ESU6', 'ESM6-ESU6']);
    expect(listInstruments(all, '30').shown.map((i) => i.symbol)).toEqual(['ESM6-ESU6']);
  });

  it('says how many matches it leaves out', () => {
    const many = Array.from({ length: MAX_LISTED + 5 }, (_, i) => choice(`A${i}`, i, i));
    expect(listInstruments(many, '').more).toBe(5);
    expect(listInstruments(many, '').shown).toHaveLength(MAX_LISTED);
  });

  it('compares by publisher and id, not by symbol', () => {
    expect(sameInstrument(all[0], { ...all[0], symbol: 'x', records: 0 })).toBe(true);
    expect(sameInstrument(all[0], { ...all[0], publisherId: 2 })).toBe(false);
    expect(sameInstrument(undefined, all[0])).toBe(false);
  });
});
