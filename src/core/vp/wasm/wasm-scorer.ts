/** The score kernel compiled to WebAssembly. */
import { BLOCK_BINS } from '#core/vp/frame-block';
import { floatsLength } from '#core/vp/kernel-port';
import type { ScorePort } from '#core/vp/score-port';
import { WasmInstance, type InstanceExports } from '#core/vp/wasm/wasm-instance';

/** Exports of `kernel.wasm.ts` for a `ScoreKernel`. */
interface ScorerExports extends InstanceExports {
  createScorer(): void;
  scorerFloatsAt(): number;
  scorerCentresAt(): number;
  scorerFlowStateAt(): number;
  scorerFeedsAt(): number;
  scorerFeedsLength(): number;
  beginScore(count: number): void;
  scoreFeeds(length: number): void;
}

/** @param parameters see `kernelParameters` */
export function wasmScorer(parameters: Float64Array): ScorePort {
  return new WasmScorer(parameters);
}

/** Nothing in it grows, so its arrays stay where they are. */
class WasmScorer implements ScorePort {
  readonly floats: Float64Array;
  readonly centres: Int32Array;
  readonly flowState: Uint8Array;
  readonly feeds: Float64Array;
  private readonly instance: WasmInstance<ScorerExports>;

  constructor(parameters: Float64Array) {
    const rows = 2 * parameters[1] + 1;
    const instance = new WasmInstance<ScorerExports>(parameters, (exports) => exports.createScorer());
    const { buffer, exports } = instance;
    this.instance = instance;
    this.floats = new Float64Array(buffer, exports.scorerFloatsAt(), floatsLength(rows));
    this.centres = new Int32Array(buffer, exports.scorerCentresAt(), BLOCK_BINS);
    this.flowState = new Uint8Array(buffer, exports.scorerFlowStateAt(), BLOCK_BINS * rows);
    this.feeds = new Float64Array(buffer, exports.scorerFeedsAt(), exports.scorerFeedsLength());
  }

  begin(count: number): void {
    this.instance.guarded(() => this.instance.exports.beginScore(count));
  }
  score(length: number): void {
    this.instance.guarded(() => this.instance.exports.scoreFeeds(length));
  }
}
