import { describe, expect, it } from 'vitest';
import { BookAnomalies } from '#core/book/book-anomalies';
import { hashOfOrders } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { BID, F_LAST, MBO_BYTES, MBO_WORDS, MboBlock, readMbo } from '#core/mbo/mbo-block';
import { sha256Hex } from '#base/sha256';
import { MarketSimulator } from './market-simulator';
import type { SimulatorOptions } from './options';
import { PRESETS } from './presets';
import { PlainVenue } from './testing/plain-venue';
import { pullBytes } from './testing/simulate';

/** All resting orders as the order book hashes them. */
function hashOf(venue: PlainVenue, tickInt: number): string {
  const orders = [...venue.orders.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const line = (o: (typeof orders)[number]): string =>
    `${o.id.toString()},${o.side === BID ? 'B' : 'A'},${o.tick * tickInt},${o.size}`;
  return sha256Hex(orders.map(line).join('\n'));
}

describe('the order book of the product, fed with simulated streams', () => {
  it.each<[string, SimulatorOptions]>([
    ['demo', { ...PRESETS.demo.options, recordLimit: 150_000 }],
    ['storm', { ...PRESETS.storm.options, recordLimit: 300_000, rate: 2000, randomFeaturesPerMinute: 30 }],
    ['busy', { ...PRESETS.busy.options, recordLimit: 100_000 }],
  ])(
    'notices no anomaly in %s, never crosses, and ends with the same orders as the venue',
    (_name, options) => {
      const bytes = pullBytes(new MarketSimulator(options));
      const block = new MboBlock(bytes.buffer, bytes.length / MBO_BYTES);
      const { tickInt } = options.instrument;
      const book = new OrderBook();
      const venue = new PlainVenue(tickInt);
      for (let i = 0; i < block.count; i++) {
        const record = readMbo(block, i);
        book.apply(block.words, i * MBO_WORDS);
        venue.apply(record);
        if ((record.flags & F_LAST) === 0) continue;
        const bid = book.bestBidLevel < 0 ? -Infinity : book.levelPrice[book.bestBidLevel] / tickInt;
        const ask = book.bestAskLevel < 0 ? Infinity : book.levelPrice[book.bestAskLevel] / tickInt;
        if (bid !== venue.bestBid || ask !== venue.bestAsk || bid >= ask)
          expect.fail(`best prices at record ${i}: ${bid}, ${ask}`);
      }
      expect(book.anomalies).toEqual(new BookAnomalies());
      expect(book.aggregatedRecords).toBe(0);
      expect(book.orderCount).toBe(venue.orders.size);
      expect(hashOfOrders(book)).toBe(hashOf(venue, tickInt));
    },
  );
});
