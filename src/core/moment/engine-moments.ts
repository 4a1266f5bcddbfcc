/**
 * The whole engine at any moment of a session: its book and every column of every price level, as they are between two
 * bins as well as at their edges. A checkpoint of the engine is twenty times as large as one of the book, and takes as
 * long as some ten thousand records, so there are fewer of them.
 */
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import type { ShelfLimits } from '#core/moment/checkpoint-shelf';
import { Moments, type Replica } from '#core/moment/moments';
import type { Timeline } from '#core/moment/timeline';
import { BinStream } from '#core/vp/bin-stream';
import type { VpPipelineOptions } from '#core/vp/vp-options';

export const ENGINE_SHELF: ShelfLimits = { everyNs: 5e9, everyRecords: 20_000, budgetBytes: 256 << 20 };

export type EngineMoments = Moments<BinStream>;

/**
 * Moments of the stream that consumes the records of `timeline`; tell it with `note` after it has consumed them.
 *
 * @param initialState of the stream at the timeline's origin, where that is not its first record
 */
export function engineMoments(
  timeline: Timeline,
  config: VpRuntimeConfig,
  options: VpPipelineOptions,
  limits: ShelfLimits = ENGINE_SHELF,
  initialState?: Uint8Array,
): EngineMoments {
  const replica: Replica<BinStream> = {
    create: () => new BinStream(config, options),
    restore: (state) => {
      const stream = new BinStream(config, options);
      stream.restore(state);
      return stream;
    },
    save: (stream) => stream.save(),
    run: (stream, block, from, to) => void stream.process(block, from, to, ignore),
  };
  return new Moments(timeline, replica, limits, initialState);
}

function ignore(): void {
  // The bins before a moment have been seen by whoever ran up to it first.
}
