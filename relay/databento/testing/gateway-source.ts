/** What a test gateway streams: bytes recorded by others, or a capture served as the live service would. */
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import type { DbnVersion } from '#core/dbn/dbn-types';
import { encodeMbo } from '#core/dbn/dbn-encoder';
import { appendMbo, MboBlock, type MboRecord } from '#core/mbo/mbo-block';
import { parseInstant } from '#base/instant';
import type { AskedSubscription, SessionOptions } from '#relay/databento/testing/gateway-session';
import {
  errorRecord,
  liveMetadata,
  mappingRecord,
  recordsOf,
  snapshotOf,
  systemRecord,
  withTsOut,
} from '#relay/databento/testing/gateway-records';

export interface GatewayRun {
  readonly options: SessionOptions;
  readonly subscriptions: readonly AskedSubscription[];
  /** 0, 1, 2, …: connections that came so far. */
  readonly connection: number;
  /** Resolves with the next subscription after the start. */
  subscribed(): Promise<AskedSubscription>;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Resolves at the end of the stream: the gateway then closes. */
export type GatewaySource = (run: GatewayRun) => Promise<void>;

/** Recorded bytes, cut where the recording says; before a cut of `waits` another subscription must have come. */
export function recordedSource(
  bytes: Uint8Array,
  cuts: readonly number[],
  waits: ReadonlySet<number>,
): GatewaySource {
  return async (run) => {
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      if (waits.has(from)) await run.subscribed();
      await run.write(bytes.subarray(from, cut));
      from = cut;
    }
  };
}

export interface CaptureOptions {
  /** A DBN file of `mbo` records, uncompressed. */
  readonly file: Uint8Array;
  readonly version: DbnVersion;
  /** Raw symbol to instrument. */
  readonly instruments: Readonly<Record<string, number>>;
  /** How many records have happened when a connection begins its session; the others are live. */
  readonly past: (connection: number) => number;
  /** Waits before each live record: `undefined` sends as fast as it goes. */
  readonly pace?: ((record: MboRecord, signal: AbortSignal) => Promise<void>) | undefined;
}

/** Metadata, errors, acknowledgements, mappings, snapshots, replay and its end, then what is live. */
export function captureSource({ file, version, instruments, past, pace }: CaptureOptions): GatewaySource {
  const records = readAll(file);
  return async ({ options, subscriptions, connection, write, signal }) => {
    const now = past(connection);
    const nowNs = records[Math.min(now, records.length - 1)].tsRecv;
    const send = (bytes: Uint8Array) => write(options.tsOut ? withTsOut(bytes, nowNs) : bytes);
    await write(liveMetadata(version, options.dataset, nowNs, options.tsOut));
    const wanted = new Map<number, bigint | undefined>();
    for (const subscription of subscriptions) {
      const resolved = resolveSymbols(subscription, instruments);
      for (const symbol of resolved.unknown) {
        await send(
          errorRecord(
            version,
            4,
            `Failed to resolve symbol ${symbol}`,
            nowNs,
            symbol === resolved.unknown.at(-1),
          ),
        );
      }
      const text = `Subscription request ${subscription.id} for ${subscription.schema} data succeeded`;
      await send(systemRecord(version, 1, text, nowNs));
      for (const [asked, symbol] of resolved.found) {
        const id = instruments[symbol];
        await send(mappingRecord(version, subscription.stypeIn, asked, symbol, id, nowNs));
        wanted.set(id, subscription.start === undefined ? undefined : startNs(subscription.start));
        if (subscription.snapshot) await send(snapshotOf(records.slice(0, now), id, nowNs));
      }
    }
    for (const record of records.slice(0, now)) {
      const start = wanted.get(record.instrumentId);
      if (start !== undefined && record.tsEvent >= start) await send(bytesOf(record));
    }
    for (const { schema, start } of subscriptions) {
      if (start !== undefined) await send(systemRecord(version, 3, `Finished ${schema} replay`, nowNs));
    }
    for (const record of records.slice(now)) {
      if (signal.aborted) return;
      if (!wanted.has(record.instrumentId)) continue;
      await pace?.(record, signal);
      await send(bytesOf(record));
    }
  };
}

function resolveSymbols(
  { stypeIn, symbols }: AskedSubscription,
  instruments: Readonly<Record<string, number>>,
) {
  const names = Object.keys(instruments);
  const found: (readonly [asked: string, symbol: string])[] = [];
  const unknown: string[] = [];
  for (const asked of symbols) {
    const root = asked.split('.')[0];
    const matches = names.filter((name) =>
      asked === 'ALL_SYMBOLS'
        ? true
        : stypeIn === 'raw_symbol'
          ? name === asked
          : stypeIn === 'instrument_id'
            ? String(instruments[name]) === asked
            : name.startsWith(root),
    );
    // A continuous symbol stands for one contract.
    const chosen = stypeIn === 'continuous' ? matches.slice(0, 1) : matches;
    if (chosen.length === 0) unknown.push(asked);
    for (const symbol of chosen) found.push([asked, symbol]);
  }
  return { found, unknown };
}

function startNs(text: string): bigint {
  return parseInstant(text) ?? 0n;
}

function bytesOf(record: MboRecord): Uint8Array {
  const block = MboBlock.withCapacity(1);
  appendMbo(block, record);
  return encodeMbo(block);
}

function readAll(file: Uint8Array): MboRecord[] {
  const decoder = new DbnDecoder();
  decoder.push(file);
  const records: MboRecord[] = [];
  for (let part; (part = decoder.end()) !== undefined;) {
    if (part.kind === 'mbo') records.push(...recordsOf(part.block));
  }
  return records;
}
