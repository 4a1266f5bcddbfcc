import type { InstrumentChoice } from '#app/model';

/** A capture of options may name ten thousand instruments; nobody scrolls through them. */
export const MAX_LISTED = 200;

export interface InstrumentList {
  readonly shown: readonly InstrumentChoice[];
  /** Matches that are not shown. */
  readonly more: number;
}

/** Matches of a filter on symbol or instrument id: outrights before spreads, busiest first. */
export function listInstruments(all: readonly InstrumentChoice[], filter: string): InstrumentList {
  const wanted = filter.trim().toLowerCase();
  const matches = all
    .filter((i) => i.symbol.toLowerCase().includes(wanted) || String(i.instrumentId).startsWith(wanted))
    .sort((a, b) => Number(a.isSpread) - Number(b.isSpread) || b.records - a.records);
  return { shown: matches.slice(0, MAX_LISTED), more: Math.max(0, matches.length - MAX_LISTED) };
}

export function sameInstrument(a: InstrumentChoice | undefined, b: InstrumentChoice): boolean {
  return a?.publisherId === b.publisherId && a.instrumentId === b.instrumentId;
}
