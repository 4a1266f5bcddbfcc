import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  planFamily,
  planRange,
  sessionDates,
  type FamilyPlanOptions,
  type PlanKnowledge,
} from '#core/databento/plan';
import { dayKey, familyProducts, SCHEMA_CHOICES } from '#core/databento/products';
import { addDays } from '#core/lake/dates';

const NOTHING_KNOWN: PlanKnowledge = {
  assets: () => ({ reason: 'its definitions are not here yet' }),
  isKnown: () => false,
};

function futures(first: string, last: string, more: Partial<FamilyPlanOptions> = {}): FamilyPlanOptions {
  return { family: 'futures', roots: ['ES'], first, last, schemas: SCHEMA_CHOICES.futures, ...more };
}

const summary = (options: FamilyPlanOptions, knowledge = NOTHING_KNOWN) =>
  planFamily(options, knowledge).requests.map(({ request: r }) => [
    r.schema,
    r.symbols.length,
    r.start,
    r.end,
  ]);

describe('days of a family', () => {
  it('leave out Saturdays, and Sundays for shares', () => {
    expect(sessionDates('futures', '2026-01-02', '2026-01-05')).toEqual([
      '2026-01-02',
      '2026-01-04',
      '2026-01-05',
    ]);
    expect(sessionDates('equities', '2026-01-02', '2026-01-05')).toEqual(['2026-01-02', '2026-01-05']);
  });
});

describe('a plan', () => {
  it('makes one job of days with the same symbols, month by month', () => {
    expect(summary(futures('2026-01-28', '2026-02-03'))).toEqual([
      ['mbo', 1, '2026-01-28', '2026-01-31'],
      ['mbo', 1, '2026-02-01', '2026-02-04'],
      ['definition', 30, '2026-01-28', '2026-01-30'],
      ['definition', 5, '2026-01-30', '2026-01-31'],
      ['definition', 30, '2026-02-01', '2026-02-04'],
    ]);
  });

  it('keeps options day by day, and leaves out days without any', () => {
    const assets = (_: string, date: string) => (date === '2026-01-06' ? [] : ['E1A']);
    expect(summary(futures('2026-01-05', '2026-01-07'), { ...NOTHING_KNOWN, assets }).slice(2)).toEqual([
      ['mbo', 1, '2026-01-05', '2026-01-06'],
      ['mbo', 1, '2026-01-07', '2026-01-08'],
      ['statistics', 1, '2026-01-05', '2026-01-06'],
      ['statistics', 1, '2026-01-07', '2026-01-08'],
    ]);
  });

  it('leaves out what is known, and never spans it', () => {
    const isKnown = (product: { schema: string }, _: string, date: string) =>
      product.schema === 'mbo' && date === '2026-01-06';
    const plan = planFamily(futures('2026-01-05', '2026-01-08'), { ...NOTHING_KNOWN, isKnown });
    expect(plan.requests.slice(0, 2).map((r) => [r.request.start, r.request.end])).toEqual([
      ['2026-01-05', '2026-01-06'],
      ['2026-01-07', '2026-01-09'],
    ]);
    expect(plan.skipped).toEqual([
      'GLBX.MDP3|mbo|ES|2026-01-06|futures',
      'GLBX.MDP3|mbo|ES|2026-01-06|futures_options',
    ]);
  });

  it('says what waits for definitions, once a day', () => {
    const { waiting } = planFamily(futures('2026-01-05', '2026-01-05'), NOTHING_KNOWN);
    expect(waiting).toEqual([
      {
        symbol: 'ES',
        date: '2026-01-05',
        schemas: ['mbo', 'statistics'],
        reason: 'its definitions are not here yet',
      },
    ]);
  });

  it('of shares asks three datasets, and puts each product into its folder', () => {
    const plan = planFamily(
      {
        family: 'equities',
        roots: ['SPY'],
        first: '2026-01-05',
        last: '2026-01-05',
        schemas: SCHEMA_CHOICES.equities,
      },
      { ...NOTHING_KNOWN, assets: () => ['SPY'] },
    );
    expect(
      plan.requests.map((r) => [r.keys[0], r.request.symbols.join(), r.request.stype_in, r.folder]),
    ).toEqual([
      [
        'XNAS.ITCH|mbo|SPY|2026-01-05',
        'SPY',
        'raw_symbol',
        'product_type=equity_mbo/symbol=SPY/table=market_by_order_dbn',
      ],
      ['XNAS.ITCH|definition|SPY|2026-01-05', 'SPY', 'raw_symbol', 'dataset=definition/venue=xnas'],
      ['OPRA.PILLAR|definition|SPY|2026-01-05', 'SPY.OPT', 'parent', 'dataset=definition/venue=opra'],
      [
        'OPRA.PILLAR|cmbp-1|SPY|2026-01-05',
        'SPY.OPT',
        'parent',
        'product_type=equity_option_cmbp_1/symbol=SPY/table=cmbp_1',
      ],
      [
        'OPRA.PILLAR|statistics|SPY|2026-01-05',
        'SPY.OPT',
        'parent',
        'product_type=equity_option_statistics/symbol=SPY/table=statistics',
      ],
    ]);
  });

  it('asks for each day of each product exactly once, whatever is known', () => {
    const products = familyProducts('futures', SCHEMA_CHOICES.futures);
    const dates = sessionDates('futures', '2026-01-01', '2026-02-28');
    const all = products.flatMap((p) => ['ES', 'NQ'].flatMap((root) => dates.map((d) => dayKey(p, root, d))));
    fc.assert(
      fc.property(fc.subarray(all), (known) => {
        const set = new Set(known);
        const plan = planFamily(futures(dates[0], dates[dates.length - 1], { roots: ['ES', 'NQ'] }), {
          assets: () => ['E1A'],
          isKnown: (product, root, date) => set.has(dayKey(product, root, date)),
        });
        const keys = plan.requests.flatMap((r) => r.keys);
        expect(new Set([...keys, ...plan.skipped])).toEqual(new Set(all));
        expect(keys.length + plan.skipped.length).toBe(all.length);
        expect(new Set(plan.requests.map((r) => r.id)).size).toBe(plan.requests.length);
        for (const { request, keys: days } of plan.requests) {
          // The range holds its days, and no other day on which there is trading.
          const inside = sessionDates('futures', request.start, addDays(request.end, -1));
          expect(days.map((key) => key.split('|')[3])).toEqual(inside);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('a range', () => {
  const request = {
    dataset: 'XNAS.ITCH',
    schema: 'mbo',
    symbols: ['AAPL', 'SPX  250221C00250000'],
    stype_in: 'raw_symbol',
    start: '2026-01-05',
    end: '2026-01-07T12:00',
    split_duration: 'none',
  } as const;

  it('is one job with a folder of its own', () => {
    const { requests } = planRange(request, () => false);
    expect(requests).toMatchObject([
      {
        keys: ['XNAS.ITCH|mbo|AAPL+SPX  250221C00250000|2026-01-05..2026-01-07T12:00'],
        folder: 'dataset=XNAS.ITCH/schema=mbo/symbol=AAPL+SPX__250221C00250000',
      },
    ]);
    expect(planRange(request, () => true)).toMatchObject({ requests: [], skipped: requests[0].keys });
  });

  it.each([
    ['A dataset looks like', { dataset: 'glbx' }],
    ['A schema looks like', { schema: 'MBO' }],
    ['at least one symbol', { symbols: [] }],
    ['This is no symbol', { symbols: ['A|B'] }],
    ['This is no symbol', { symbols: [' A'] }],
    ['This is no symbol', { symbols: ['\ud800'] }],
    ['at most 2000 symbols', { symbols: Array.from({ length: 2001 }, (_, i) => `S${i}`) }],
    ['This is no time', { start: 'yesterday' }],
    ['This is no time', { end: '2026-02-30' }],
    ['The end is exclusive', { end: '2026-01-05' }],
  ])('refuses with: %s', (message, change) => {
    expect(() => planRange({ ...request, ...change }, () => false)).toThrow(message);
  });
});
