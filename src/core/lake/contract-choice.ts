/** The contract of the day: the one traded most on the trading day before (velocity.md section 5). */
import { fail } from '#base/problem';

/** What one day's records of a future say. */
export interface ContractDay {
  readonly date: string;
  /** Sum of `size` over trades, by symbol; contracts without a trade count 0. */
  readonly volumes: ReadonlyMap<string, number>;
  /** Whether a contract traded between 05:00 and 08:30 New York time. */
  readonly hasPremarketTrade: boolean;
}

/** One row of the result; the names are those of the file it is written to. */
export interface ContractChoice {
  readonly session_date: string;
  readonly selected_symbol: string;
  readonly selected_exp_date: string;
  /** Empty on the first trading day. */
  readonly prev_trading_date: string;
  readonly prev_volume_selected: number;
  /** Second largest volume of the candidates; 0 where there is one candidate. */
  readonly prev_volume_rank2: number;
  /** 1 where the trading day before chose another contract. */
  readonly roll_flag: 0 | 1;
}

/**
 * The choice of every trading day from `first` to `last`. Days before `first` give the volumes and the roll flag.
 *
 * @param expiryOf expiry of a symbol as seen on a date
 * @throws ProblemError `lake/no-contract` where all contracts have expired
 */
export function chooseContracts(
  days: readonly ContractDay[],
  expiryOf: (symbol: string, date: string) => string,
  range: { readonly first?: string | undefined; readonly last?: string | undefined } = {},
): ContractChoice[] {
  const trading = days.filter(isTradingDay).sort((a, b) => (a.date < b.date ? -1 : 1));
  const symbols = new Set(trading.flatMap((day) => [...day.volumes.keys()]));
  const choices: ContractChoice[] = [];
  for (const [i, day] of trading.entries()) {
    if (range.last !== undefined && day.date > range.last) break;
    choices.push(choose(day.date, trading.at(i - 1), i === 0, choices.at(-1)));
  }
  return choices.filter((choice) => range.first === undefined || choice.session_date >= range.first);

  function choose(
    date: string,
    previous: ContractDay | undefined,
    isFirst: boolean,
    before: ContractChoice | undefined,
  ): ContractChoice {
    const volumes = isFirst ? undefined : previous?.volumes;
    const candidates = [...symbols]
      .map((symbol) => ({ symbol, expiry: expiryOf(symbol, date), volume: volumes?.get(symbol) ?? 0 }))
      .filter(({ expiry }) => date < expiry)
      .sort((a, b) => b.volume - a.volume || compare(a.expiry, b.expiry) || compare(a.symbol, b.symbol));
    if (candidates.length === 0) {
      fail('lake/no-contract', `Every contract had expired on ${date}: ${[...symbols].sort().join(', ')}`, {
        tip: 'Fetch all contracts of the root, such as ES.FUT.',
      });
    }
    const [chosen, second] = candidates;
    return {
      session_date: date,
      selected_symbol: chosen.symbol,
      selected_exp_date: chosen.expiry,
      prev_trading_date: isFirst ? '' : (previous?.date ?? ''),
      prev_volume_selected: chosen.volume,
      prev_volume_rank2: second?.volume ?? 0,
      roll_flag: before !== undefined && before.selected_symbol !== chosen.symbol ? 1 : 0,
    };
  }
}

function isTradingDay({ volumes, hasPremarketTrade }: ContractDay): boolean {
  return hasPremarketTrade && [...volumes.values()].some((volume) => volume > 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
