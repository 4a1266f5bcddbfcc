/**
 * Colours of the velocity picture as pure functions: what shaders are tested against. Display values from 0 to 1, alpha
 * not multiplied in. Source: velocity.md sections 14.2 and 14.3.
 */
import { tanh } from '#base/portable-math';

export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];
type Rgb = readonly [number, number, number];

const AMBER: readonly [Rgb, Rgb] = [
  [0.8, 0.4, 0.1],
  [0.95, 0.55, 0.15],
];
const TEAL: readonly [Rgb, Rgb] = [
  [0.1, 0.5, 0.6],
  [0.15, 0.7, 0.85],
];
const MAROON: readonly [Rgb, Rgb] = [
  [0.15, 0.05, 0.08],
  [0.6, 0.15, 0.2],
];
const ICE_WHITE: Rgb = [0.85, 0.9, 0.95];
const STANDING_UP: Rgb = [0.7, 0.4, 0.15];
const STANDING_DOWN: Rgb = [0.15, 0.45, 0.55];

/**
 * A cell of the combined field; `undefined` = not drawn. Amber: liquidity builds and pushes up; teal: builds and pushes
 * down; maroon: liquidity leaves; ice white: a strong wall that still grows.
 */
export function cellColour(u: number, g: number, bias: number, omega: number): Rgba | undefined {
  if (Math.abs(u) < 0.005 && Math.abs(g) < 0.005) return undefined;
  let colour: Rgb = [0, 0, 0];
  let alpha = 0;
  const intensity = tanh(3 * Math.abs(u));
  if (u > 0.01) {
    colour = mix(...(bias > 0 ? AMBER : TEAL), intensity);
    alpha = 0.85 * intensity;
    if (omega > 2 && u > 0.1) {
      const wall = Math.min((omega - 2) / 3, 0.5);
      colour = mix(colour, ICE_WHITE, wall);
      alpha = Math.min(alpha + 0.3 * wall, 0.95);
    }
  } else if (u < -0.01) {
    colour = mix(...MAROON, intensity);
    alpha = 0.7 * intensity;
  }
  if (alpha < 0.1 && Math.abs(g) > 0.02) {
    const pressure = tanh(5 * Math.abs(g));
    colour = mix([0, 0, 0], g > 0 ? STANDING_UP : STANDING_DOWN, pressure);
    alpha = 0.4 * pressure;
  }
  return alpha < 0.03 ? undefined : [...colour, alpha];
}

/**
 * A bar of the options at a strike; `undefined` = not drawn. Cyan: liquidity builds; magenta: it leaves.
 *
 * @param v liquidity velocity of the strike
 * @param distance ticks from the strike
 */
export function optionBarColour(v: number, distance: number): Rgba | undefined {
  const d = Math.abs(distance);
  if (d > 4 || Math.abs(v) < 0.001) return undefined;
  const alpha = 0.85 * tanh(0.3 * Math.abs(v)) * (1 - smoothStep(2.8, 4, d));
  return v > 0 ? [0, 1, 1, alpha] : [1, 0, 1, alpha];
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function smoothStep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
