/** A `ScoreKernel` as `BlockScorer` sees it, compiled to WebAssembly or as TypeScript. */
import { ScoreKernel } from '#core/vp/score-kernel';
import { readShape } from '#core/vp/vp-shape';

/** The arrays belong to the kernel; see `KernelPort`. */
export interface ScorePort {
  /** See `FrameBlock`; to be filled after `begin`. */
  readonly floats: Float64Array;
  readonly centres: Int32Array;
  readonly flowState: Uint8Array;
  /** Room for the feeds of one call of `score`. */
  readonly feeds: Float64Array;
  begin(count: number): void;
  score(length: number): void;
}

/** @param parameters see `kernelParameters` */
export type ScorerMaker = (parameters: Float64Array) => ScorePort;

/** The kernel as TypeScript: slower, for tests that compare the two. */
export function plainScorer(parameters: Float64Array): ScorePort {
  return new PlainScorer(new ScoreKernel(readShape(parameters)));
}

class PlainScorer implements ScorePort {
  readonly floats: Float64Array;
  readonly centres: Int32Array;
  readonly flowState: Uint8Array;
  readonly feeds: Float64Array;

  constructor(private readonly inner: ScoreKernel) {
    this.floats = inner.frames.floats;
    this.centres = inner.frames.centres;
    this.flowState = inner.frames.flowState;
    this.feeds = inner.feeds;
  }

  begin(count: number): void {
    this.inner.begin(count);
  }
  score(length: number): void {
    this.inner.score(length);
  }
}
