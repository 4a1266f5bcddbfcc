import { exp } from '#base/portable-math';
import type { StateReader, StateWriter } from '#base/state-io';

/** Weight of a new observation, for windows of `stepS` and a time constant, both in seconds. */
export function smoothingWeight(tauS: number, stepS: number): number {
  return 1 - exp(-stepS / tauS);
}

/**
 * Exponential averages of many cells that hold while a cell is not observed: no decay over a gap. The first observation
 * of a cell is its average. Source: velocity.md section 10.2.
 */
export class TimeFilter {
  values: Float64Array;

  constructor(
    cells: number,
    private readonly weight: number,
  ) {
    this.values = new Float64Array(cells);
  }

  /** @returns the average with the observation */
  observe(cell: number, u: number, isFirst: boolean): number {
    const { values, weight } = this;
    const value = isFirst ? u : (1 - weight) * values[cell] + weight * u;
    values[cell] = value;
    return value;
  }

  /** Makes room for more cells. */
  reserve(cells: number): void {
    if (cells <= this.values.length) return;
    const values = new Float64Array(cells);
    values.set(this.values);
    this.values = values;
  }

  save(writer: StateWriter): void {
    writer.f64s(this.values, this.values.length);
  }

  restore(reader: StateReader): void {
    reader.f64s(this.values, this.values.length);
  }
}
