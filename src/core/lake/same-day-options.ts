/** Options that expire on the day itself (velocity.md section 5, databento-api.md section 18). */
import { formatDate } from '#base/new-york-time';
import { fail } from '#base/problem';
import { FRIDAY, isThirdFriday, weekday } from '#core/lake/dates';
import type { OptionDefinition } from '#core/lake/option-definitions';

export type OptionFamily = 'futures' | 'equities';

/** Definitions may say "never"; the wall clock is known for the years 1970 to 2199. */
const FIRST_SECOND = 86_400;
const LAST_SECOND = Date.UTC(2199, 11, 31) / 1000;
const NS_PER_SECOND = 1_000_000_000n;
const DAY_SECONDS = 86_400;

/**
 * The date on which an option expires, seen in New York. The definitions of some venues state a date only, as midnight UTC:
 * that is the date itself and not the evening before in New York.
 */
export function expirationDate(expirationNs: bigint): string | undefined {
  const seconds = Number(expirationNs / NS_PER_SECOND);
  if (!isKnown(seconds)) return undefined;
  const isBareDate = expirationNs % (BigInt(DAY_SECONDS) * NS_PER_SECOND) === 0n;
  return formatDate(seconds, isBareDate ? 'UTC' : 'America/New_York');
}

function isKnown(seconds: number): boolean {
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
}

/** The date in UTC−5 all year round, which is what the assets of a day are chosen by. */
function expirationDateAtMinusFive(expirationNs: bigint): string | undefined {
  const seconds = Number(expirationNs / NS_PER_SECOND);
  if (!isKnown(seconds)) return undefined;
  return formatDate(seconds % DAY_SECONDS === 0 ? seconds : seconds - 5 * 3600, 'UTC');
}

function isPlainOption({ rawSymbol, instrumentClass }: OptionDefinition): boolean {
  return (instrumentClass === 'C' || instrumentClass === 'P') && !isCombination(rawSymbol);
}

/** A combination that was defined by a user, or a spread. */
export function isCombination(symbol: string): boolean {
  return symbol.startsWith('UD:') || symbol.includes('-');
}

/** Options of `underlying` (`ESH6`, `SPY`; upper and lower case are one) that expire on `date`, by symbol. */
export function sameDayOptions(
  definitions: readonly OptionDefinition[],
  underlying: string,
  date: string,
): OptionDefinition[] {
  const wanted = underlying.toUpperCase();
  return definitions
    .filter(isPlainOption)
    .filter((d) => d.underlying.toUpperCase() === wanted && expirationDate(d.expirationNs) === date)
    .sort((a, b) => (a.rawSymbol < b.rawSymbol ? -1 : 1));
}

/**
 * Assets whose options on any contract of `root` expire on `date`, sorted: what to request, as `<asset>.OPT`.
 *
 * @throws ProblemError `lake/strange-asset` where an asset of ES does not belong to such a day
 */
export function sameDayAssets(
  definitions: readonly OptionDefinition[],
  { family, root, date }: { readonly family: OptionFamily; readonly root: string; readonly date: string },
): string[] {
  const isFutures = family === 'futures';
  const expires = isFutures ? expirationDateAtMinusFive : expirationDate;
  const assets = new Set<string>();
  for (const d of definitions) {
    if (d.instrumentClass !== 'C' && d.instrumentClass !== 'P') continue;
    if (isFutures ? !d.underlying.startsWith(root) : d.underlying !== root) continue;
    if (expires(d.expirationNs) === date) assets.add(d.asset);
  }
  const sorted = [...assets].sort();
  if (isFutures && root === 'ES') refuseStrangers(sorted, date);
  return sorted;
}

const FRIDAY_ASSETS = ['EW', 'EW1', 'EW2', 'EW3', 'EW4'];

function refuseStrangers(assets: readonly string[], date: string): void {
  const belongs = isThirdFriday(date)
    ? (asset: string) => asset === 'ES'
    : weekday(date) === FRIDAY
      ? (asset: string) => FRIDAY_ASSETS.includes(asset)
      : (asset: string) => /^E\d/.test(asset);
  const strangers = assets.filter((asset) => !belongs(asset));
  if (strangers.length > 0) {
    fail('lake/strange-asset', `These assets should not expire on ${date}: ${strangers.join(', ')}`, {
      tip: 'Look at the definitions of the day; a changed calendar of the exchange needs a changed rule.',
    });
  }
}

/** Parents of which the definitions of a day are requested. @param root `ES`, `NQ`, `SPY` */
export function definitionParents(root: string, date: string): string[] {
  if (root !== 'ES' || isThirdFriday(date)) return [`${root}.OPT`];
  if (weekday(date) === FRIDAY) return FRIDAY_ASSETS.map((asset) => `${asset}.OPT`);
  const weeks = [1, 2, 3, 4, 5];
  return [
    ...weeks.map((week) => `E${week}.OPT`),
    ...weeks.flatMap((week) => ['A', 'B', 'C', 'D', 'E'].map((day) => `E${week}${day}.OPT`)),
  ];
}
