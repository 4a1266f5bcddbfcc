import type { Random } from '#base/random';
import type { Feature, FeatureRequest } from '#core/sim/feature';
import type { FeatureKind } from '#core/sim/feature-kinds';
import { Iceberg } from '#core/sim/features/iceberg';
import { Gap, Halt, SnapshotRefresh } from '#core/sim/features/interruptions';
import { News } from '#core/sim/features/news';
import { Clear, OneSided } from '#core/sim/features/rebuilds';
import { Sweep } from '#core/sim/features/sweep';
import { Vacuum } from '#core/sim/features/vacuum';
import { Wall } from '#core/sim/features/wall';
import type { Market } from '#core/sim/market';

type FeatureClass = new (market: Market, request: FeatureRequest, random: Random) => Feature;

const CLASSES: Readonly<Record<FeatureKind, FeatureClass>> = {
  sweep: Sweep,
  iceberg: Iceberg,
  wall: Wall,
  vacuum: Vacuum,
  news: News,
  halt: Halt,
  gap: Gap,
  snapshot: SnapshotRefresh,
  clear: Clear,
  'one-sided': OneSided,
};

/** The agent that makes `request` happen, ready to act after now. */
export function createFeature(market: Market, request: FeatureRequest, random: Random): Feature {
  return new CLASSES[request.kind](market, request, random);
}
