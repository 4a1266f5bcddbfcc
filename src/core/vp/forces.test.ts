import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { Forces } from '#core/vp/forces';
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
  return new Forces({
    c1_v_add: c[0],
    c2_v_rest_pos: c[1],
    c3_a_add: c[2],
    c4_v_pull: c[3],
    c5_v_fill: c[4],
    c6_v_rest_neg: c[5],
    c7_a_pull: c[6],
  });
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
    const forces = new Forces(DEFAULT_RUNTIME_CONFIG);
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
