import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deduplicator, type Verdict } from '#relay/databento/deduplicator';

/** A trade of 48 bytes. */
function trade(instrument: number, timeNs: number, size: number): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 12);
  view.setUint32(4, instrument, true);
  view.setBigUint64(8, BigInt(timeNs), true);
  view.setUint32(24, size, true);
  return bytes;
}

const TRADES = [0];

/** What is taken of a stream that is lost after `cut` records and replayed from where the first loss was. */
function joined(stream: readonly Uint8Array[], cut: number): { taken: Uint8Array[]; verdicts: Verdict[] } {
  const deduplicator = new Deduplicator();
  const taken: Uint8Array[] = [];
  const verdicts: Verdict[] = [];
  const judge = (record: Uint8Array) => {
    const verdict = deduplicator.judge(record, 0, false, false);
    verdicts.push(verdict);
    if (verdict !== 'drop') taken.push(record);
  };
  stream.slice(0, cut).forEach(judge);
  deduplicator.replay();
  const start = deduplicator.startOf(TRADES) ?? 0n;
  const inReplay = (record: Uint8Array) => new DataView(record.buffer).getBigUint64(8, true) >= start;
  stream.filter(inReplay).forEach(judge);
  return { taken, verdicts };
}

describe('joining a replay', () => {
  it('gives the undisturbed stream, wherever it was cut, with many records at one time', () => {
    const record = fc.record({
      instrument: fc.integer({ min: 1, max: 3 }),
      step: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), fc.nat(40), (steps, at) => {
        let time = 100;
        const stream = steps.map(({ instrument, step }, i) => trade(instrument, (time += step), i));
        const cut = Math.min(at, stream.length);
        expect(joined(stream, cut).taken).toEqual(stream);
      }),
    );
  });

  it('knows a record by what it holds where its time lies before the last one', () => {
    const stream = [trade(1, 105, 1), trade(1, 104, 2), trade(1, 106, 3)];
    expect(joined(stream, 2).taken).toEqual(stream);
  });

  it('declares a gap where the replay does not hold the last record, and takes what there is', () => {
    const deduplicator = new Deduplicator();
    deduplicator.judge(trade(1, 100, 1), 0, false, false);
    deduplicator.replay();
    expect(deduplicator.judge(trade(1, 99, 1), 0, false, false)).toBe('drop');
    expect(deduplicator.judge(trade(1, 100, 2), 0, false, false)).toEqual({ fromNs: 100n, toNs: 100n });
    expect(deduplicator.judge(trade(1, 100, 1), 0, false, false)).toBe('take');
  });

  it('does not look at the time at which the gateway sent a record', () => {
    const deduplicator = new Deduplicator();
    const sent = (time: number) => {
      const bytes = new Uint8Array(56);
      bytes.set(trade(1, 100, 1));
      bytes[0] = 14;
      bytes[48] = time;
      return bytes;
    };
    deduplicator.judge(sent(1), 0, true, false);
    deduplicator.replay();
    expect(deduplicator.judge(sent(2), 0, true, false)).toBe('drop');
  });

  it('knows from when on it needs a replay, per type of record', () => {
    const deduplicator = new Deduplicator();
    expect(deduplicator.startOf(TRADES)).toBeUndefined();
    for (const [instrument, time] of [
      [1, 7],
      [2, 5],
      [1, 9],
    ]) {
      deduplicator.judge(trade(instrument, time, 0), 0, false, false);
    }
    expect([deduplicator.startOf(TRADES), deduplicator.startOf([0xa0])]).toEqual([5n, undefined]);
    deduplicator.forget();
    expect(deduplicator.startOf(TRADES)).toBeUndefined();
  });
});
