import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  asPrinted,
  formatByteRate,
  formatBytes,
  formatCount,
  formatDuration,
  formatFixed,
  formatOffset,
  formatPercent,
  formatMid,
  formatPrice,
  formatRate,
  formatSigned,
  formatSpeed,
  formatValue,
  NONE,
} from '#ui/format';

describe('a value as it is printed', () => {
  it('is zero where only zeros are printed', () => {
    expect(asPrinted(0.04, 1)).toBe(0);
    expect(asPrinted(-0.0004, 3)).toBe(0);
    expect(asPrinted(0.06, 1)).toBe(0.06);
    expect(asPrinted(-0.6, 0)).toBe(-0.6);
    expect(asPrinted(NaN, 1)).toBe(0);
  });
});

describe('prices and counts', () => {
  it('prints prices with the decimals of the instrument', () => {
    expect(formatPrice(21500.25, 2)).toBe('21500.25');
    expect(formatPrice(0.00012, 5)).toBe('0.00012');
    expect(formatPrice(-37.63, 2)).toBe('−37.63');
    expect(formatPrice(NaN, 2)).toBe(NONE);
  });

  it('shows half a tick where there is one', () => {
    expect(formatMid(5999.625, 2)).toBe('5999.625');
    expect(formatMid(5999.75, 2)).toBe('5999.75');
    expect(formatMid(21500.000000001, 2)).toBe('21500.00');
    expect(formatMid(NaN, 2)).toBe(NONE);
  });

  it('groups counts by thousands', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(formatCount(0)).toBe('0');
    expect(formatCount(Infinity)).toBe(NONE);
  });

  it('signs values but never a zero', () => {
    expect(formatSigned(1.25, 1)).toBe('+1.3');
    expect(formatSigned(-1.25, 1)).toBe('−1.3');
    expect(formatSigned(-0.001, 2)).toBe('0.00');
    expect(formatSigned(0.001, 2)).toBe('0.00');
    expect(formatFixed(-0.04, 1)).toBe('0.0');
  });
});

describe('values of unknown size', () => {
  it.each([
    [0, '0'],
    [0.01234, '0.01234'],
    [12.3456, '12.35'],
    [1234.5, '1235'],
    [9999.4, '9999'],
    [9999.6, '10k'],
    [12345, '12.35k'],
    [-1234567, '−1.235M'],
    [999999.9, '1M'],
    [2.5e-9, '2.5e−9'],
    [1e15, '1P'],
    [5e20, '5.0e20'],
    [100, '100'],
  ])('prints %d as %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it('stays within nine characters and reads back to within a thousandth', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e17, max: 1e17, noNaN: true }), (value) => {
        const text = formatValue(value);
        expect(text.length).toBeLessThanOrEqual(9);
        const scale = 1000 ** ' kMGTP'.indexOf(/[kMGTP]$/.exec(text)?.[0] ?? ' ');
        const back = Number(text.replaceAll('−', '-').replace(/[kMGTP]$/, '')) * scale;
        const tolerance = Math.abs(value) < 1e-3 ? 0.051 : 1e-3;
        expect(Math.abs(back - value)).toBeLessThanOrEqual(Math.abs(value) * tolerance);
      }),
    );
  });
});

describe('sizes, rates and durations', () => {
  it('prints bytes and rates in decimal units', () => {
    expect(formatBytes(512)).toBe('512 B');
    expect(formatBytes(1536)).toBe('1.54 kB');
    expect(formatBytes(12_345_678)).toBe('12.3 MB');
    expect(formatBytes(999_600)).toBe('1.00 MB');
    expect(formatBytes(-1)).toBe(NONE);
    expect(formatByteRate(184e6)).toBe('184 MB/s');
    expect(formatRate(3_120_000, 'records')).toBe('3.12 M records/s');
    expect(formatRate(870, 'bins')).toBe('870 bins/s');
    expect(formatRate(NaN, 'bins')).toBe(NONE);
  });

  it('says 100 % only at the end', () => {
    expect(formatPercent(0.999)).toBe('99 %');
    expect(formatPercent(1)).toBe('100 %');
    expect(formatPercent(-0.1)).toBe('0 %');
  });

  it('prints durations in the two largest units', () => {
    expect(formatDuration(0.42)).toBe('0.4 s');
    expect(formatDuration(59.6)).toBe('1 min 00 s');
    expect(formatDuration(65)).toBe('1 min 05 s');
    expect(formatDuration(7380)).toBe('2 h 03 min');
    expect(formatDuration(Infinity)).toBe(NONE);
  });

  it('prints speeds and byte offsets', () => {
    expect(formatSpeed(0.25)).toBe('0.25×');
    expect(formatSpeed(Infinity)).toBe('max');
    expect(formatOffset(1024)).toBe('1,024 (0x400)');
    expect(formatOffset(-1)).toBe(NONE);
  });
});
