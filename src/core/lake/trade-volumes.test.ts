import { describe, expect, it } from 'vitest';
import { TradeVolumes } from '#core/lake/trade-volumes';
import { ADD, appendMbo, FILL, MboBlock, TRADE } from '#core/mbo/mbo-block';

function block(records: readonly { id: number; action: number; size: number; time: string }[]): MboBlock {
  const result = MboBlock.withCapacity(records.length);
  for (const { id, action, size, time } of records) {
    const ns = BigInt(Date.parse(time)) * 1_000_000n;
    appendMbo(result, {
      publisherId: 1,
      instrumentId: id,
      tsEvent: ns,
      orderId: 1n,
      price: 1n,
      size,
      flags: 128,
      channelId: 0,
      action,
      side: 66,
      tsRecv: ns,
      tsInDelta: 0,
      sequence: 0,
    });
  }
  return result;
}

describe('volumes of a day', () => {
  it('are sums over trades alone, by instrument', () => {
    const volumes = new TradeVolumes();
    const time = '2026-01-06T15:00:00Z';
    volumes.add(
      block([
        { id: 1, action: TRADE, size: 3, time },
        { id: 2, action: ADD, size: 9, time },
      ]),
    );
    volumes.add(
      block([
        { id: 1, action: FILL, size: 3, time },
        { id: 1, action: TRADE, size: 4, time },
      ]),
    );
    expect([...volumes.byInstrument]).toEqual([
      [1, { volume: 7, hasPremarketTrade: false }],
      [2, { volume: 0, hasPremarketTrade: false }],
    ]);
  });

  it.each([
    ['2026-01-06T09:59:59.999Z', false],
    ['2026-01-06T10:00:00Z', true],
    ['2026-01-06T13:29:59.999Z', true],
    ['2026-01-06T13:30:00Z', false],
    // Daylight saving: 05:00 is 09:00 UTC.
    ['2026-07-06T08:59:59Z', false],
    ['2026-07-06T09:00:00Z', true],
  ])('see a trade at %s as before the market: %s', (time, expected) => {
    const volumes = new TradeVolumes();
    volumes.add(block([{ id: 1, action: TRADE, size: 1, time }]));
    expect(volumes.byInstrument.get(1)?.hasPremarketTrade).toBe(expected);
    volumes.add(block([{ id: 2, action: ADD, size: 1, time }]));
    expect(volumes.byInstrument.get(2)?.hasPremarketTrade).toBe(false);
  });
});
