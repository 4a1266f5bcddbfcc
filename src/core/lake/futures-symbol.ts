/** Symbols of quarterly index futures: `ESH6`, `ESH26` (velocity.md section 5). */
import { civilDate, thirdFriday } from '#core/lake/dates';

export interface FuturesContract {
  readonly symbol: string;
  /** `YYYY-MM-DD`, the third Friday of its month. */
  readonly expiry: string;
}

/** Root, month, year of one or two digits. */
const QUARTERLY = /^[A-Z0-9]*[A-Z][HMUZ]\d{1,2}$/;

const MONTHS: Readonly<Record<string, number>> = { H: 3, M: 6, U: 9, Z: 12 };

/** Whether a symbol is that of a quarterly future of any root, and not of a spread. */
export function isQuarterlyFuture(symbol: string): boolean {
  return QUARTERLY.test(symbol);
}

/**
 * The contract a symbol stands for, `undefined` for spreads and for symbols of other roots. A year of one digit is the one
 * within [Y − 4, Y + 5] that ends in it.
 *
 * @param date the day in question, whose year is Y
 */
export function futuresContract(symbol: string, root: string, date: string): FuturesContract | undefined {
  if (!symbol.startsWith(root)) return undefined;
  const match = /^([HMUZ])(\d{1,2})$/.exec(symbol.slice(root.length));
  if (!match) return undefined;
  const [, month, digits] = match;
  const earliest = civilDate(date).year - 4;
  const year =
    digits.length === 2 ? 2000 + Number(digits) : earliest + ((Number(digits) - (earliest % 10) + 10) % 10);
  return { symbol, expiry: thirdFriday(year, MONTHS[month]) };
}
