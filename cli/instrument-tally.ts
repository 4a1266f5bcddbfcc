/**
 * What a capture holds of each instrument: the header of every data record counts, whatever its type. Market-by-order
 * records also pass a book, to count what feeds should not send.
 */
import { anomaliesOf } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import type { CapturePart, InstrumentKey } from '#core/capture/capture-types';
import { recordLayout } from '#core/dbn/record-layouts';
import { isGatewayMessage } from '#core/dbn/rtype';
import {
  F_SNAPSHOT,
  joinU64,
  MBO_WORDS,
  W_HEAD,
  W_INSTRUMENT,
  W_TAGS,
  W_TS_EVENT,
  W_TS_RECV,
  type MboBlock,
} from '#core/mbo/mbo-block';

type OtherRecords = Extract<CapturePart, { kind: 'records' }>;

export interface InstrumentCount extends InstrumentKey {
  readonly records: number;
  /** `ts_recv` of the first and last record, or `ts_event` of records without it; `undefined`: none is stamped. */
  readonly firstNs: bigint | undefined;
  readonly lastNs: bigint | undefined;
  /**
   * Those above 0: of the book, under the names of vacuum-pressure.md section 19, and `late_ts`, records stamped
   * earlier than the record before them. Orders in a snapshot carry the time of their placement and are not late.
   */
  readonly anomalies: Readonly<Record<string, number>>;
}

export class InstrumentTally {
  readonly #byKey = new Map<number, Instrument>();
  #last: Instrument | undefined;

  addMbo({ words, count }: MboBlock): void {
    for (let i = 0, base = 0; i < count; i++, base += MBO_WORDS) {
      this.#instrument(words[base + W_HEAD] >>> 16, words[base + W_INSTRUMENT]).addMbo(words, base);
    }
  }

  addRecords({ rtype, bytes, recordBytes, count, version }: OtherRecords): void {
    if (isGatewayMessage(rtype)) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, count * recordBytes);
    const received = recordLayout(rtype, version)?.fields.find((field) => field.name === 'ts_recv')?.offset;
    for (let at = 0; at < count * recordBytes; at += recordBytes) {
      const publisherId = view.getUint16(at + PUBLISHER_AT, true);
      this.#instrument(publisherId, view.getUint32(at + INSTRUMENT_AT, true)).addOther(view, at, received);
    }
  }

  /** Busiest first. */
  list(): InstrumentCount[] {
    return [...this.#byKey.values()]
      .map((instrument) => instrument.report())
      .sort(
        (a, b) => b.records - a.records || a.publisherId - b.publisherId || a.instrumentId - b.instrumentId,
      );
  }

  #instrument(publisherId: number, instrumentId: number): Instrument {
    const last = this.#last;
    if (last && last.instrumentId === instrumentId && last.publisherId === publisherId) return last;
    const key = publisherId * TWO_32 + instrumentId;
    const instrument = this.#byKey.get(key) ?? new Instrument(publisherId, instrumentId);
    this.#byKey.set(key, instrument);
    this.#last = instrument;
    return instrument;
  }
}

const PUBLISHER_AT = 2;
const INSTRUMENT_AT = 4;
const TS_EVENT_AT = 8;
const TWO_32 = 4294967296;

class Instrument {
  #records = 0;
  readonly #first = new Moment();
  readonly #last = new Moment();
  /** By which lateness is told. */
  readonly #previous = new Moment();
  #late = 0;
  #book: OrderBook | undefined;

  constructor(
    readonly publisherId: number,
    readonly instrumentId: number,
  ) {}

  addMbo(words: Uint32Array, base: number): void {
    const event = base + W_TS_EVENT;
    const received = base + W_TS_RECV;
    const at = isUndefined(words[received], words[received + 1]) ? event : received;
    this.#count(words[at], words[at + 1]);
    if ((words[base + W_TAGS] & F_SNAPSHOT) === 0) this.#follow(words[event], words[event + 1]);
    this.#book ??= new OrderBook();
    this.#book.apply(words, base);
  }

  /** @param received where `ts_recv` stands in a record, if it has one */
  addOther(view: DataView, at: number, received: number | undefined): void {
    let low = view.getUint32(at + (received ?? TS_EVENT_AT), true);
    let high = view.getUint32(at + (received ?? TS_EVENT_AT) + 4, true);
    if (isUndefined(low, high)) {
      low = view.getUint32(at + TS_EVENT_AT, true);
      high = view.getUint32(at + TS_EVENT_AT + 4, true);
    }
    this.#count(low, high);
    this.#follow(low, high);
  }

  report(): InstrumentCount {
    this.#book?.credits.endAll();
    const counts = { ...(this.#book ? anomaliesOf(this.#book) : {}), late_ts: this.#late };
    return {
      publisherId: this.publisherId,
      instrumentId: this.instrumentId,
      records: this.#records,
      firstNs: this.#first.ns,
      lastNs: this.#last.ns,
      anomalies: Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0)),
    };
  }

  #count(low: number, high: number): void {
    this.#records++;
    if (isUndefined(low, high)) return;
    if (!this.#first.isSet) this.#first.set(low, high);
    this.#last.set(low, high);
  }

  #follow(low: number, high: number): void {
    if (isUndefined(low, high)) return;
    if (this.#previous.isAfter(low, high)) this.#late++;
    this.#previous.set(low, high);
  }
}

/** A time as its two words, so that no BigInt is made per record. */
class Moment {
  #low = 0;
  #high = 0;
  isSet = false;

  set(low: number, high: number): void {
    this.#low = low;
    this.#high = high;
    this.isSet = true;
  }

  isAfter(low: number, high: number): boolean {
    return this.#high > high || (this.#high === high && this.#low > low);
  }

  get ns(): bigint | undefined {
    return this.isSet ? joinU64(this.#low, this.#high) : undefined;
  }
}

function isUndefined(low: number, high: number): boolean {
  return low === 0xffffffff && high === 0xffffffff;
}
