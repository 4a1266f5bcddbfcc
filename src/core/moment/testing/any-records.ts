/** Streams of records for properties of moments: few orders and prices, so that they meet often. */
import fc from 'fast-check';
import type { MboRecord } from '#core/mbo/mbo-block';
import { mbo } from '#core/book/testing/mbo-records';

const START_NS = 1_700_000_000_000_000_000n;

const step = fc.record({
  action: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...'AAAAAACCMMFFTHH'.split('')) },
    { weight: 1, arbitrary: fc.constantFrom('R', 'N') },
  ),
  side: fc.constantFrom('B', 'A'),
  id: fc.bigInt(1n, 8n),
  price: fc.bigInt(1n, 4n),
  size: fc.nat(9),
  flags: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(128, 128, 128, 0) },
    { weight: 1, arbitrary: fc.constantFrom(40, 168) },
  ),
  gapNs: fc.constantFrom(0n, 0n, 1n, 1_000n, 1_000_000_000n, -5n),
});

/** Records in the order of a feed; times stand still, run on, and now and then go back a little. */
export function anyStream(maxLength: number): fc.Arbitrary<MboRecord[]> {
  return fc.array(step, { minLength: 1, maxLength, size: 'max' }).map((steps) => {
    let now = START_NS;
    return steps.flatMap(({ action, side, id, price, size, flags, gapNs }) => {
      now += gapNs;
      const time = { tsEvent: now, tsRecv: now + 1000n };
      const record = (letter: string) => mbo(letter, side, id, price, size, { flags, ...time });
      // H: a trade hits the order, and a cancel follows at once.
      return action === 'H' ? [record('F'), record('C')] : [record(action)];
    });
  });
}
