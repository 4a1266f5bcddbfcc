import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinOrigins, originOf, originTexts, type RecordOrigin } from '#core/capture/record-origin';

const ORIGIN: RecordOrigin = {
  dataset: 'GLBX.MDP3',
  schema: 'mbo',
  stypeIn: 'raw_symbol',
  stypeOut: 'instrument_id',
  symbols: ['ESH6', '__proto__'],
  mappings: [
    { rawSymbol: 'ESH6', intervals: [{ startDate: 20260101, endDate: 20260320, symbol: '42' }] },
    { rawSymbol: '__proto__', intervals: [] },
  ],
};

describe('the origin of records in a table', () => {
  it('comes back as it was', () => {
    expect(originOf(originTexts(ORIGIN))).toEqual(ORIGIN);
    const bare = { ...ORIGIN, schema: undefined, stypeIn: undefined, symbols: [], mappings: [] };
    expect(originOf(originTexts(bare))).toEqual(bare);
  });

  it('is written under the names of the header', () => {
    const texts = originTexts(ORIGIN);
    expect([...texts.keys()]).toEqual(['dataset', 'schema', 'stype_in', 'stype_out', 'symbols', 'mappings']);
    expect(texts.get('mappings')).toContain('"ESH6":[{"start_date":"2026-01-01","end_date":"2026-03-20"');
  });

  it('is none in a table of another maker, and never a failure', () => {
    expect(originOf(new Map([['pandas', '{}']]))).toBeUndefined();
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('{"A":[{"start_date":1}]}', '[null]', '{"A":7}'),
    );
    fc.assert(
      fc.property(text, text, text, (symbols, mappings, other) => {
        const texts = { dataset: other, schema: other, stype_in: other, stype_out: other, symbols, mappings };
        const origin = originOf(new Map(Object.entries(texts)))!;
        expect(origin.symbols.every((s) => typeof s === 'string')).toBe(true);
        for (const { intervals } of origin.mappings)
          for (const { startDate } of intervals) expect(Number.isInteger(startDate)).toBe(true);
      }),
    );
  });

  it('of several files has the symbols of all, each once', () => {
    const later: RecordOrigin = {
      ...ORIGIN,
      symbols: ['ESH6', 'ESM6'],
      mappings: [
        {
          rawSymbol: 'ESH6',
          intervals: [
            { startDate: 20260101, endDate: 20260320, symbol: '42' },
            { startDate: 20260320, endDate: 20260401, symbol: '43' },
          ],
        },
      ],
    };
    const joined = joinOrigins([ORIGIN, later])!;
    expect(joined.symbols).toEqual(['ESH6', '__proto__', 'ESM6']);
    expect(joined.mappings[0].intervals).toHaveLength(2);
    expect(joinOrigins([])).toBeUndefined();
    expect(joinOrigins([ORIGIN])).toBe(ORIGIN);
  });
});
