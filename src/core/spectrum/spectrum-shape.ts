/** What the spectrum needs of the runtime configuration, as the kernel takes it; kernel code. */
import { newF64s, newI32s, type F64s, type I32s } from '#base/numeric/arrays';
import type { f64, i32 } from '#base/numeric/types';

/** Within the limits of the runtime configuration, which is where they are checked. */
export class SpectrumShape {
  /** Seconds between bins. */
  binSeconds: f64 = 0;
  /** Rollup windows in bins, any order, and one weight > 0 each, of sum 1. */
  readonly windows: I32s;
  readonly windowWeights: F64s;
  /** Weights of D1 to D3, of sum 1. */
  weight1: f64 = 0;
  weight2: f64 = 0;
  weight3: f64 = 0;
  tanhScale: f64 = 0;
  /** Least magnitude of a score that counts as pressure or vacuum. */
  threshold: f64 = 0;
  zWindow: i32 = 0;
  zMinPeriods: i32 = 0;

  constructor(readonly windowCount: i32) {
    this.windows = newI32s(windowCount);
    this.windowWeights = newF64s(windowCount);
  }
}
