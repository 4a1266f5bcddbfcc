import { describe, expect, it } from 'vitest';
import { ProgressMeter } from '#app/progress-meter';

const SECOND_NS = 1_000_000_000n;

/** A meter of bins of one second, and its clock. */
function metered() {
  const clock = { ms: 0 };
  const meter = new ProgressMeter(() => clock.ms);
  meter.begin(0n, 1e9);
  return { meter, clock };
}

const read = (bytes: number, totalBytes: number | undefined, lastNs: bigint | undefined) => ({
  bytes,
  totalBytes,
  lastNs,
});

describe('the share that is done', () => {
  it('counts bytes only as far as their bins are made', () => {
    const { meter, clock } = metered();
    expect(meter.progress()).toMatchObject({ fraction: undefined, bytesRead: 0 });
    meter.read(read(100, 100, 1000n * SECOND_NS));
    expect(meter.progress().fraction).toBe(0);
    clock.ms = 1000;
    meter.bins(250);
    meter.engine({ records: 10 });
    expect(meter.progress()).toMatchObject({ fraction: 0.25, records: 10, recordsPerSecond: 0 });
    clock.ms = 2000;
    meter.bins(500);
    meter.engine({ records: 20 });
    expect(meter.progress()).toMatchObject({ fraction: 0.5, recordsPerSecond: 10, binsPerSecond: 250 });
    meter.bins(1000);
    expect(meter.progress().fraction).toBe(1);
  });

  it('is that of the bins, however old the orders of a snapshot are', () => {
    const meter = new ProgressMeter(() => 0);
    const day = 86_400n * SECOND_NS;
    meter.read(read(100, 100, 10n * day + 1000n * SECOND_NS));
    expect(meter.progress().fraction).toBeUndefined();
    meter.begin(10n * day, 1e9);
    meter.bins(100);
    expect(meter.progress().fraction).toBe(0.1);
  });

  it('never goes back when more is read', () => {
    const { meter } = metered();
    meter.read(read(50, 100, 10n * SECOND_NS));
    meter.bins(10);
    expect(meter.progress().fraction).toBe(0.5);
    meter.read(read(60, 100, 100n * SECOND_NS));
    expect(meter.progress().fraction).toBe(0.5);
  });

  it('is unknown where the size or the bytes read are', () => {
    const { meter } = metered();
    meter.bins(10);
    meter.read(read(0, 100, 10n));
    expect(meter.progress().fraction).toBeUndefined();
    meter.read(read(10, undefined, 10n));
    expect(meter.progress().fraction).toBeUndefined();
    meter.read(read(10, 100, undefined));
    expect(meter.progress().fraction).toBeUndefined();
  });
});

describe('the time left', () => {
  it('is told once its forecasts agree', () => {
    const { meter, clock } = metered();
    meter.read(read(100, 100, 1000n * SECOND_NS));
    const told: (number | undefined)[] = [];
    for (let second = 0; second <= 5; second++) {
      clock.ms = second * 1000;
      meter.bins(second * 50);
      told.push(meter.progress().secondsLeft);
    }
    expect(told.slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(told[5]).toBeCloseTo(15, 6);
  });

  it('is kept back while it grows', () => {
    const { meter, clock } = metered();
    meter.read(read(100, 100, 1_000_000n * SECOND_NS));
    let bins = 0;
    for (let second = 0; second <= 8; second++) {
      clock.ms = second * 1000;
      bins += 100_000 / 4 ** second;
      meter.bins(bins);
      expect(meter.progress().secondsLeft).toBeUndefined();
    }
  });
});
