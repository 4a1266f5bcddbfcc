import type { Rgba } from './theme';

/** All lengths in device pixels; y grows downwards. */
export interface LineStyle {
  readonly width: number;
  readonly color: Rgba;
  /** Multiplies the colour's own. */
  opacity: number;
  /** Length of a dash and of the gap after it; 0 = solid. */
  readonly dash: number;
  readonly gap: number;
  /** Dashes are laid out along this axis, so that they stay in place while a trail grows. */
  readonly dashAxis: 'x' | 'y';
  /** Position on that axis at which a dash starts. */
  dashStart: number;
}

/** Where overlay geometry goes: a vertex buffer or a 2D context. Points with NaN interrupt lines and bands. */
export interface OverlaySink {
  /** @param points x, y of each point */
  line(points: Float32Array, count: number, style: LineStyle): void;
  /** @param points x, upper y, lower y of each point */
  band(points: Float32Array, count: number, color: Rgba, opacity: number): void;
  disc(x: number, y: number, radius: number, color: Rgba): void;
}
