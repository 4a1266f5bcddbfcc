/**
 * The whole engine at any moment of a session: its book and every column of every price level, as they are between two
 * bins as well as at their edges. A checkpoint of the engine is twenty times as large as one of the book, and takes as
 * long as some ten thousand records, so there are fewer of them.
 */
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import type { ShelfLimits } from '#core/moment/checkpoint-shelf';
import { Moments, type Replica } from '#core/moment/moments';
import type { Timeline } from '#core/moment/timeline';
import type { VpPipelineOptions } from '#core/vp/vp-options';
import { VpPipeline } from '#core/vp/vp-pipeline';

export const ENGINE_SHELF: ShelfLimits = { everyNs: 5e9, everyRecords: 20_000, budgetBytes: 256 << 20 };

export type EngineMoments = Moments<VpPipeline>;

/**
 * Moments of the pipeline that consumes the records of `timeline`; tell it with `note` after it has consumed them.
 *
 * @param initialState of the pipeline at the timeline's origin, where that is not its first record
 */
export function engineMoments(
  timeline: Timeline,
  config: VpRuntimeConfig,
  options: VpPipelineOptions,
  limits: ShelfLimits = ENGINE_SHELF,
  initialState?: Uint8Array,
): EngineMoments {
  const replica: Replica<VpPipeline> = {
    create: () => new VpPipeline(config, options),
    restore: (state) => VpPipeline.restore(config, options, state),
    save: (pipeline) => pipeline.save(),
    run: (pipeline, block, from, to) => void pipeline.process(block, from, to, ignore),
  };
  return new Moments(timeline, replica, limits, initialState);
}

function ignore(): void {
  // The bins before a moment have been seen by whoever ran up to it first.
}
