import { Random } from '#base/random';
import { EpisodeLog } from '#core/sim/episode-log';
import { FifoBook } from '#core/sim/fifo-book';
import { BookShape } from '#core/sim/book-shape';
import { MatchingEngine } from '#core/sim/matching-engine';
import { HALF_BAND_TICKS, type SimulatorOptions } from '#core/sim/options';
import { Tape } from '#core/sim/tape';

/**
 * How features lean on the background flow. Neutral values are 1 for factors and 0 for `tilt`; a feature restores
 * what it changed when it ends.
 */
class FlowControls {
  /** Multiplies the rate of events. */
  rate = 1;
  /** Multiplies the share of aggressors. */
  trades = 1;
  /** -1 .. 1: aggressors and quotes lean to selling (below 0) or buying. */
  tilt = 0;
  /** Multiplies the willingness to close a spread wider than one tick. */
  tighten = 1;
  /** Per side: multiplies the odds of adding against cancelling near the touch. */
  readonly placement = Float64Array.of(1, 1);
  /** No background events at all. */
  paused = false;
}

/** Streams of random numbers, one per user, so that they do not disturb each other. */
const STREAM_TAPE = 1;
const STREAM_IDS = 2;
export const STREAM_OPENING = 3;
export const STREAM_BACKGROUND = 4;
export const STREAM_REGIME = 5;
export const STREAM_DIRECTOR = 6;
/** Features count up from here. */
export const STREAM_FEATURES = 1000;

/** What all agents act on. */
export class Market {
  readonly options: SimulatorOptions;
  readonly shape: BookShape;
  readonly book: FifoBook;
  readonly tape: Tape;
  readonly engine: MatchingEngine;
  readonly episodes: EpisodeLog;
  readonly controls = new FlowControls();
  /** Time of the current event, ns after the start. */
  nowNs = 0;

  constructor(options: SimulatorOptions) {
    this.options = options;
    this.shape = new BookShape(options);
    this.book = new FifoBook(2 * HALF_BAND_TICKS);
    this.tape = new Tape(options, new Random(options.seed, STREAM_TAPE));
    this.engine = new MatchingEngine(options, this.book, this.tape, new Random(options.seed, STREAM_IDS));
    this.episodes = new EpisodeLog(options);
  }

  /** Opens the event group of now. Every call is followed by `end` within the same action. */
  begin(): void {
    this.tape.begin(this.nowNs);
  }

  end(): void {
    this.tape.finish();
  }
}
