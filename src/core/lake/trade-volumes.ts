/** Volume of each instrument on one day, over its unfiltered records (velocity.md section 5). */
import { newYorkOffsetSeconds } from '#base/new-york-time';
import {
  joinU64,
  MBO_WORDS,
  TRADE,
  W_INSTRUMENT,
  W_SIZE,
  W_TAGS,
  W_TS_EVENT,
  type MboBlock,
} from '#core/mbo/mbo-block';

const DAY_SECONDS = 86_400;
/** Half-open, New York time. */
const PREMARKET_START = 5 * 3600;
const PREMARKET_END = 8.5 * 3600;

export interface TradeVolume {
  /** Sum of `size` over the records that are trades. */
  volume: number;
  hasPremarketTrade: boolean;
}

export class TradeVolumes {
  /** By instrument id; an instrument without a trade has volume 0. */
  readonly byInstrument = new Map<number, TradeVolume>();

  add({ words, count }: MboBlock): void {
    for (let base = 0; base < count * MBO_WORDS; base += MBO_WORDS) {
      const entry = this.#entry(words[base + W_INSTRUMENT]);
      if (((words[base + W_TAGS] >>> 16) & 255) !== TRADE) continue;
      entry.volume += words[base + W_SIZE];
      entry.hasPremarketTrade ||= isPremarket(
        joinU64(words[base + W_TS_EVENT], words[base + W_TS_EVENT + 1]),
      );
    }
  }

  #entry(instrumentId: number): TradeVolume {
    let entry = this.byInstrument.get(instrumentId);
    if (!entry) {
      entry = { volume: 0, hasPremarketTrade: false };
      this.byInstrument.set(instrumentId, entry);
    }
    return entry;
  }
}

function isPremarket(ns: bigint): boolean {
  const seconds = Number(ns / 1_000_000_000n);
  const ofDay = (seconds + newYorkOffsetSeconds(seconds)) % DAY_SECONDS;
  return ofDay >= PREMARKET_START && ofDay < PREMARKET_END;
}
