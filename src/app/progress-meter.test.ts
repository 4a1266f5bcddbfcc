import { describe, expect, it } from 'vitest';
import { ProgressMeter } from '#app/progress-meter';

const engine = (marketTimeNs: bigint, records = 0) => ({
  records,
  bins: 0,
  marketTimeNs,
  anomalies: {},
  bookSuspect: false,
});

describe('ProgressMeter', () => {
  it('counts bytes as done only as far as the engine has come in their market time', () => {
    let now = 0;
    const meter = new ProgressMeter(() => now);
    expect(meter.progress()).toMatchObject({ fraction: undefined, bytesRead: 0 });
    meter.read({ bytes: 100, totalBytes: 100, firstNs: 1000n, lastNs: 2000n });
    expect(meter.progress().fraction).toBe(0);
    now = 1000;
    meter.engine(engine(1250n, 10));
    expect(meter.progress()).toMatchObject({ fraction: 0.25, records: 10, recordsPerSecond: 0 });
    now = 2000;
    meter.engine(engine(1500n, 20));
    expect(meter.progress()).toMatchObject({ fraction: 0.5, recordsPerSecond: 10 });
    expect(meter.progress().secondsLeft).toBeCloseTo(2, 9);
    meter.engine(engine(2000n, 40));
    expect(meter.progress()).toMatchObject({ fraction: 1, secondsLeft: 0 });
  });

  it('never goes back when more is read', () => {
    const meter = new ProgressMeter(() => 0);
    meter.read({ bytes: 50, totalBytes: 100, firstNs: 0n, lastNs: 10n });
    meter.engine(engine(10n));
    expect(meter.progress().fraction).toBe(0.5);
    meter.read({ bytes: 60, totalBytes: 100, firstNs: 0n, lastNs: 100n });
    expect(meter.progress().fraction).toBe(0.5);
  });

  it('is silent about the share where the size or the bytes read are unknown', () => {
    const meter = new ProgressMeter(() => 0);
    meter.engine(engine(10n));
    meter.read({ bytes: 0, totalBytes: 100, firstNs: 0n, lastNs: 10n });
    expect(meter.progress().fraction).toBeUndefined();
    meter.read({ bytes: 10, totalBytes: undefined, firstNs: 0n, lastNs: 10n });
    expect(meter.progress().fraction).toBeUndefined();
  });
});
