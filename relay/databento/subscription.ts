/** What is asked of the gateway, checked before anything is written, and its lines. */
import { fail } from '#base/problem';
import { DBN_SCHEMAS } from '#core/dbn/dbn-types';
import { formatFields } from '#relay/databento/control-line';

export const LIVE_STYPES = ['raw_symbol', 'instrument_id', 'parent', 'continuous'] as const;
export type LiveStype = (typeof LIVE_STYPES)[number];

export interface Subscription {
  /** A name of `DBN_SCHEMAS`. */
  readonly schema: string;
  readonly stypeIn: LiveStype;
  /** `ALL_SYMBOLS` alone, or symbols. */
  readonly symbols: readonly string[];
  /** The state of the book first, then what follows it. Only for `mbo`, and not with a start. */
  readonly snapshot: boolean;
  /** Replay from here: ns, or ISO text as the gateway reads it; 0 is all that is kept. */
  readonly start?: bigint | string | undefined;
}

const SYMBOLS_PER_LINE = 500;
const MAX_SYMBOLS = 2000;
const SYMBOL = /^[^\s,|]{1,70}$/;

/** @throws ProblemError `live/bad-subscription` */
export function checkSubscription({ schema, symbols, snapshot, start }: Subscription): void {
  const bad = (why: string) => fail('live/bad-subscription', why);
  if (!(DBN_SCHEMAS as readonly string[]).includes(schema)) bad(`There is no schema ${schema}`);
  if (symbols.length === 0) bad('A subscription needs symbols');
  if (symbols.length > MAX_SYMBOLS)
    bad(`A subscription takes at most ${MAX_SYMBOLS} symbols; use several, or ALL_SYMBOLS`);
  if (!symbols.every((symbol) => SYMBOL.test(symbol)))
    bad('A symbol holds a blank, a comma or a bar, or is too long');
  if (symbols.length > 1 && symbols.includes('ALL_SYMBOLS')) bad('ALL_SYMBOLS stands alone');
  if (snapshot && schema !== 'mbo') bad('Snapshots exist for the schema mbo only');
  if (snapshot && start !== undefined) bad('A subscription has a snapshot or a start, not both');
}

/** Without line feeds; at most 500 symbols each, the last one says so. @throws as `checkSubscription` */
export function subscriptionLines(subscription: Subscription, id: number): string[] {
  checkSubscription(subscription);
  const { schema, stypeIn, symbols, snapshot, start } = subscription;
  const lines: string[] = [];
  for (let at = 0; at < symbols.length; at += SYMBOLS_PER_LINE) {
    lines.push(
      formatFields({
        schema,
        stype_in: stypeIn,
        start: start === undefined ? undefined : String(start),
        id,
        symbols: symbols.slice(at, at + SYMBOLS_PER_LINE).join(','),
        snapshot: snapshot ? 1 : 0,
        is_last: at + SYMBOLS_PER_LINE >= symbols.length ? 1 : 0,
      }),
    );
  }
  return lines;
}
