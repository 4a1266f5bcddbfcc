import { naturalLog } from '#base/portable-math';

/** Log density of a cell. Source: velocity.md section 10.3. */
export function density(depthEnd: number): number {
  return naturalLog(1 + depthEnd);
}

/** Share of the depth that has rested, in [0, 1). */
export function persistence(depthRest: number, depthEnd: number): number {
  return depthRest / (depthEnd + 1);
}

/** Strength of a cell as an obstacle: dense, persistent and still growing. */
export function obstacle(rho: number, phiRest: number, slowPersistent: number): number {
  return rho * (0.5 + 0.5 * phiRest) * (1 + Math.max(0, slowPersistent));
}
