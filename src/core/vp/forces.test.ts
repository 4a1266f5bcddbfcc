import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { Forces } from '#core/vp/forces';
import { shapeOf } from '#core/vp/testing/shapes';
import { goldenUnit } from '#testdata/vp-golden';

interface ForceCase {
  c: number[];
  v_add: number;
  v_pull: number;
  v_fill: number;
  v_rest: number;
  a_add: number;
  a_pull: number;
  pressure: number;
  vacuum: number;
}

function forcesOf(c: readonly number[]): Forces {
  const forces = new Forces();
  [forces.c1, forces.c2, forces.c3, forces.c4, forces.c5, forces.c6, forces.c7] = c;
  return forces;
}

describe('pressure and vacuum', () => {
  it('have the golden values', () => {
    for (const f of goldenUnit('two_force') as ForceCase[]) {
      const forces = forcesOf(f.c);
      const pressure = forces.pressure(f.v_add, f.v_rest, f.a_add);
      const vacuum = forces.vacuum(f.v_pull, f.v_fill, f.v_rest, f.a_pull);
      expect(Math.abs(pressure - f.pressure)).toBeLessThanOrEqual(1e-9 * f.pressure + 1e-12);
      expect(Math.abs(vacuum - f.vacuum)).toBeLessThanOrEqual(1e-9 * f.vacuum + 1e-12);
    }
  });

  it('are finite and at least 0 whatever the chains hold', () => {
    const forces = shapeOf(DEFAULT_RUNTIME_CONFIG).forces;
    const velocity = fc.double({ min: 0 });
    const signed = fc.double();
    fc.assert(
      fc.property(
        velocity,
        velocity,
        velocity,
        signed,
        signed,
        signed,
        (vAdd, vPull, vFill, vRest, aAdd, aPull) => {
          for (const force of [
            forces.pressure(vAdd, vRest, aAdd),
            forces.vacuum(vPull, vFill, vRest, aPull),
          ]) {
            expect(Number.isFinite(force) && force >= 0).toBe(true);
          }
        },
      ),
    );
  });
});
