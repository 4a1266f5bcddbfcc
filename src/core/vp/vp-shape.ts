/** Everything the kernel needs to know of a run, as numbers; kernel code. */
import type { F64s } from '#base/numeric/arrays';
import { toI32 } from '#base/numeric/arrays';
import type { bool, f64, i32 } from '#base/numeric/types';
import { SpectrumShape } from '#core/spectrum/spectrum-shape';
import { TimeConstants } from '#core/vp/cell-powers';
import { Forces } from '#core/vp/forces';

/** The spectrum columns stay 0. */
export const NO_SPECTRUM: i32 = 0;
export const SCORED_HERE: i32 = 1;
/** The kernel only feeds a `ScoreKernel`, which may be on another thread. */
export const SCORED_APART: i32 = 2;

export class VpShape {
  slots: i32 = 0;
  /** Rows of the window: 2 · radius + 1. */
  radius: i32 = 0;
  tickInt: f64 = 0;
  cellSeconds: f64 = 0;
  /** Refuse orders whose price has no slot instead of keeping them without depth. */
  failOnOutOfRange: bool = false;
  /** `NO_SPECTRUM`, `SCORED_HERE` or `SCORED_APART`. */
  spectrumPlace: i32 = NO_SPECTRUM;
  /** First word of the records to take: length, type and, where it is fixed, publisher; and which of its bits count. */
  headWord: i32 = 0;
  headMask: i32 = 0;
  instrument: i32 = 0;
  readonly tau: TimeConstants = new TimeConstants();
  readonly forces: Forces = new Forces();

  constructor(readonly spectrum: SpectrumShape) {}

  /** Rows of a bin whose slots exist. */
  get liveRows(): i32 {
    const rows = 2 * this.radius + 1;
    return rows < this.slots ? rows : this.slots;
  }
}

/** Numbers of a shape as `readShape` takes them, without the rollup windows. */
const SHAPE_NUMBERS: i32 = 29;

/** A shape from its numbers: `SHAPE_NUMBERS` fields, then the rollup windows, then their weights. */
export function readShape(n: F64s): VpShape {
  const spectrum = new SpectrumShape(toI32(n[28]));
  const shape = new VpShape(spectrum);
  shape.slots = toI32(n[0]);
  shape.radius = toI32(n[1]);
  shape.tickInt = n[2];
  shape.cellSeconds = n[3];
  shape.failOnOutOfRange = n[4] !== 0;
  shape.spectrumPlace = toI32(n[5]);
  shape.headWord = toI32(n[6]);
  shape.headMask = toI32(n[7]);
  shape.instrument = toI32(n[8]);
  shape.tau.velocity = n[9];
  shape.tau.acceleration = n[10];
  shape.tau.jerk = n[11];
  shape.tau.rest = n[12];
  shape.forces.c1 = n[13];
  shape.forces.c2 = n[14];
  shape.forces.c3 = n[15];
  shape.forces.c4 = n[16];
  shape.forces.c5 = n[17];
  shape.forces.c6 = n[18];
  shape.forces.c7 = n[19];
  spectrum.binSeconds = n[20];
  spectrum.weight1 = n[21];
  spectrum.weight2 = n[22];
  spectrum.weight3 = n[23];
  spectrum.tanhScale = n[24];
  spectrum.threshold = n[25];
  spectrum.zWindow = toI32(n[26]);
  spectrum.zMinPeriods = toI32(n[27]);
  for (let i = 0; i < spectrum.windowCount; i++) {
    spectrum.windows[i] = toI32(n[SHAPE_NUMBERS + i]);
    spectrum.windowWeights[i] = n[SHAPE_NUMBERS + spectrum.windowCount + i];
  }
  return shape;
}
