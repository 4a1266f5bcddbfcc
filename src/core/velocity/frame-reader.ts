import { PHYSICS_FIELDS, PhysicsFrame } from '#core/velocity/physics-fields';
import type { BatchColumns } from '#core/velocity/batch-columns';
import { fail } from '#base/problem';

const NOT_ON_GRID = 'The tables were made with another grid; use the configuration they were made with.';

/** Frames out of a stored physics table, whose rows may be cut anywhere. What was observed is not stored. */
export class FrameReader {
  readonly #frame: PhysicsFrame;
  #rows = 0;

  constructor(reach: number) {
    this.#frame = new PhysicsFrame(reach);
  }

  /**
   * Takes in rows of `FUTURES_PHYSICS`; the sink is given every frame whose rows are all there, valid until it returns.
   *
   * @throws ProblemError `velocity/bad-table`
   */
  add(columns: BatchColumns, sink: (frame: PhysicsFrame) => void): void {
    const frame = this.#frame;
    const fields = PHYSICS_FIELDS.map((name) => ({
      target: frame.fields[name],
      values: columns.floats(name),
    }));
    const relTicksSide = columns.integers('rel_ticks_side');
    for (let row = 0; row < columns.rows; row++) {
      const endNs = columns.big('window_end_ts_ns', row);
      if (this.#rows === 0) {
        frame.endNs = endNs;
        frame.anchor = columns.number('spot_ref_price_int', row);
      } else if (frame.endNs !== endNs) incomplete(frame.endNs);
      const x = columns.number('rel_ticks', row);
      const side = columns.cell('side', row) === 'B' ? 'B' : 'A';
      const cell = this.#rows;
      if (Math.abs(x) > frame.reach || frame.cell(side, x) !== cell) incomplete(endNs);
      for (const { target, values } of fields) target[cell] = values[row];
      frame.relTicksSide[cell] = relTicksSide[row];
      if (++this.#rows < frame.cells) continue;
      this.#rows = 0;
      sink(frame);
    }
  }

  /** @throws ProblemError `velocity/bad-table` where rows of a frame are missing */
  finish(): void {
    if (this.#rows > 0) incomplete(this.#frame.endNs);
  }
}

function incomplete(endNs: bigint): never {
  fail('velocity/bad-table', `The cells of the window that ends at ${endNs} are not those of the grid.`, {
    tip: NOT_ON_GRID,
  });
}
