import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TransferName } from '#protocol/render-contract';
import {
  bindTransfer,
  curve,
  SCORE_EXPONENT,
  scoreStrength,
  tablePosition,
  TRANSFER_CODE,
} from '#view/transfer';

const names: TransferName[] = ['linear', 'sqrt', 'log', 'symlog'];
const anyName = fc.constantFrom(...names);
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('curves', () => {
  it('are odd and increasing', () => {
    fc.assert(
      fc.property(anyName, value, value, (name, a, b) => {
        const code = TRANSFER_CODE[name];
        expect(curve(code, 2, -a)).toBeCloseTo(-curve(code, 2, a), 9);
        if (a < b) expect(curve(code, 2, a)).toBeLessThanOrEqual(curve(code, 2, b));
      }),
    );
  });

  it('are the named ones', () => {
    expect(curve(TRANSFER_CODE.linear, 1, -3)).toBe(-3);
    expect(curve(TRANSFER_CODE.sqrt, 1, 9)).toBe(3);
    expect(curve(TRANSFER_CODE.log, 1, Math.E - 1)).toBeCloseTo(1, 12);
  });
});

describe('bound transfers', () => {
  it('take a depth as ln(1 + depth) / ln(1 + maximum)', () => {
    const t = bindTransfer('log', 0, 1459, false);
    for (const depth of [0, 1, 27, 300, 1459]) {
      expect(tablePosition(t, depth)).toBeCloseTo(Math.log(1 + depth) / Math.log(1460), 12);
    }
  });

  it('map the ends of the range to the ends of the table and clip beyond', () => {
    fc.assert(
      fc.property(anyName, value, value, (name, a, b) => {
        fc.pre(Math.abs(a - b) > 1e-3);
        const [lo, hi] = a < b ? [a, b] : [b, a];
        const t = bindTransfer(name, lo, hi, false);
        expect(tablePosition(t, lo)).toBeCloseTo(0, 6);
        expect(tablePosition(t, hi)).toBeCloseTo(1, 6);
        expect(tablePosition(t, hi + 1)).toBe(1);
        expect(tablePosition(t, lo - 1)).toBe(0);
      }),
    );
  });

  it('keep zero in the middle of a diverging table, also when the range is lopsided', () => {
    for (const name of names) {
      const t = bindTransfer(name, -3, 12, true);
      expect(tablePosition(t, 0)).toBe(0.5);
      expect(tablePosition(t, 12)).toBeCloseTo(1, 12);
      expect(tablePosition(t, -3)).toBeCloseTo(0, 12);
      const oneSided = bindTransfer(name, 2, 8, true);
      expect(tablePosition(oneSided, 0)).toBe(0.5);
      expect(tablePosition(oneSided, 8)).toBeCloseTo(1, 12);
      expect(tablePosition(oneSided, -8)).toBeCloseTo(0, 12);
    }
  });

  it('are monotone', () => {
    fc.assert(
      fc.property(anyName, fc.boolean(), value, value, (name, diverging, a, b) => {
        const t = bindTransfer(name, -500, 2000, diverging);
        if (a < b) expect(tablePosition(t, a)).toBeLessThanOrEqual(tablePosition(t, b));
      }),
    );
  });

  it('answer the low end or the middle for a range without width', () => {
    for (const name of names) {
      expect(tablePosition(bindTransfer(name, 5, 5, false), 7)).toBe(0);
      expect(tablePosition(bindTransfer(name, 9, 2, false), 7)).toBe(0);
      expect(tablePosition(bindTransfer(name, 0, 0, true), 7)).toBe(0.5);
    }
  });
});

describe('score strength', () => {
  it('keeps the sign, ends and zero, and is clipped', () => {
    expect([-2, -1, 0, 1, 2].map(scoreStrength)).toEqual([-1, -1, 0, 1, 1]);
    expect(scoreStrength(0.5)).toBeCloseTo(0.5 ** SCORE_EXPONENT, 12);
    expect(scoreStrength(-0.5)).toBeCloseTo(-(0.5 ** SCORE_EXPONENT), 12);
  });
});
