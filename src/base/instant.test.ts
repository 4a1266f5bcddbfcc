import { describe, expect, it } from 'vitest';
import { parseInstant } from '#base/instant';

describe('instants', () => {
  it.each([
    ['0', 0n],
    ['1791295200000000001', 1791295200000000001n],
    ['2026-10-06', 1791244800000000000n],
    ['2026-10-06T14:00', 1791295200000000000n],
    ['2026-10-06T14:00:00.000000001Z', 1791295200000000001n],
    ['2026-10-06T14:00:00.5+02:00', 1791288000500000000n],
  ])('%s is read exactly', (text, ns) => {
    expect(parseInstant(text)).toBe(ns);
  });

  it.each(['', 'now', '-1', '2026-13-01', '2026-10-06T14', '2026-10-06T14:00:00.0000000001', '1e9'])(
    '%j is none',
    (text) => {
      expect(parseInstant(text)).toBeUndefined();
    },
  );
});
