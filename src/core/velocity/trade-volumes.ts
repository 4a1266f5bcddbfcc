import {
  joinU64,
  MBO_WORDS,
  TRADE,
  W_HEAD,
  W_INSTRUMENT,
  W_SIZE,
  W_TAGS,
  W_TS_EVENT,
  type MboBlock,
} from '#core/mbo/mbo-block';
import { parseFuturesSymbol } from '#core/velocity/contract-symbols';
import type { ContractInput, DailyVolume } from '#core/velocity/contract-of-day';
import { newYorkDate, newYorkSecondOfDay } from '#core/velocity/trading-day';

/** Trading before the session: 05:00 to 08:30 in New York. */
const PREMARKET_START = 5 * 3600;
const PREMARKET_END = 8.5 * 3600;
const PUBLISHERS = 65_536;

interface Traded {
  readonly instrumentId: number;
  readonly publisherId: number;
  readonly firstNs: bigint;
  /** Volume per day. */
  readonly volumes: Map<string, number>;
  readonly premarketDates: Set<string>;
}

/** What was traded per instrument and day in New York, from all records of a capture. */
export class TradeVolumes {
  readonly #traded = new Map<number, Traded>();

  add({ words, count }: MboBlock): void {
    for (let base = 0; base < count * MBO_WORDS; base += MBO_WORDS) {
      if (((words[base + W_TAGS] >>> 16) & 255) !== TRADE) continue;
      const ns = joinU64(words[base + W_TS_EVENT], words[base + W_TS_EVENT + 1]);
      const date = newYorkDate(ns);
      if (date === '') continue;
      const traded = this.#instrument(words[base + W_INSTRUMENT], words[base + W_HEAD] >>> 16, ns);
      traded.volumes.set(date, (traded.volumes.get(date) ?? 0) + words[base + W_SIZE]);
      const second = newYorkSecondOfDay(ns);
      if (second >= PREMARKET_START && second < PREMARKET_END) traded.premarketDates.add(date);
    }
  }

  /**
   * What the choice of a contract needs to know of the futures of one root.
   *
   * @param symbolOf symbol of an instrument at a time
   */
  contracts(root: string, symbolOf: (instrumentId: number, ns: bigint) => string | undefined): ContractInput {
    const volumes: DailyVolume[] = [];
    const premarketDates = new Set<string>();
    const expiries = new Map<string, string>();
    for (const traded of this.#traded.values()) {
      const symbol = symbolOf(traded.instrumentId, traded.firstNs) ?? '';
      const year = Number(newYorkDate(traded.firstNs).slice(0, 4));
      const future = parseFuturesSymbol(symbol, year);
      if (future?.root !== root) continue;
      expiries.set(symbol, future.expiry);
      for (const [date, volume] of traded.volumes) volumes.push({ date, symbol, volume });
      for (const date of traded.premarketDates) premarketDates.add(date);
    }
    return { volumes, premarketDates, expiries };
  }

  #instrument(instrumentId: number, publisherId: number, ns: bigint): Traded {
    const key = instrumentId * PUBLISHERS + publisherId;
    let traded = this.#traded.get(key);
    if (!traded) {
      traded = { instrumentId, publisherId, firstNs: ns, volumes: new Map(), premarketDates: new Set() };
      this.#traded.set(key, traded);
    }
    return traded;
  }
}
