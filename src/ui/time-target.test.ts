import { describe, expect, it } from 'vitest';
import { timeTarget } from '#ui/time-target';

/** From 9:30:00 New York on 6 February 2026, 1000 bins of 100 ms. */
const session = { firstBinStartNs: 1770388200000000000n, cellWidthNs: 1e8, bins: 1000 };

function target(text: string): ReturnType<typeof timeTarget> {
  return timeTarget(text, 'America/New_York', session, 0);
}

describe('going to a time', () => {
  it('finds the bin that covers it', () => {
    expect(target('9:30')).toEqual({ kind: 'bin', bin: 0 });
    expect(target('9:30:01.25')).toEqual({ kind: 'bin', bin: 12 });
    expect(target('9:31:39.999')).toEqual({ kind: 'bin', bin: 999 });
  });

  it('takes bin numbers', () => {
    expect(target(' #12 ')).toEqual({ kind: 'bin', bin: 12 });
    expect(target('#1000')).toMatchObject({ kind: 'refused' });
  });

  it('says why it cannot go there', () => {
    expect(target('9:29:59')).toEqual({ kind: 'refused', reason: 'Before the first bin' });
    expect(target('9:31:40')).toEqual({ kind: 'refused', reason: 'After the last loaded bin' });
    expect(target('soon')).toEqual({ kind: 'refused', reason: 'Not a time' });
    expect(target('  ')).toEqual({ kind: 'empty' });
  });
});
