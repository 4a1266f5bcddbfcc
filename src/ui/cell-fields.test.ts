import { describe, expect, it } from 'vitest';
import type { BinReadout } from '#app/model';
import { cellFieldGroups, cellValue, rowOfTick, spokenCell, uncomputedReason } from '#ui/cell-fields';

const COLUMNS: Record<string, number[]> = {
  bid_depth: [12, 0, 0],
  ask_depth: [0, 0, 1500],
  flow_score: [-0.25, 0, 0.5],
  flow_state_code: [-1, 0, 1],
  state5_code: [-2, 0, -1],
  pressure_variant: [1.5, 0, 2500000],
  vacuum_variant: [0.25, 0, 0],
  chase_up_flag: [0, 0, 1],
};

/** Three rows around tick 100; the other columns were given up. */
const readout = {
  rows: 3,
  spotTick: 100,
  column: (name: string): number[] | undefined => COLUMNS[name],
} as unknown as BinReadout;

describe('a cell', () => {
  it('is found by its absolute tick', () => {
    expect([98, 99, 100, 101, 102].map((t) => rowOfTick(readout, t))).toEqual([
      undefined,
      0,
      1,
      2,
      undefined,
    ]);
    expect(rowOfTick({ ...readout, spotTick: NaN }, 100)).toBeUndefined();
  });

  it('has no values outside the window or in a column that was given up', () => {
    expect(cellValue(readout, 'bid_depth', 0)).toBe(12);
    expect(cellValue(readout, 'k', 0)).toBe(-1);
    expect(cellValue(readout, 'bid_depth', 3)).toBeNaN();
    expect(cellValue(readout, 'bid_depth', undefined)).toBeNaN();
    expect(cellValue(readout, 'v_add', 0)).toBeNaN();
  });

  it('shows all 42 fields, each once', () => {
    const fields = cellFieldGroups(readout, 2, 'contracts').flatMap((g) => g.fields);
    expect(new Set(fields.map((f) => f.name)).size).toBe(42);
    const text = Object.fromEntries(fields.map((f) => [f.name, f.text]));
    expect(text).toMatchObject({
      k: '1',
      ask_depth: '1500',
      flow_score: '+0.500',
      flow_state_code: 'pressure',
      state5_code: '−1 bear pressure',
      pressure_variant: '2.5M',
      chase_up_flag: 'yes',
      v_add: '–',
    });
    expect(fields.find((f) => f.name === 'pressure_variant')?.unit).toBe('contracts/s');
  });

  it('is spoken in words, without what is not known', () => {
    expect(spokenCell(readout, 0, '09:30:05 EST', '25.00')).toBe(
      '09:30:05 EST, price 25.00, flow −0.25 vacuum, bid depth 12, ask depth 0, pressure 1.5, vacuum 0.25',
    );
    expect(spokenCell(readout, undefined, '09:30:05 EST', '25.00')).toBe(
      '09:30:05 EST, price 25.00, not computed',
    );
    expect(uncomputedReason(readout)).toMatch(/^Only the ± 1 rows around the spot/);
    expect(uncomputedReason({ ...readout, spotTick: NaN })).toMatch(/^This bin has no spot/);
    const thin = { ...readout, column: () => undefined } as unknown as BinReadout;
    expect(spokenCell(thin, 0, 't', 'p')).toBe('t, price p');
  });
});
