/** What a gateway adds to the records of a capture: metadata, acknowledgements, mappings, snapshots. */
import type { DbnVersion } from '#core/dbn/dbn-types';
import { encodeMbo, encodeMetadata, encodeSymbolMapping } from '#core/dbn/dbn-encoder';
import { writeRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { forEachOrder } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { appendMbo, MBO_WORDS, MboBlock, readMbo, type MboRecord } from '#core/mbo/mbo-block';
import { ADD, ASK, BID, CLEAR, F_LAST, F_SNAPSHOT, NONE } from '#core/mbo/mbo-layout';

const TS_OUT_BYTES = 8;
const NO_PRICE = 2n ** 63n - 1n;
const F_BAD_TS_RECV = 8;

export function liveMetadata(
  version: DbnVersion,
  dataset: string,
  startNs: bigint,
  tsOut: boolean,
): Uint8Array {
  return encodeMetadata({
    version,
    dataset,
    schema: undefined,
    start: startNs,
    end: undefined,
    limit: undefined,
    stypeIn: undefined,
    stypeOut: 'instrument_id',
    tsOut,
    symbols: [],
    partial: [],
    notFound: [],
    mappings: [],
  });
}

export function systemRecord(version: DbnVersion, code: number, text: string, tsEvent: bigint): Uint8Array {
  const row = { rtype: RTYPE.system, publisher_id: 0, instrument_id: 0, ts_event: tsEvent, msg: text };
  return writeRow(recordLayout(RTYPE.system, version)!, version === 1 ? row : { ...row, code });
}

export function errorRecord(
  version: DbnVersion,
  code: number,
  text: string,
  tsEvent: bigint,
  isLast = true,
): Uint8Array {
  const row = { rtype: RTYPE.error, publisher_id: 0, instrument_id: 0, ts_event: tsEvent, err: text };
  const more = version === 1 ? {} : { code, is_last: isLast ? 1 : 0 };
  return writeRow(recordLayout(RTYPE.error, version)!, { ...row, ...more });
}

export function mappingRecord(
  version: DbnVersion,
  stypeIn: 'raw_symbol' | 'instrument_id' | 'parent' | 'continuous',
  asked: string,
  symbol: string,
  instrumentId: number,
  tsEvent: bigint,
): Uint8Array {
  const record = {
    publisherId: 0,
    instrumentId,
    tsEvent,
    stypeIn,
    stypeInSymbol: asked,
    stypeOut: 'raw_symbol' as const,
    stypeOutSymbol: symbol,
    startTs: undefined,
    endTs: undefined,
  };
  return encodeSymbolMapping(record, version);
}

/** Clear, then one add per resting order in the order of its queue: the state of the book after `records`. */
export function snapshotOf(records: readonly MboRecord[], instrumentId: number, madeNs: bigint): Uint8Array {
  const own = records.filter((record) => record.instrumentId === instrumentId);
  const block = MboBlock.withCapacity(own.length);
  const book = new OrderBook();
  const entries = new Map<bigint, MboRecord>();
  own.forEach((record, i) => {
    appendMbo(block, record);
    book.apply(block.words, i * MBO_WORDS);
    if (record.orderId !== 0n) entries.set(record.orderId, record);
  });
  const base = {
    publisherId: own[0]?.publisherId ?? 1,
    instrumentId,
    channelId: 0,
    tsRecv: madeNs,
    tsInDelta: 0,
  };
  const snapshot: MboRecord[] = [
    {
      ...base,
      tsEvent: madeNs,
      orderId: 0n,
      price: NO_PRICE,
      size: 0,
      action: CLEAR,
      side: NONE,
      sequence: 0,
      flags: 0,
    },
  ];
  forEachOrder(book, ({ orderId, side, priceInt, size }) => {
    const { tsEvent, sequence } = entries.get(orderId)!;
    snapshot.push({
      ...base,
      tsEvent,
      orderId,
      price: priceInt,
      size,
      action: ADD,
      side: side === 0 ? BID : ASK,
      sequence,
      flags: 0,
    });
  });
  const out = MboBlock.withCapacity(snapshot.length);
  snapshot.forEach((record, i) => {
    const last = i === snapshot.length - 1 ? F_LAST : 0;
    appendMbo(out, { ...record, flags: F_SNAPSHOT | F_BAD_TS_RECV | last });
  });
  return encodeMbo(out);
}

/** The records of a block as objects; for tests, not for hot paths. */
export function recordsOf(block: MboBlock): MboRecord[] {
  return Array.from({ length: block.count }, (_, i) => readMbo(block, i));
}

/** Whole records with the gateway's send time at the end of each. */
export function withTsOut(records: Uint8Array, tsOutNs: bigint): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < records.length;) {
    const length = records[at] * 4;
    const record = new Uint8Array(length + TS_OUT_BYTES);
    record.set(records.subarray(at, at + length));
    record[0] = record.length / 4;
    new DataView(record.buffer).setBigUint64(length, tsOutNs, true);
    pieces.push(record);
    at += length;
  }
  return new Uint8Array(Buffer.concat(pieces));
}
