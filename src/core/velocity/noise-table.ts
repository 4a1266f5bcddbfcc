import { naturalLog } from '#base/portable-math';
import { cosSinOfTurn } from '#base/portable-turns';

const TWO_32 = 4294967296;

/** The published 32-bit generator. Source: velocity.md section 12.4. */
export class NoiseGenerator {
  #state: number;

  /** @param seed whole number in [0, 2^32) */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 2^32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    const s = this.#state;
    const a = Math.imul(s ^ (s >>> 15), s | 1);
    const b = a ^ (a + Math.imul(a ^ (a >>> 7), a | 61));
    return (b ^ (b >>> 14)) >>> 0;
  }
}

/**
 * Standard normal numbers for every step and particle, made once and used for every window, so that two forecasts
 * differ only where their fields do. The second half of the particles mirrors the first.
 *
 * @returns step t of particle i at t · particles + i
 */
export function noiseTable(seed: number, steps: number, particles: number): Float64Array {
  const generator = new NoiseGenerator(seed);
  const half = particles / 2;
  const table = new Float64Array(steps * particles);
  for (let t = 0; t < steps; t++) {
    const first = t * particles;
    for (let i = 0; i < half; i += 2) {
      const u1 = (generator.next() + 0.5) / TWO_32;
      const u2 = (generator.next() + 0.5) / TWO_32;
      const radius = Math.sqrt(2 * naturalLog(1 / u1));
      const { cos, sin } = cosSinOfTurn(u2);
      table[first + i] = radius * cos;
      if (i + 1 < half) table[first + i + 1] = radius * sin;
    }
    for (let i = 0; i < half; i++) table[first + half + i] = -table[first + i];
  }
  return table;
}
