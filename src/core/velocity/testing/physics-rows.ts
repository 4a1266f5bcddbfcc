/** Gold frames as rows under the names of the tables. */
import type { OptionFrame } from '#core/velocity/option-physics';
import type { OptionWindow } from '#core/velocity/option-window';
import { FRAME_SIDES, PHYSICS_FIELDS, type PhysicsFrame } from '#core/velocity/physics-fields';
import type { Row } from '#core/velocity/testing/silver-rows';

export function physicsRows(frame: PhysicsFrame): Row[] {
  return FRAME_SIDES.flatMap((side) =>
    Array.from({ length: frame.width }, (_, i) => {
      const x = i - frame.reach;
      const cell = frame.cell(side, x);
      const row: Row = {
        window_end_ts_ns: frame.endNs,
        spot_ref_price_int: frame.anchor,
        side,
        rel_ticks: x,
        observed: frame.observed[cell] === 1,
        rel_ticks_side: frame.relTicksSide[cell],
      };
      for (const name of PHYSICS_FIELDS) row[name] = frame.fields[name][cell];
      return row;
    }),
  );
}

export function optionPhysicsRows(window: OptionWindow, frame: OptionFrame): Row[] {
  return Array.from({ length: frame.cells }, (_, i) => {
    const row: Row = {
      window_end_ts_ns: window.endNs,
      spot_ref_price_int: window.anchor,
      strike_price_int: window.strikeOf(i),
      rel_ticks: window.relTicksOf(i),
      right: window.rightOf(i),
      side: 'BA'[window.sideOf(i)],
    };
    for (const [name, values] of Object.entries(frame.fields)) row[name] = values[i];
    return row;
  });
}
