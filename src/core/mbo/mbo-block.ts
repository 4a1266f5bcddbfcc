/**
 * The one in-memory form of market-by-order events.
 *
 * Every importer (DBN, Parquet, Arrow, CSV fixtures, the simulator, a live feed) delivers blocks of records in
 * the 56-byte little-endian layout of the DBN `mbo` schema, packed without gaps and 8-byte aligned. The book
 * reads them in place through the two typed views; nothing is copied or allocated per record.
 *
 *   byte  0 u8  length in 32-bit words (14)     byte 32 u32 size
 *         1 u8  rtype (0xA0)                         36 u8  flags
 *         2 u16 publisher_id                         37 u8  channel_id
 *         4 u32 instrument_id                        38 u8  action (ASCII)
 *         8 u64 ts_event                             39 u8  side   (ASCII)
 *        16 u64 order_id                             40 u64 ts_recv
 *        24 i64 price (1e-9 currency units)          48 i32 ts_in_delta
 *                                                    52 u32 sequence
 */
import {
  MBO_BYTES,
  MBO_RTYPE,
  MBO_WORDS,
  W_HEAD,
  W_INSTRUMENT,
  W_ORDER_ID,
  W_PRICE,
  W_SEQUENCE,
  W_SIZE,
  W_TAGS,
  W_TS_EVENT,
  W_TS_IN_DELTA,
  W_TS_RECV,
} from '#core/mbo/mbo-layout';

export * from '#core/mbo/mbo-layout';

/** The undefined price, as its two words: 0x7fffffff_ffffffff. */
export const UNDEF_PRICE_HI = 0x7fffffff;
export const UNDEF_PRICE_LO = 0xffffffff;
export const UNDEF_PRICE = 9223372036854775807n;

export class MboBlock {
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  /** Records in the block; `words` may be longer. */
  count: number;

  /** @param buffer storage, `byteOffset` a multiple of 8, room for `count` records */
  constructor(buffer: ArrayBufferLike, count: number, byteOffset = 0) {
    const capacity = Math.floor((buffer.byteLength - byteOffset) / MBO_BYTES);
    if (count > capacity) throw new RangeError(`MboBlock: ${count} records do not fit in ${capacity}`);
    this.words = new Uint32Array(buffer, byteOffset, capacity * MBO_WORDS);
    this.bytes = new Uint8Array(buffer, byteOffset, capacity * MBO_BYTES);
    this.count = count;
  }

  static withCapacity(records: number): MboBlock {
    return new MboBlock(new ArrayBuffer(records * MBO_BYTES), 0);
  }

  get capacity(): number {
    return this.words.length / MBO_WORDS;
  }
}

/** A record as plain values, for edges (tests, CSV, JSON) and never for the hot path. */
export interface MboRecord {
  publisherId: number;
  instrumentId: number;
  tsEvent: bigint;
  orderId: bigint;
  price: bigint;
  size: number;
  flags: number;
  channelId: number;
  action: number;
  side: number;
  tsRecv: bigint;
  tsInDelta: number;
  sequence: number;
}

/** Joins two u32 words to an unsigned 64-bit integer. Edge use only. */
export function joinU64(lo: number, hi: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}

/** Joins two u32 words to a signed 64-bit integer. Edge use only. */
export function joinI64(lo: number, hi: number): bigint {
  return BigInt.asIntN(64, joinU64(lo, hi));
}

/** Appends a record; returns false when the block is full. */
export function appendMbo(block: MboBlock, r: MboRecord): boolean {
  if (block.count >= block.capacity) return false;
  const w = block.words;
  const b = block.count * MBO_WORDS;
  w[b + W_HEAD] = MBO_WORDS | (MBO_RTYPE << 8) | ((r.publisherId & 0xffff) << 16);
  w[b + W_INSTRUMENT] = r.instrumentId;
  setU64(w, b + W_TS_EVENT, r.tsEvent);
  setU64(w, b + W_ORDER_ID, r.orderId);
  setU64(w, b + W_PRICE, r.price);
  w[b + W_SIZE] = r.size;
  w[b + W_TAGS] =
    (r.flags & 255) | ((r.channelId & 255) << 8) | ((r.action & 255) << 16) | ((r.side & 255) << 24);
  setU64(w, b + W_TS_RECV, r.tsRecv);
  w[b + W_TS_IN_DELTA] = r.tsInDelta;
  w[b + W_SEQUENCE] = r.sequence;
  block.count++;
  return true;
}

/** Record `i` as plain values. */
export function readMbo(block: MboBlock, i: number): MboRecord {
  const w = block.words;
  const b = i * MBO_WORDS;
  const tags = w[b + W_TAGS];
  return {
    publisherId: w[b + W_HEAD] >>> 16,
    instrumentId: w[b + W_INSTRUMENT],
    tsEvent: joinU64(w[b + W_TS_EVENT], w[b + W_TS_EVENT + 1]),
    orderId: joinU64(w[b + W_ORDER_ID], w[b + W_ORDER_ID + 1]),
    price: joinI64(w[b + W_PRICE], w[b + W_PRICE + 1]),
    size: w[b + W_SIZE],
    flags: tags & 255,
    channelId: (tags >>> 8) & 255,
    action: (tags >>> 16) & 255,
    side: tags >>> 24,
    tsRecv: joinU64(w[b + W_TS_RECV], w[b + W_TS_RECV + 1]),
    tsInDelta: w[b + W_TS_IN_DELTA] | 0,
    sequence: w[b + W_SEQUENCE],
  };
}

function setU64(w: Uint32Array, i: number, value: bigint): void {
  w[i] = Number(value & 0xffffffffn);
  w[i + 1] = Number((value >> 32n) & 0xffffffffn);
}
