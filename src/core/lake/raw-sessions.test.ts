import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRawFileName, withSymbol } from '#core/lake/raw-layout';
import { listSessions } from '#core/lake/raw-sessions';

const RAW = 'lake/raw/source=databento';
const FUTURES = `${RAW}/product_type=future_mbo/symbol=ES/table=market_by_order_dbn`;
const OPTIONS = `${RAW}/product_type=future_option_mbo/symbol=ES`;
const JOB = 'GLBX-20260107-ABCDEFGHJK';

const day = [
  `${FUTURES}/glbx-mdp3-20260106.mbo.dbn.zst`,
  `${FUTURES}/${JOB}/glbx-mdp3-20260106.mbo.dbn.zst`,
  `${FUTURES}/${JOB}/manifest.json`,
  `${OPTIONS}/table=market_by_order_dbn/glbx-mdp3-20260106.mbo.dbn.zst`,
  `${OPTIONS}/table=statistics/glbx-mdp3-20260106.statistics.dbn.zst`,
  `${RAW}/dataset=definition/glbx-mdp3-20260106.ES.definition.dbn.zst`,
  `${RAW}/dataset=definition/${JOB}/glbx-mdp3-20260106.definition.dbn.zst`,
];

describe('sessions of a raw lake', () => {
  it('shows futures, options, definitions and statistics of a day together, each file once', () => {
    expect(listSessions(day)).toEqual({
      sessions: [
        {
          date: '2026-01-06',
          lastDate: '2026-01-06',
          family: 'futures',
          symbol: 'ES',
          underlying: [day[0]],
          options: [day[3]],
          definitions: [day[5]],
          statistics: [day[4]],
        },
      ],
      unused: [],
    });
  });

  it('finds the same sessions in any order of paths', () => {
    const wanted = listSessions(day);
    fc.assert(
      fc.property(fc.shuffledSubarray(day, { minLength: day.length }), (paths) => {
        expect(listSessions(paths)).toEqual(wanted);
      }),
    );
  });

  it('shows what is only in the folder of its job', () => {
    const { sessions } = listSessions([day[1], day[6]]);
    expect(sessions).toMatchObject([{ symbol: 'ES', underlying: [day[1]], definitions: [day[6]] }]);
  });

  it('gives definitions that name no root to every session of their day and family', () => {
    const nq = FUTURES.replace('symbol=ES', 'symbol=NQ');
    const { sessions } = listSessions([
      day[0],
      `${nq}/glbx-mdp3-20260106.mbo.dbn.zst`,
      `${nq}/glbx-mdp3-20260107.mbo.dbn.zst`,
      day[6],
    ]);
    expect(sessions.map((s) => [s.date, s.symbol, s.definitions.length])).toEqual([
      ['2026-01-06', 'ES', 1],
      ['2026-01-06', 'NQ', 1],
      ['2026-01-07', 'NQ', 0],
    ]);
  });

  it('gives definitions of one root only to its own session', () => {
    const nq = FUTURES.replace('symbol=ES', 'symbol=NQ');
    const { sessions } = listSessions([day[0], `${nq}/glbx-mdp3-20260106.mbo.dbn.zst`, day[5]]);
    expect(sessions.map((s) => s.definitions.length)).toEqual([1, 0]);
  });

  it('shows equities beside their options', () => {
    const paths = [
      `${RAW}/product_type=equity_mbo/symbol=SPY/table=market_by_order_dbn/xnas-itch-20260106.mbo.dbn.zst`,
      `${RAW}/product_type=equity_option_cmbp_1/symbol=SPY/table=cmbp_1/opra-pillar-20260106.cmbp-1.dbn.zst`,
      `${RAW}/product_type=equity_option_statistics/symbol=SPY/table=statistics/opra-pillar-20260106.statistics.dbn.zst`,
      `${RAW}/dataset=definition/venue=opra/opra-pillar-20260106.SPY.definition.dbn.zst`,
    ];
    expect(listSessions(paths).sessions).toEqual([
      {
        date: '2026-01-06',
        lastDate: '2026-01-06',
        family: 'equities',
        symbol: 'SPY',
        underlying: [paths[0]],
        options: [paths[1]],
        definitions: [paths[3]],
        statistics: [paths[2]],
      },
    ]);
  });

  it('reads a part of a lake, down to the files alone', () => {
    expect(listSessions(['glbx-mdp3-20260106.mbo.dbn.zst']).sessions).toMatchObject([
      { date: '2026-01-06', family: 'futures', symbol: '', underlying: ['glbx-mdp3-20260106.mbo.dbn.zst'] },
    ]);
    expect(listSessions(['symbol=SPY\\xnas-itch-20260106.mbo.dbn']).sessions).toMatchObject([
      { family: 'equities', symbol: 'SPY' },
    ]);
  });

  it('keeps the span of a file of several days, and other schemas apart', () => {
    const week = 'dataset=XNAS.ITCH/schema=mbo/symbol=AAPL/xnas-itch-20260104-20260110.mbo.dbn.zst';
    const bars = 'dataset=XNAS.ITCH/schema=ohlcv-1d/symbol=AAPL/xnas-itch-20260106.ohlcv-1d.dbn.zst';
    const { sessions, unused } = listSessions([week, bars]);
    expect(sessions).toMatchObject([{ date: '2026-01-04', lastDate: '2026-01-10', symbol: 'AAPL' }]);
    expect(unused).toEqual([bars]);
  });

  it('lists nothing for what is no download', () => {
    const paths = ['a.txt', '', '/', `${FUTURES}/glbx-mdp3-20260106.mbo.dbn.zst.part`, 'x.mbo.dbn.zst'];
    expect(listSessions(paths)).toEqual({ sessions: [], unused: [] });
  });

  it('accounts for every data file among any paths', () => {
    const name = fc.constantFrom('glbx-mdp3-20260106.mbo.dbn.zst', 'opra-pillar-20260106.cmbp-1.dbn', 'x');
    const folder = fc.constantFrom(
      'symbol=ES',
      'symbol=',
      JOB,
      'product_type=future_mbo',
      '..',
      '',
      'dataset=definition',
    );
    const path = fc.tuple(fc.array(folder, { maxLength: 4 }), name).map(([f, n]) => [...f, n].join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 12 }), (paths) => {
        const { sessions, unused } = listSessions(paths);
        const listed = [
          ...sessions.flatMap((s) => [...s.underlying, ...s.options, ...s.definitions, ...s.statistics]),
          ...unused,
        ];
        expect(new Set(listed).size).toBe(listed.length);
        for (const p of listed) expect(paths).toContain(p);
        for (const p of paths) if (!p.endsWith('x') && !p.includes(JOB)) expect(listed).toContain(p);
      }),
    );
  });
});

describe('names of downloads', () => {
  it.each([
    ['glbx-mdp3-20260106.mbo.dbn.zst', 'glbx-mdp3', '2026-01-06', '2026-01-06', '', 'mbo'],
    [
      'opra-pillar-20260106.SPY.definition.dbn',
      'opra-pillar',
      '2026-01-06',
      '2026-01-06',
      'SPY',
      'definition',
    ],
    [
      'glbx-mdp3-20260104-20260110.ES.FUT.bbo-1s.dbn.zst',
      'glbx-mdp3',
      '2026-01-04',
      '2026-01-10',
      'ES.FUT',
      'bbo-1s',
    ],
  ])('%s', (text, dataset, date, lastDate, symbol, schema) => {
    expect(parseRawFileName(text)).toEqual({ dataset, date, lastDate, symbol, schema });
  });

  it.each([
    'metadata.json',
    'glbx-mdp3-20260106.nothing.dbn.zst',
    'glbx-mdp3-2026.mbo.dbn',
    'a/b-20260106.mbo.dbn',
  ])('has no reading of %s', (text) => {
    expect(parseRawFileName(text)).toBeUndefined();
  });

  it('take a root before the schema', () => {
    expect(withSymbol('glbx-mdp3-20260106.definition.dbn.zst', 'ES')).toBe(
      'glbx-mdp3-20260106.ES.definition.dbn.zst',
    );
  });
});
