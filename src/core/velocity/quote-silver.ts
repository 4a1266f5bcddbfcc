/**
 * Consolidated quotes (cmbp-1) of the options of one share in, one `OptionWindow` per window of the share out. There are
 * no orders: what is accounted for is the displayed size of the best quote. Source: velocity.md section 9.
 */
import { fail } from '#base/problem';
import type { DbnVersion } from '#core/dbn/dbn-types';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { F_SNAPSHOT } from '#core/mbo/mbo-block';
import { OptionClock, TAKE, WAIT } from '#core/velocity/option-clock';
import type { OptionDefinitions } from '#core/velocity/option-definitions';
import { equityOptionGrid, strikeBucket } from '#core/velocity/option-strikes';
import { OptionWindow, type OptionRight } from '#core/velocity/option-window';
import type { VelocityConfig } from '#core/velocity/velocity-config';
import type { WindowClock } from '#core/velocity/window-clock';

const TWO_32 = 4294967296;
const UNDEFINED_LO = 0xffffffff;
const UNDEFINED_HI = 0x7fffffff;
const TS_UNDEFINED = 0xffffffff;
const INSTRUMENT_OFFSET = 4;
const TS_EVENT_OFFSET = 8;

/** A run of quote records, `stride` bytes apart. */
export interface QuoteRun {
  readonly bytes: Uint8Array;
  readonly stride: number;
  readonly count: number;
  readonly version: DbnVersion;
}

/** Displayed quote of one side, size 0 = none, and its flow in the open window. */
class QuoteSide {
  /** Stated price, also while nothing is displayed at it; 0 = none. */
  price = 0;
  size = 0;
  add = 0;
  pull = 0;

  /** @param size 0 where the side has no quote */
  restate(price: number, size: number): void {
    if (this.size > 0 && size > 0 && this.price === price) {
      this.add += Math.max(0, size - this.size);
      this.pull += Math.max(0, this.size - size);
    } else {
      this.pull += this.size;
      this.add += size;
    }
    this.price = price;
    this.size = size;
  }

  beginWindow(): void {
    this.add = 0;
    this.pull = 0;
  }
}

interface QuotedOption {
  readonly instrumentId: number;
  readonly right: OptionRight;
  readonly strikeInt: number;
  readonly bucket: number;
  readonly bid: QuoteSide;
  readonly ask: QuoteSide;
}

export class QuoteSilver {
  readonly #options = new Map<number, QuotedOption>();
  readonly #clock: OptionClock;
  readonly #window: OptionWindow;
  readonly #offsets = new Map<DbnVersion, QuoteOffsets>();

  /** @param baseNs start of the UTC day from which windows are counted */
  constructor(
    config: VelocityConfig,
    private readonly definitions: OptionDefinitions,
    baseNs: bigint,
  ) {
    this.#window = new OptionWindow(equityOptionGrid(config));
    this.#clock = new OptionClock(config.window_ns, baseNs, () => {
      for (const { bid, ask } of this.#options.values()) {
        bid.beginWindow();
        ask.beginWindow();
      }
    });
  }

  get clock(): WindowClock {
    return this.#clock.clock;
  }

  /**
   * Takes in records from index `from` on, up to the end of the window that ends at `endNs`.
   *
   * @returns index of the first record of a later window, or the count
   * @throws ProblemError `velocity/mixed-days`
   */
  process(run: QuoteRun, from: number, endNs: bigint): number {
    const { bytes, stride, count } = run;
    const offsets = this.#offsetsOf(run.version);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#clock.allow(endNs);
    for (let i = from; i < count; i++) {
      const at = i * stride;
      const option = this.#optionOf(view.getUint32(at + INSTRUMENT_OFFSET, true));
      if (!option) continue;
      const admission = this.#clock.admit(this.#place(view, at, offsets));
      if (admission === WAIT) return i;
      if (admission !== TAKE) continue;
      restate(option.bid, view, at + offsets.bidPrice, at + offsets.bidSize);
      restate(option.ask, view, at + offsets.askPrice, at + offsets.askSize);
    }
    return count;
  }

  /**
   * Closes the window that ends at `endNs`; windows must be closed in ascending order.
   *
   * @param anchor reference price of the share in that window
   * @returns valid until the next call
   */
  close(endNs: bigint, anchor: number): OptionWindow {
    this.#clock.allow(endNs);
    const window = this.#window;
    window.begin(this.#clock.close().startNs, endNs, anchor);
    for (const option of this.#options.values()) this.#take(option);
    window.quotes.sort((a, b) => a.instrumentId - b.instrumentId);
    window.finish();
    this.#clock.next();
    return window;
  }

  #take({ instrumentId, right, strikeInt, bucket, bid, ask }: QuotedOption): void {
    const window = this.#window;
    // A stated price counts as a best price even without size, as in the reference tables.
    if (bid.price > 0 && ask.price > bid.price) {
      const best = { bid: bid.price, ask: ask.price };
      window.quotes.push({ instrumentId, right, strikeInt, ...best, bookValid: true });
    }
    const first = window.hasCells ? window.cell(bucket, right) : -1;
    if (first < 0) return;
    for (const [cell, side] of [
      [first, ask],
      [first + 1, bid],
    ] as const) {
      window.endQty[cell] += side.size;
      window.addQty[cell] += side.add;
      window.pullQty[cell] += side.pull;
    }
  }

  #place(view: DataView, at: number, { tsReceived, flags }: QuoteOffsets): number {
    const isSnapshot = (view.getUint8(at + flags) & F_SNAPSHOT) !== 0;
    const [first, second] = isSnapshot ? [tsReceived, TS_EVENT_OFFSET] : [TS_EVENT_OFFSET, tsReceived];
    let lo = view.getUint32(at + first, true);
    let hi = view.getUint32(at + first + 4, true);
    if (hi === TS_UNDEFINED || (hi === 0 && lo === 0)) {
      lo = view.getUint32(at + second, true);
      hi = view.getUint32(at + second + 4, true);
    }
    return this.#clock.clock.placeTime(lo, hi);
  }

  #optionOf(instrumentId: number): QuotedOption | undefined {
    const known = this.#options.get(instrumentId);
    if (known) return known;
    const definition = this.definitions.get(instrumentId);
    if (!definition) return undefined;
    const { right, strikeInt } = definition;
    const bucket = strikeBucket(this.#window.grid, strikeInt);
    const option = { instrumentId, right, strikeInt, bucket, bid: new QuoteSide(), ask: new QuoteSide() };
    this.#options.set(instrumentId, option);
    return option;
  }

  #offsetsOf(version: DbnVersion): QuoteOffsets {
    let offsets = this.#offsets.get(version);
    if (!offsets) {
      offsets = quoteOffsets(version);
      this.#offsets.set(version, offsets);
    }
    return offsets;
  }
}

/** Where the fields stand in a record. */
interface QuoteOffsets {
  readonly tsReceived: number;
  readonly flags: number;
  readonly bidPrice: number;
  readonly askPrice: number;
  readonly bidSize: number;
  readonly askSize: number;
}

function quoteOffsets(version: DbnVersion): QuoteOffsets {
  const fields = recordLayout(RTYPE.cmbp1, version)?.fields ?? [];
  const at = (name: string): number =>
    fields.find((field) => field.name === name)?.offset ??
    fail('velocity/no-quotes', `Records of DBN version ${version} have no ${name}.`);
  return {
    tsReceived: at('ts_recv'),
    flags: at('flags'),
    bidPrice: at('bid_px_00'),
    askPrice: at('ask_px_00'),
    bidSize: at('bid_sz_00'),
    askSize: at('ask_sz_00'),
  };
}

/** A side whose price is undefined or not positive, or whose size is 0, has no quote. */
function restate(side: QuoteSide, view: DataView, priceAt: number, sizeAt: number): void {
  const lo = view.getUint32(priceAt, true);
  const hi = view.getInt32(priceAt + 4, true);
  const isUndefined = hi === UNDEFINED_HI && lo === UNDEFINED_LO;
  const price = isUndefined ? 0 : hi * TWO_32 + lo;
  side.restate(price, price > 0 ? view.getUint32(sizeAt, true) : 0);
}
