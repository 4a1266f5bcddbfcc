import { describe, expect, it } from 'vitest';
import { Progress, progressLine } from '#cli/download/progress';

function shown(isTerminal: boolean): string {
  let text = '';
  let nowMs = 0;
  const world = { env: {}, nowMs: () => nowMs, sleep: () => Promise.resolve(), chance: () => 0, idleMs: 0 };
  const progress = new Progress({ write: (t) => void (text += t), isTerminal }, world);
  progress.start(10e6, 2e6);
  for (let i = 0; i < 4; i++) {
    nowMs += 500;
    progress.arrived(1e6);
  }
  progress.clear();
  return text;
}

describe('progress', () => {
  it('is shown on a terminal only, and taken away again', () => {
    expect(shown(false)).toBe('');
    expect(shown(true).split('\r\x1b[K')).toEqual([
      '',
      '30 %  3.0 of 10.0 MB  2.0 MB/s  4 s left',
      '40 %  4.0 of 10.0 MB  2.0 MB/s  3 s left',
      '50 %  5.0 of 10.0 MB  2.0 MB/s  3 s left',
      '60 %  6.0 of 10.0 MB  2.0 MB/s  2 s left',
      '',
    ]);
  });

  it('says how long, from what has arrived and not from what was there', () => {
    expect(progressLine(5e9, 50e9, 1e9, 10_000)).toBe(
      '10 %  5000.0 of 50000.0 MB  100.0 MB/s  7 min 30 s left',
    );
    expect(progressLine(5e9, 500e9, 1e9, 100_000)).toBe(
      '1 %  5000.0 of 500000.0 MB  10.0 MB/s  13 h 45 min left',
    );
    expect(progressLine(0, 100, 0, 0)).toBe('0 %  0.0 of 0.0 MB  0.0 MB/s');
    expect(progressLine(0, 0, 0, 0)).toBe('100 %  0.0 of 0.0 MB  0.0 MB/s');
  });
});
