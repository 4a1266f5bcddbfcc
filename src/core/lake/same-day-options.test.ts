import { describe, expect, it } from 'vitest';
import { writeRow, type DbnRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { OptionDefinitions, type OptionDefinition } from '#core/lake/option-definitions';
import {
  definitionParents,
  expirationDate,
  sameDayAssets,
  sameDayOptions,
} from '#core/lake/same-day-options';

const at = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;

function option(given: Partial<OptionDefinition> = {}): OptionDefinition {
  return {
    instrumentId: 1,
    rawSymbol: 'E1AF6 C6900',
    instrumentClass: 'C',
    asset: 'E1A',
    underlying: 'ESH6',
    strike: 6_900_000_000_000n,
    expirationNs: at('2026-01-05T21:00:00Z'),
    ...given,
  };
}

describe('expiry dates', () => {
  it('are those of New York, in summer and winter', () => {
    expect(expirationDate(at('2026-01-06T21:00:00Z'))).toBe('2026-01-06');
    expect(expirationDate(at('2026-01-07T04:59:59Z'))).toBe('2026-01-06');
    expect(expirationDate(at('2026-07-07T04:00:00Z'))).toBe('2026-07-07');
    expect(expirationDate(at('2026-07-07T03:59:59Z'))).toBe('2026-07-06');
  });

  it('takes midnight UTC as the bare date that some venues state', () => {
    expect(expirationDate(at('2025-02-21T00:00:00Z'))).toBe('2025-02-21');
  });

  it('knows that the undefined time is none', () => {
    expect(expirationDate(2n ** 64n - 1n)).toBeUndefined();
  });
});

describe('options of the day', () => {
  it('keeps calls and puts on the chosen contract that expire on the day', () => {
    const kept = [option(), option({ rawSymbol: 'E1AF6 P6900', instrumentClass: 'P' })];
    const dropped = [
      option({ rawSymbol: 'UD:1V: VT 2310' }),
      option({ rawSymbol: 'E1AF6 C6900-E1AF6 C6950' }),
      option({ instrumentClass: 'T' }),
      option({ underlying: 'ESM6' }),
      option({ expirationNs: at('2026-01-06T21:00:00Z') }),
      option({ expirationNs: 2n ** 64n - 1n }),
    ];
    expect(sameDayOptions([...dropped, ...kept], 'ESH6', '2026-01-05')).toEqual(kept);
  });

  it('does not care how a share is spelt', () => {
    const share = option({ underlying: 'spy', asset: 'SPY' });
    expect(sameDayOptions([share], 'SPY', '2026-01-05')).toHaveLength(1);
  });
});

describe('assets of the day', () => {
  const futures = (date: string) => ({ family: 'futures', root: 'ES', date }) as const;

  it('are distinct and sorted, of every contract of the root', () => {
    const definitions = [
      option({ asset: 'E1A', underlying: 'ESM6' }),
      option({ asset: 'E1' }),
      option({ asset: 'E1' }),
      option({ asset: 'Q1A', underlying: 'NQH6' }),
      option({ asset: 'E2A', expirationNs: at('2026-01-12T21:00:00Z') }),
    ];
    expect(sameDayAssets(definitions, futures('2026-01-05'))).toEqual(['E1', 'E1A']);
  });

  it('may be none: then nothing is requested', () => {
    expect(sameDayAssets([option()], futures('2026-01-06'))).toEqual([]);
  });

  it.each([
    ['2026-01-16', 'ES', 'EW3'],
    ['2026-01-09', 'EW2', 'E2A'],
    ['2026-01-05', 'E1A', 'EW1'],
  ])('stops %s, which has %s, at the stranger %s', (date, known, stranger) => {
    const expirationNs = at(`${date}T21:00:00Z`);
    const definitions = (asset: string) => [option({ asset, expirationNs })];
    expect(sameDayAssets(definitions(known), futures(date))).toEqual([known]);
    expect(() => sameDayAssets(definitions(stranger), futures(date))).toThrow(
      `These assets should not expire on ${date}: ${stranger}`,
    );
  });

  it('of a share are those of options on exactly that share', () => {
    const midnight = at('2026-01-05T00:00:00Z');
    const definitions = [
      option({ asset: 'SPY', underlying: 'SPY', expirationNs: midnight }),
      option({ asset: 'SPYX', underlying: 'SPYX', expirationNs: midnight }),
    ];
    expect(sameDayAssets(definitions, { family: 'equities', root: 'SPY', date: '2026-01-05' })).toEqual([
      'SPY',
    ]);
  });
});

describe('parents whose definitions are requested', () => {
  it('depend on the day for ES', () => {
    expect(definitionParents('ES', '2026-01-16')).toEqual(['ES.OPT']);
    expect(definitionParents('ES', '2026-01-09')).toEqual([
      'EW.OPT',
      'EW1.OPT',
      'EW2.OPT',
      'EW3.OPT',
      'EW4.OPT',
    ]);
    const monday = definitionParents('ES', '2026-01-05');
    expect(monday).toHaveLength(30);
    expect(new Set(monday).size).toBe(30);
    expect(monday).toEqual(expect.arrayContaining(['E1.OPT', 'E5.OPT', 'E1A.OPT', 'E5E.OPT']));
    expect(definitionParents('NQ', '2026-01-05')).toEqual(['NQ.OPT']);
  });
});

describe('definition records', () => {
  const rows = (version: 1 | 2 | 3, records: readonly Record<string, number | bigint | string>[]) => {
    const layout = recordLayout(RTYPE.definition, version)!;
    const blank: DbnRow = Object.fromEntries(
      layout.fields.map((f) => [f.name, f.type === 'cstr' ? '' : f.type === 'char' ? ' ' : 0]),
    );
    for (const f of layout.fields) if (f.bytes === 8 && f.type !== 'cstr') blank[f.name] = 0n;
    const bytes = records.map((r) => writeRow(layout, { ...blank, rtype: RTYPE.definition, ...r }));
    return {
      rtype: RTYPE.definition,
      recordBytes: layout.bytes,
      count: records.length,
      bytes: Buffer.concat(bytes),
      version,
    };
  };

  it.each([1, 2, 3] as const)('are read in version %i, the latest of each instrument', (version) => {
    const one = {
      instrument_id: 7,
      ts_event: 10n,
      raw_symbol: 'E1AF6 C6900',
      instrument_class: 'C',
      asset: 'E1A',
      underlying: 'ESH6',
      strike_price: 6_900_000_000_000n,
      expiration: at('2026-01-05T21:00:00Z'),
    };
    const definitions = new OptionDefinitions();
    definitions.add(
      rows(version, [
        { ...one, ts_event: 20n },
        { ...one, asset: 'OLD' },
      ]),
    );
    definitions.add(rows(version, [{ ...one, instrument_id: 8, ts_event: 5n, asset: 'E1' }]));
    expect(definitions.list()).toEqual([
      option({ instrumentId: 7 }),
      option({ instrumentId: 8, asset: 'E1' }),
    ]);
  });

  it('ignores records of other types', () => {
    const definitions = new OptionDefinitions();
    definitions.add({ ...rows(3, [{}]), rtype: RTYPE.mbo });
    expect(definitions.list()).toEqual([]);
  });
});
