import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSymbolMapping } from '#core/dbn/dbn-encoder';
import { readRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import {
  readSymbolMapping,
  resolveSymbols,
  SymbolMap,
  utcDate,
  utcDateStart,
  type SymbolMappingRecord,
} from '#core/dbn/symbol-map';
import { sampleMetadata } from '#core/dbn/testing/samples';

const mapping: SymbolMappingRecord = {
  publisherId: 1,
  instrumentId: 17077,
  tsEvent: 1_703_462_400_000_000_000n,
  stypeIn: 'continuous',
  stypeInSymbol: 'ES.c.0',
  stypeOut: 'raw_symbol',
  stypeOutSymbol: 'ESH4',
  startTs: 1_703_462_400_000_000_000n,
  endTs: undefined,
};

describe('dates', () => {
  it('are UTC, and start at midnight', () => {
    expect(utcDateStart(20231225)).toBe(1_703_462_400_000_000_000n);
    expect(utcDate(1_703_462_400_000_000_000n)).toBe(20231225);
    expect(utcDate(1_703_462_399_999_999_999n)).toBe(20231224);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (ns) => {
        const start = utcDateStart(utcDate(ns))!;
        expect(start <= ns && ns < start + 86_400_000_000_000n).toBe(true);
      }),
    );
  });

  it('that no calendar has are no dates', () => {
    for (const date of [0, 20231301, 20230001, 20230100, 20230132, 4294967295, -1]) {
      expect(utcDateStart(date)).toBeUndefined();
    }
  });
});

describe('symbols from metadata', () => {
  it('where symbols were asked for and ids received', () => {
    const map = SymbolMap.fromMetadata(sampleMetadata(3));
    expect([map.symbolAt(7, 20231114), map.symbolAt(7, 20231115), map.symbolAt(8, 20231115)]).toEqual([
      'AAA',
      undefined,
      'AAA',
    ]);
    expect(map.instrumentIdAt('AAA', 20231114)).toBe(7);
    expect(map.instrumentIdAt('AAA', 20231115)).toBe(8);
    expect(map.instrumentIdAt('AAA', 20231116)).toBeUndefined();
    expect(map.symbolAtTime(9, utcDateStart(20231116)! - 1n)).toBe('BBB');
    expect(map.symbolAtTime(9, utcDateStart(20231116)!)).toBeUndefined();
    expect(resolveSymbols(sampleMetadata(3), 20231115)).toEqual(
      new Map([
        [8, 'AAA'],
        [9, 'BBB'],
      ]),
    );
  });

  it('where ids were asked for and symbols received', () => {
    const metadata = sampleMetadata(3, {
      stypeIn: 'instrument_id',
      stypeOut: 'raw_symbol',
      mappings: [
        {
          rawSymbol: '7',
          intervals: [
            { startDate: 20231114, endDate: 20231115, symbol: 'OLD' },
            { startDate: 20231115, endDate: 20231116, symbol: '' },
            { startDate: 20231116, endDate: 20231117, symbol: 'NEW' },
          ],
        },
      ],
    });
    const dates = [20231114, 20231115, 20231116];
    const map = SymbolMap.fromMetadata(metadata);
    expect(dates.map((date) => map.symbolAt(7, date))).toEqual(['OLD', undefined, 'NEW']);
    expect(map.instrumentIdAt('NEW', 20231116)).toBe(7);
    expect(resolveSymbols(metadata, 20231115)).toEqual(new Map());
  });

  it('are none where no ids take part, or what should be an id or date is none', () => {
    expect(resolveSymbols(sampleMetadata(3, { stypeOut: 'raw_symbol' }), 20231114)).toEqual(new Map());
    const bad = [
      { startDate: 20231114, endDate: 20231115, symbol: 'x' },
      { startDate: 20231114, endDate: 20231115, symbol: '4294967296' },
      { startDate: 4294967295, endDate: 20231115, symbol: '1' },
      { startDate: 20231114, endDate: 0, symbol: '2' },
    ];
    const metadata = sampleMetadata(3, { mappings: [{ rawSymbol: 'AAA', intervals: bad }] });
    expect(resolveSymbols(metadata, 20231114)).toEqual(new Map());
  });
});

describe('symbol mapping records', () => {
  it.each([1, 2, 3] as const)('of version %s are the same after encoding and reading', (version) => {
    const bytes = encodeSymbolMapping(mapping, version);
    const expected = version === 1 ? { ...mapping, stypeIn: undefined, stypeOut: undefined } : mapping;
    expect(readSymbolMapping(bytes, 0, version)).toEqual(expected);
    expect(encodeSymbolMapping(expected, version)).toEqual(bytes);
    const withTsOut = encodeSymbolMapping(mapping, version, 5n);
    expect(readRow(recordLayout(RTYPE.symbolMapping, version)!, withTsOut, 0, true)['ts_out']).toBe(5n);
  });

  it('name instruments from their start on, and the last one wins', () => {
    const map = SymbolMap.fromMetadata(sampleMetadata(3));
    map.add(mapping);
    expect(map.symbolAt(17077, 20231224)).toBeUndefined();
    expect(map.symbolAt(17077, 20250101)).toBe('ESH4');
    map.add({ ...mapping, stypeOutSymbol: 'ESM4', startTs: undefined });
    expect(map.symbolAt(17077, 20250101)).toBe('ESM4');
    expect(map.instrumentIdAt('ESM4', 20200101)).toBe(17077);
  });

  it('whose output is the id itself name the instrument by their input', () => {
    const map = new SymbolMap();
    map.add({ ...mapping, stypeOut: 'instrument_id', stypeInSymbol: 'ESH4', stypeOutSymbol: '17077' });
    map.add({ ...mapping, instrumentId: 5, stypeOut: undefined, stypeInSymbol: 'FIVE', stypeOutSymbol: '5' });
    expect([...map.on(20240101)]).toEqual([
      [17077, 'ESH4'],
      [5, 'FIVE'],
    ]);
  });
});
