/** What symbols of futures and their options mean. Source: velocity.md section 5. */
import type { CivilDate } from '#base/new-york-time';
import { dayOfWeek, isoDate, thirdFriday } from '#core/velocity/trading-day';

const QUARTER_MONTHS: Readonly<Record<string, number>> = { H: 3, M: 6, U: 9, Z: 12 };
const FRIDAY = 5;

export interface FuturesSymbol {
  readonly root: string;
  readonly year: number;
  readonly month: number;
  /** YYYY-MM-DD: the third Friday of the month. */
  readonly expiry: string;
}

/**
 * Reads `ESH6` or `ESH26`; `undefined` for anything else, spreads among it.
 *
 * @param year of the day in question: a single digit stands for a year from 4 before to 5 after it
 */
export function parseFuturesSymbol(symbol: string, year: number): FuturesSymbol | undefined {
  const match = /^([A-Z0-9]*[A-Z])([HMUZ])(\d{1,2})$/.exec(symbol);
  if (!match) return undefined;
  const [, root, letter, digits] = match;
  const month = QUARTER_MONTHS[letter];
  const expiryYear = digits.length === 2 ? 2000 + Number(digits) : yearEndingWith(Number(digits), year);
  return { root, year: expiryYear, month, expiry: isoDate(thirdFriday(expiryYear, month)) };
}

function yearEndingWith(digit: number, year: number): number {
  const first = year - 4;
  return first + ((((digit - first) % 10) + 10) % 10);
}

/** The symbols under which the options that expire on a day are asked for. */
export function optionParents(root: string, date: CivilDate): string[] {
  if (root !== 'ES') return [`${root}.OPT`];
  const weekday = dayOfWeek(date);
  if (weekday === FRIDAY) {
    const isThird = isoDate(thirdFriday(date.year, date.month)) === isoDate(date);
    return isThird ? ['ES.OPT'] : ['EW.OPT', 'EW1.OPT', 'EW2.OPT', 'EW3.OPT', 'EW4.OPT'];
  }
  if (weekday < 1 || weekday > 4) return [];
  const weeks = [1, 2, 3, 4, 5];
  const lettered = weeks.flatMap((week) =>
    ['A', 'B', 'C', 'D', 'E'].map((letter) => `E${week}${letter}.OPT`),
  );
  return [...weeks.map((week) => `E${week}.OPT`), ...lettered];
}
