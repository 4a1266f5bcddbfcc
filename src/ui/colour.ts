/** sRGB colours as three bytes, and the contrast arithmetic of WCAG 2.2. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Reads `#rrggbb`; anything else is a bug. */
export function parseHex(hex: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (!match) throw new RangeError(`not a colour: ${hex}`);
  return [parseInt(match[1], 16), parseInt(match[2], 16), parseInt(match[3], 16)];
}

export function cssRgb([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`;
}

/** Relative luminance, 0..1. */
export function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio, 1..21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function mix(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const STEPS = 32;

/**
 * The colour itself where it can be read on `ground`, otherwise the nearest mix with white (on dark ground) or
 * black (on light ground) that reaches the ratio.
 */
export function readableOn(ground: Rgb, colour: Rgb, ratio = 4.5): Rgb {
  const towards = luminance(ground) < 0.18 ? WHITE : BLACK;
  for (let step = 0; step < STEPS; step++) {
    const candidate = mix(colour, towards, step / STEPS);
    if (contrast(candidate, ground) >= ratio) return candidate;
  }
  return towards;
}

/**
 * Colour of a signed value (vacuum-pressure.md section 22.6): green above zero, red below, `#888` at zero,
 * stronger with |value| * gain up to 1.
 */
export function signColour(value: number, gain: number): Rgb {
  const t = Math.min(1, Math.abs(value) * gain);
  if (value > 0) return [30 + 30 * t, 160 + 95 * t, 100 + 55 * t];
  if (value < 0) return [160 + 95 * t, 30 + 30 * t, 80 + 40 * t];
  return [0x88, 0x88, 0x88];
}

/** Gains of `signColour` for the values it is used on. */
export const SIGN_GAIN = { force: 0.01, tilt: 0.005, score: 3 } as const;
