import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import {
  ADD,
  BID,
  CLEAR,
  F_BAD_TS_RECV,
  F_LAST,
  F_SNAPSHOT,
  MboBlock,
  NONE,
  UNDEF_PRICE,
  readMbo,
  type MboRecord,
} from '#core/mbo/mbo-block';
import { HALF_BAND_TICKS, simulatorOptions, type SimulatorOptions } from './options';
import { MAX_LATENCY_NS, Tape } from './tape';

function tapeOf(given: Partial<SimulatorOptions> = {}): { tape: Tape; options: SimulatorOptions } {
  const options = simulatorOptions(given);
  return { tape: new Tape(options, new Random(1)), options };
}

function drain(tape: Tape): MboRecord[] {
  const block = MboBlock.withCapacity(tape.pendingRecords);
  tape.take(block);
  return Array.from({ length: block.count }, (_, i) => readMbo(block, i));
}

function group(tape: Tape, eventNs: number, sizes: readonly number[]): void {
  tape.begin(eventNs);
  for (const size of sizes) tape.put(ADD, BID, HALF_BAND_TICKS, size, 1, 2);
  tape.finish();
}

describe('Tape', () => {
  it('writes times, prices, ids and tags exactly', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 100_000_000_000_000n, max: 1n << 62n }),
        fc.integer({ min: -50_000_000_000_000, max: 500_000_000_000_000 }),
        fc.integer({ min: 0, max: 2 * HALF_BAND_TICKS - 1 }),
        fc.integer({ min: -20_000, max: 20_000 }),
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        (startNs, eventNs, tick, startTick, idLo, idHi) => {
          const tickInt = 50_000_000;
          const { tape, options } = tapeOf({
            startNs,
            startPriceInt: startTick * tickInt,
            instrument: {
              ...simulatorOptions().instrument,
              tickInt,
              channelId: 7,
              publisherId: 65535,
              instrumentId: 0xfffffff0,
            },
          });
          tape.begin(eventNs);
          tape.put(ADD, BID, tick, 9, idLo, idHi);
          tape.finish();
          const [r] = drain(tape);
          expect(r.tsEvent).toBe(startNs + BigInt(eventNs));
          const received = BigInt(Math.max(0, eventNs));
          expect(
            r.tsRecv >= startNs + received && r.tsRecv < startNs + received + BigInt(MAX_LATENCY_NS),
          ).toBe(true);
          expect(r.price).toBe(BigInt((startTick + tick - HALF_BAND_TICKS) * tickInt));
          expect(r.orderId).toBe((BigInt(idHi) << 32n) | BigInt(idLo));
          expect(r).toMatchObject({
            size: 9,
            action: ADD,
            side: BID,
            flags: F_LAST,
            channelId: 7,
            publisherId: 65535,
            instrumentId: options.instrument.instrumentId,
          });
        },
      ),
    );
  });

  it('marks only the last record of a group, and shows nothing of an open one', () => {
    const { tape } = tapeOf();
    group(tape, 100, [1, 2, 3]);
    tape.begin(200);
    tape.put(ADD, BID, 5, 4, 0, 0);
    expect(tape.pendingRecords).toBe(3);
    expect(tape.groupRecords).toBe(1);
    tape.finish();
    const records = drain(tape);
    expect(records.map((r) => r.flags)).toEqual([0, 0, F_LAST, F_LAST]);
    expect(records.map((r) => r.size)).toEqual([1, 2, 3, 4]);
    expect(records[3].sequence).toBeGreaterThan(records[2].sequence);
    expect(records[0].sequence).toBe(records[2].sequence);
  });

  it('writes snapshot records with the times and sequence numbers of their orders', () => {
    const { tape, options } = tapeOf();
    tape.begin(0);
    tape.putBare(CLEAR, F_SNAPSHOT | F_BAD_TS_RECV);
    tape.put(ADD, BID, 5, 4, 0, 0);
    tape.asSnapshot(-12_345, 77);
    tape.finish();
    const [clear, order] = drain(tape);
    expect(clear).toMatchObject({
      action: CLEAR,
      side: NONE,
      orderId: 0n,
      price: UNDEF_PRICE,
      size: 0,
      sequence: 0,
      tsInDelta: 0,
      flags: F_SNAPSHOT | F_BAD_TS_RECV,
    });
    expect(order).toMatchObject({ sequence: 77, tsInDelta: 0, flags: F_SNAPSHOT | F_BAD_TS_RECV | F_LAST });
    expect(order.tsEvent).toBe(options.startNs - 12_345n);
  });

  it('drops groups while muted but goes on counting sequence numbers', () => {
    const { tape } = tapeOf();
    group(tape, 1, [1]);
    tape.muted = true;
    for (let i = 2; i < 50; i++) group(tape, i, [2]);
    tape.muted = false;
    group(tape, 50, [3]);
    const records = drain(tape);
    expect(records.map((r) => r.size)).toEqual([1, 3]);
    expect(records[1].sequence - records[0].sequence).toBeGreaterThanOrEqual(49);
  });

  it('stops whole groups before the record limit', () => {
    const { tape } = tapeOf({ recordLimit: 5 });
    group(tape, 1, [1, 2]);
    group(tape, 2, [3, 4]);
    expect(tape.full).toBe(false);
    group(tape, 3, [5, 6]);
    expect(tape.full).toBe(true);
    group(tape, 4, [7]);
    expect(tape.recordCount).toBe(4);
    expect(drain(tape).map((r) => r.size)).toEqual([1, 2, 3, 4]);
  });

  it('hands out long groups in pieces of any size', () => {
    const { tape } = tapeOf();
    const sizes = Array.from({ length: 10_000 }, (_, i) => i + 1);
    group(tape, 1, sizes);
    const block = MboBlock.withCapacity(37);
    const taken: number[] = [];
    while (tape.pendingRecords > 0) {
      block.count = 0;
      tape.take(block);
      for (let i = 0; i < block.count; i++) taken.push(readMbo(block, i).size);
    }
    expect(taken).toEqual(sizes);
  });
});
