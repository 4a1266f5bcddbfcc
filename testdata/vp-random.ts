/** Seeded streams of records for properties of the vacuum–pressure engine: an orderly market, and a hostile feed. */
import { Random } from '#base/random';
import type { MboBlock, MboRecord } from '#core/mbo/mbo-block';
import { blockOf, engineEvent } from '#testdata/vp-golden';

const TICK = 250_000_000;
const SPOT = 21_500_000_000_000;
const START_NS = 1_770_388_200_000_000_000n;

export interface RandomStreamOptions {
  readonly records: number;
  /** Mean time between records. */
  readonly meanGapNs: number;
  /** Adds what a broken or malicious feed sends. */
  readonly hostile?: boolean;
}

/** A snapshot, then adds, cancels, modifies and fills around a price that walks. */
export function randomStream(seed: number, options: RandomStreamOptions): MboBlock {
  const stream = new StreamBuilder(seed, options);
  while (stream.records.length < options.records) stream.step();
  return blockOf(stream.records);
}

class StreamBuilder {
  readonly records: MboRecord[] = [];
  private readonly random: Random;
  private readonly orders: { id: number; side: string; price: number; size: number }[] = [];
  private tNs = 0;
  private spot = SPOT;
  private nextId = 1;

  constructor(
    seed: number,
    private readonly options: RandomStreamOptions,
  ) {
    this.random = new Random(seed);
    this.push('R', 'N', 0, 0, 0, 40);
    for (let k = 1; k <= 12; k++) {
      this.add('B', this.spot - k * TICK, 32 + 8);
      this.add('A', this.spot + k * TICK, k === 12 ? 128 + 32 + 8 : 32 + 8);
    }
  }

  step(): void {
    const { random } = this;
    this.tNs += Math.floor(2 * this.options.meanGapNs * random.unit());
    if (random.chance(0.1)) this.spot += (random.below(3) - 1) * TICK;
    if (this.options.hostile && random.chance(0.15)) {
      this.misbehave();
      return;
    }
    const order = this.orders[random.below(Math.max(1, this.orders.length))];
    const what = random.unit();
    if (what < 0.5 || order === undefined) {
      const distance = (1 + random.below(9)) * TICK;
      if (random.chance(0.5)) this.add('B', this.spot - distance, 128);
      else this.add('A', this.spot + distance, 128);
    } else if (what < 0.75) {
      this.remove(order.id);
      this.push('C', order.side, order.price, order.size, order.id, 128);
    } else if (what < 0.9) {
      order.size = 1 + random.below(30);
      if (random.chance(0.4)) order.price += (random.below(5) - 2) * TICK;
      this.push('M', order.side, order.price, order.size, order.id, 128);
    } else {
      this.remove(order.id);
      this.push('T', 'N', order.price, order.size, 0, 0);
      this.push('F', order.side, order.price, order.size, order.id, 0);
      this.push('C', order.side, order.price, order.size, order.id, 128);
    }
  }

  private misbehave(): void {
    const { random } = this;
    const id = 1 + random.below(this.nextId + 5);
    const size = random.chance(0.3) ? 4_294_967_295 : random.below(3);
    const price = random.chance(0.5)
      ? this.spot + (random.below(2001) - 1000) * TICK
      : random.below(2 ** 21) * 1e9;
    switch (random.below(9)) {
      case 0:
        this.tNs += 1;
        break;
      case 1:
        this.tNs += random.chance(0.1) ? 1_800_000_000_000 : 3_000_000_000;
        break;
      case 2:
        this.tNs -= random.below(2_000_000) * 1000;
        break;
      case 3:
        this.push('R', 'N', 0, 0, 0, random.chance(0.5) ? 40 : 128);
        this.orders.length = 0;
        return;
      case 4:
        this.push('A', 'N', price, size, id, 128);
        return;
      case 5:
        this.push('A', 'B', price, size, id, random.chance(0.2) ? 160 : 128);
        return;
      case 6:
        this.push('F', 'A', price, size, id, 0);
        return;
      case 7:
        this.push('M', 'A', price, size, id, 4);
        return;
      default:
        this.push(random.chance(0.5) ? 'C' : 'Z', 'B', price, size, id, random.below(256) & ~(64 | 16));
        return;
    }
    this.add(random.chance(0.5) ? 'B' : 'A', price, 128);
  }

  private add(side: string, price: number, flags: number): void {
    const order = { id: this.nextId++, side, price, size: 1 + this.random.below(20) };
    this.orders.push(order);
    this.push('A', side, price, order.size, order.id, flags);
  }

  private remove(id: number): void {
    const at = this.orders.findIndex((order) => order.id === id);
    this.orders[at] = this.orders[this.orders.length - 1];
    this.orders.pop();
  }

  private push(action: string, side: string, price: number, size: number, id: number, flags: number): void {
    const ts_ns = String(START_NS + BigInt(this.tNs));
    this.records.push(
      engineEvent({ ts_ns, action, side, price_int: String(price), size, order_id: String(id), flags }),
    );
  }
}
