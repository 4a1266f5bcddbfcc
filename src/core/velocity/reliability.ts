import type { Forecast } from '#core/velocity/forecast';

/** Horizons that are looked at, seconds. */
export const RELIABILITY_HORIZONS = [1, 2, 5, 10, 20, 30] as const;

const DECILES = 10;
const NS_PER_SECOND = 1_000_000_000n;
/** A mean this near to 0 points nowhere. */
const NOWHERE = 1e-9;

/** How often forecasts of one horizon and decile of confidence had the sign of the move. */
export interface ReliabilityRow {
  readonly horizonS: number;
  /** 0 … 9: confidence in [decile / 10, (decile + 1) / 10), 1 in the last. */
  readonly decile: number;
  /** Forecasts with a direction whose outcome is known. */
  readonly forecasts: number;
  /** Those after which the spot had moved. */
  readonly moves: number;
  readonly correct: number;
  /** correct / moves; `undefined` without moves. */
  readonly share: number | undefined;
}

/**
 * Compares forecasts with what became of the spot, as far as it is known: confidence is a property of the model, and this
 * is what it was worth. Source: velocity.md section 12.7.
 *
 * A forecast is made at the end of its window, from which its move counts. The anchor of that window was taken at its
 * start: what happened in between was known and is no success.
 */
export class ReliabilityTable {
  readonly #windowNs: bigint;
  /** By the time at which they were made. */
  readonly #pending = new Map<bigint, Forecast>();
  /** Tick of the spot by time. */
  readonly #spots = new Map<bigint, number>();
  readonly #counts = RELIABILITY_HORIZONS.map(() =>
    Array.from({ length: DECILES }, () => ({ forecasts: 0, moves: 0, correct: 0 })),
  );

  /** @param windowNs length of a window */
  constructor(windowNs: number) {
    this.#windowNs = BigInt(windowNs);
  }

  /** Forecasts in order of time; the anchor of each is the outcome of those before it. */
  add(forecast: Forecast): void {
    const now = forecast.endNs - this.#windowNs;
    this.#spots.set(now, forecast.spotTick);
    RELIABILITY_HORIZONS.forEach((h, row) => this.#judge(row, h, now, forecast.spotTick));
    this.#pending.set(forecast.endNs, forecast);
    const oldest = now - BigInt(RELIABILITY_HORIZONS[RELIABILITY_HORIZONS.length - 1]) * NS_PER_SECOND;
    for (const past of [this.#pending, this.#spots]) {
      for (const ns of past.keys()) {
        if (ns >= oldest) break;
        past.delete(ns);
      }
    }
  }

  #judge(row: number, h: number, now: bigint, spotTick: number): void {
    const made = now - BigInt(h) * NS_PER_SECOND;
    const past = this.#pending.get(made);
    const before = this.#spots.get(made);
    if (!past || before === undefined || h >= past.mean.length) return;
    const direction = Math.abs(past.mean[h]) < NOWHERE ? 0 : Math.sign(past.mean[h]);
    if (direction === 0) return;
    const count = this.#counts[row][Math.min(DECILES - 1, Math.floor(past.confidence[h] * DECILES))];
    const move = Math.sign(spotTick - before);
    count.forecasts++;
    if (move !== 0) count.moves++;
    if (move === direction) count.correct++;
  }

  /** All horizons times deciles, empty ones included. */
  rows(): ReliabilityRow[] {
    return RELIABILITY_HORIZONS.flatMap((horizonS, row) =>
      this.#counts[row].map(({ forecasts, moves, correct }, decile) => ({
        horizonS,
        decile,
        forecasts,
        moves,
        correct,
        share: moves > 0 ? correct / moves : undefined,
      })),
    );
  }
}
