/** Which future is the one to look at on a day: the most traded of the trading day before. Source: velocity.md section 5. */
import { fail } from '#base/problem';

export interface DailyVolume {
  /** YYYY-MM-DD in New York. */
  readonly date: string;
  readonly symbol: string;
  /** Sum of the sizes of all trades. */
  readonly volume: number;
}

export interface ContractInput {
  readonly volumes: readonly DailyVolume[];
  /** Days on which an eligible symbol traded between 05:00 and 08:30 in New York. */
  readonly premarketDates: ReadonlySet<string>;
  /** Expiry of each eligible symbol, YYYY-MM-DD. */
  readonly expiries: ReadonlyMap<string, string>;
}

/** A day and its contract, under the names of the table. */
export interface ContractOfDay {
  readonly session_date: string;
  readonly selected_symbol: string;
  readonly selected_exp_date: string;
  /** Empty on the first trading day. */
  readonly prev_trading_date: string;
  readonly prev_volume_selected: number;
  /** Second largest volume of the candidates on the trading day before. */
  readonly prev_volume_rank2: number;
  /** 1 where the trading day before had another contract. */
  readonly roll_flag: 0 | 1;
}

/** Days on which the market was open and traded before the session. */
export function tradingDays({ volumes, premarketDates }: ContractInput): string[] {
  const traded = new Set(volumes.filter(({ volume }) => volume > 0).map(({ date }) => date));
  return [...traded].filter((date) => premarketDates.has(date)).sort();
}

/**
 * The contract of every trading day from `from` to `to`, both included.
 *
 * @throws ProblemError `velocity/no-contract` for a day on which every symbol has expired
 */
export function selectContracts(input: ContractInput, from = '', to = '9999-12-31'): ContractOfDay[] {
  const days = tradingDays(input);
  const volumeOf = new Map(input.volumes.map(({ date, symbol, volume }) => [`${date}/${symbol}`, volume]));
  const chosen: ContractOfDay[] = [];
  days.forEach((date, i) => {
    // The day before the range is decided as well, for the roll flag.
    if (date > to || (days[i + 1] ?? date) < from) return;
    chosen.push(decide(input, date, i === 0 ? '' : days[i - 1], volumeOf, chosen[chosen.length - 1]));
  });
  return chosen.filter(({ session_date }) => session_date >= from);
}

function decide(
  { expiries }: ContractInput,
  date: string,
  previous: string,
  volumeOf: ReadonlyMap<string, number>,
  before: ContractOfDay | undefined,
): ContractOfDay {
  const candidates = [...expiries]
    .filter(([, expiry]) => date < expiry)
    .map(([symbol, expiry]) => ({ symbol, expiry, volume: volumeOf.get(`${previous}/${symbol}`) ?? 0 }))
    .sort((a, b) => b.volume - a.volume || compare(a.expiry, b.expiry) || compare(a.symbol, b.symbol));
  if (candidates.length === 0) {
    return fail('velocity/no-contract', `Every contract has expired on ${date}.`, {
      tip: 'The capture holds no future that was still traded that day.',
    });
  }
  const [first, second] = candidates;
  return {
    session_date: date,
    selected_symbol: first.symbol,
    selected_exp_date: first.expiry,
    prev_trading_date: previous,
    prev_volume_selected: first.volume,
    prev_volume_rank2: candidates.length > 1 ? second.volume : 0,
    roll_flag: before && before.selected_symbol !== first.symbol ? 1 : 0,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
