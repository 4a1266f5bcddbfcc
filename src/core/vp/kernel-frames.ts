import { BLOCK_BINS, FLOAT_COUNT } from '#core/vp/frame-block';
import { GridFrame } from '#core/vp/frame';
import { LabelColumns } from '#core/vp/label-columns';

/** The arrays of a `FrameBlock`; they may be others after each call to their kernel. */
export interface FrameMemory {
  readonly floats: Float64Array;
  readonly flowState: Uint8Array;
}

/** The bins in a kernel's `FrameBlock` as frames. */
export class KernelFrames {
  private readonly labels: LabelColumns;
  private readonly rows: number;
  private floats: Float64Array | undefined;
  private frames: GridFrame[] = [];

  constructor(
    private readonly memory: FrameMemory,
    radius: number,
  ) {
    this.labels = new LabelColumns(radius);
    this.rows = 2 * radius + 1;
  }

  /** The rows of bin `bin` of the block, with the labels of these moves; valid until the next call. */
  frame(bin: number, askMoveTicks: number, bidMoveTicks: number): GridFrame {
    const { floats } = this.memory;
    if (floats !== this.floats) {
      this.floats = floats;
      this.frames = this.views(floats, this.memory.flowState);
    }
    this.labels.fill(askMoveTicks, bidMoveTicks);
    return this.frames[bin];
  }

  private views(floats: Float64Array, flowState: Uint8Array): GridFrame[] {
    const { rows, labels } = this;
    const states = new Int8Array(flowState.buffer, flowState.byteOffset, flowState.length);
    const stride = FLOAT_COUNT * rows;
    return Array.from(
      { length: BLOCK_BINS },
      (_, bin) =>
        new GridFrame(
          rows,
          floats.subarray(bin * stride, (bin + 1) * stride),
          states.subarray(bin * rows, (bin + 1) * rows),
          labels,
        ),
    );
  }
}
