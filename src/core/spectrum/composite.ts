import type { f64 } from '#base/numeric/types';

/**
 * Instantaneous composite of pressure and vacuum (both finite, >= 0), in [-1, 1] (vacuum-pressure.md section 11);
 * kernel code.
 */
export function compositeOf(pressure: f64, vacuum: f64): f64 {
  return (pressure - vacuum) / (Math.abs(pressure) + Math.abs(vacuum) + 1e-12);
}
