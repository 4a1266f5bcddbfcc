import type { RunLimits } from '#core/vp/bin-clock';

export interface VpPipelineOptions {
  /** Absent = any publisher. */
  readonly publisherId?: number;
  readonly instrumentId: number;
  readonly run?: RunLimits;
  /** A record further ahead than this waits for the next one to confirm its time. Default ten minutes. */
  readonly jumpNs?: number;
  /** Longest pause that is filled with bins; the timeline ends at a longer one. Default three days. */
  readonly maxGapNs?: number;
  /** Raise `vp/out-of-range` instead of keeping orders outside the grid without depth. */
  readonly failOnOutOfRange?: boolean;
  /** False leaves the spectrum columns 0, for consumers that read only the mechanics. */
  readonly spectrum?: boolean;
  /** The spectrum is the work of a `BlockScorer`; for a `BinStream` alone. */
  readonly scoredApart?: boolean;
  /**
   * For a sink that reads the pipeline itself: each bin goes to it when it is closed, and not a block of them when all
   * are. Slower.
   */
  readonly binByBin?: boolean;
}

/** Where the timeline ended before the data did. Times are ns since the epoch. */
export interface TimelineBreak {
  readonly lastNs: bigint;
  readonly nextNs: bigint;
  /** Records of the instrument from there on, none of them applied. */
  readonly records: number;
}

export interface VpDiagnostics {
  /** Counted and never fatal, under the names of section 19. */
  readonly anomalies: Record<string, number>;
  /** Records applied. */
  readonly events: number;
  /** Records of another instrument or publisher. */
  readonly foreignRecords: number;
  readonly outsideSession: number;
  /** `F_MAYBE_BAD_BOOK` since the last clear or completed snapshot (section 19.14). */
  readonly bookSuspect: boolean;
  /** The book had a bid and an ask at some time. */
  readonly anchored: boolean;
  readonly timelineBreak: TimelineBreak | undefined;
}
