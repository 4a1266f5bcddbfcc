/** Instruments of a capture: counts, names, and what a configuration needs to know of each. */
import { fail } from '#base/problem';
import type {
  InstrumentFactsOfCapture,
  InstrumentInfo,
  InstrumentKey,
  ProductKind,
} from '#core/capture/capture-types';
import { InstrumentCounts } from '#core/capture/instrument-counts';
import { InstrumentNames } from '#core/capture/instrument-names';
import { PriceSteps } from '#core/capture/price-steps';

/** Venues of US equities, by the first part of the dataset code. */
const EQUITY_VENUES = new Set(
  'ARCX,BATS,BATY,DBEQ,EDGA,EDGX,EPRL,EQUS,IEXG,LTSE,MEMX,XASE,XBOS,XCHI,XCIS,XNAS,XNYS,XPSX'.split(','),
);

const LISTED = 12;

export class InstrumentCatalogue {
  readonly names = new InstrumentNames();
  readonly steps = new PriceSteps();
  /** Of the probed prefix; prices are counted with it. */
  readonly probed = new InstrumentCounts();
  /** Of the reading under way or finished last. */
  #read: InstrumentCounts | undefined;
  /** Of the capture. */
  dataset = '';

  /** Starts counting from the beginning. */
  startReading(): InstrumentCounts {
    this.#read = new InstrumentCounts();
    return this.#read;
  }

  /** Busiest first. While a reading is behind the probe, the probe's counts stand. */
  list(): InstrumentInfo[] {
    const infos = new Map<string, InstrumentInfo>();
    for (const counts of [this.probed, this.#read]) {
      for (const { publisherId, instrumentId, records, firstNs, lastNs } of counts?.list() ?? []) {
        const key = `${publisherId}/${instrumentId}`;
        const known = infos.get(key);
        if (records === 0 || (known && known.records >= records)) continue;
        infos.set(key, this.#info({ publisherId, instrumentId }, records, firstNs, lastNs));
      }
    }
    return [...infos.values()].sort(
      (a, b) => b.records - a.records || a.publisherId - b.publisherId || a.instrumentId - b.instrumentId,
    );
  }

  defaultInstrument(): InstrumentInfo | undefined {
    const list = this.list();
    return list.find((info) => !info.isSpread) ?? list[0];
  }

  /** @throws ProblemError `capture/unknown-instrument`, `capture/ambiguous-instrument` */
  find(wanted: string): InstrumentInfo {
    const text = wanted.trim();
    const list = this.list();
    const matches = list.filter((info) => info.symbol === text || String(info.instrumentId) === text);
    if (matches.length === 1) return matches[0];
    if (matches.length > 1) {
      const venues = matches
        .map((info) => `${info.instrumentId} at publisher ${info.publisherId}`)
        .join(', ');
      fail('capture/ambiguous-instrument', `${text} stands for several instruments: ${venues}.`, {
        tip: 'Name the instrument id.',
      });
    }
    const later = this.names.idOf(text);
    const publisherId = list[0]?.publisherId;
    if (later !== undefined && publisherId !== undefined) {
      return this.#info({ publisherId, instrumentId: later }, 0, list[0].firstNs, list[0].lastNs);
    }
    const rest = list.length > LISTED ? `, … (${list.length} in all)` : '';
    return fail('capture/unknown-instrument', `The capture has no instrument ${text}.`, {
      tip: `It has ${list
        .slice(0, LISTED)
        .map((info) => info.symbol)
        .join(', ')}${rest}.`,
    });
  }

  /** @throws ProblemError `capture/unknown-instrument` */
  facts(key: InstrumentKey): InstrumentFactsOfCapture {
    const info = this.list().find(
      (i) => i.publisherId === key.publisherId && i.instrumentId === key.instrumentId,
    );
    const symbol = info?.symbol ?? this.find(String(key.instrumentId)).symbol;
    const definition = this.names.definition(key.instrumentId);
    const productType = this.#productType(key.instrumentId);
    const entry = this.probed.entryOf(key.publisherId, key.instrumentId);
    const tickInt = definition?.tickInt ?? this.steps.tickInt(entry, productType === 'equity_mbo');
    const multiplier = definition?.multiplier;
    return {
      symbol,
      tickSize: tickInt / 1e9,
      productType,
      ...(multiplier === undefined ? {} : { multiplier }),
    };
  }

  #info(key: InstrumentKey, records: number, firstNs: bigint, lastNs: bigint): InstrumentInfo {
    const symbol = this.names.symbolOf(key.instrumentId, firstNs) ?? String(key.instrumentId);
    return { ...key, symbol, records, isSpread: this.#isSpread(key.instrumentId, symbol), firstNs, lastNs };
  }

  #isSpread(instrumentId: number, symbol: string): boolean {
    const kind = this.names.definition(instrumentId)?.instrumentClass;
    if (kind === 'S' || kind === 'M' || kind === 'T') return true;
    return this.#productType(instrumentId) === 'future_mbo' && symbol.includes('-');
  }

  #productType(instrumentId: number): ProductKind {
    const kind = this.names.definition(instrumentId)?.instrumentClass;
    if (kind === 'K') return 'equity_mbo';
    return EQUITY_VENUES.has(this.dataset.split('.')[0]) ? 'equity_mbo' : 'future_mbo';
  }
}
