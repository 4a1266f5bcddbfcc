/** Things that can happen besides the background flow. Each is one file of `features/`. */
export const FEATURE_KINDS = [
  /** One aggressor takes several levels. */
  'sweep',
  /** A resting order that shows a small part of its size and refills after fills. */
  'iceberg',
  /** A large size away from the touch that moves with the price and vanishes before it is hit. */
  'wall',
  /** The liquidity of one side is pulled within a few hundred ms and the price runs through. */
  'vacuum',
  /** Twenty times the usual rate, a wide spread, then the book refills. */
  'news',
  /** Silence; the book stays as it is. */
  'halt',
  /** Records are lost; the feed says so and recovers with a snapshot. */
  'gap',
  /** A snapshot in the middle of the stream, with nothing lost. */
  'snapshot',
  /** All orders disappear with one R; the book is built anew from adds. */
  'clear',
  /** One side of the book is empty for a moment. */
  'one-sided',
] as const;
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/** Ground truth: what happened, when and where. For tests and labels. */
export interface SimulatedEpisode {
  readonly kind: FeatureKind;
  /** `ts_event` of its first event, ns since 1970 UTC. */
  readonly startNs: bigint;
  /** When the last effect that the feature caused on purpose ended; for instantaneous kinds `startNs`. */
  readonly endNs: bigint;
  /** Side of the resting orders concerned. */
  readonly side: 'bid' | 'ask' | 'both';
  /** Price at which it began, 1e-9 currency units: the order's price, else the best price of the side (bid for both). */
  readonly priceInt: bigint;
}
