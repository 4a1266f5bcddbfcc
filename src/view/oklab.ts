/**
 * OKLab (Björn Ottosson, 2020): a colour space in which equal steps look about equal. All palettes are
 * interpolated here, so that no value range stands out by accident.
 */
export interface Oklab {
  /** Lightness, 0 black .. 1 white. */
  readonly L: number;
  readonly a: number;
  readonly b: number;
}

export type Rgb8 = readonly [number, number, number];

/** @param hueDegrees 0 pink-red, 90 yellow, 145 green, 195 cyan, 265 blue, 330 magenta */
export function oklch(L: number, chroma: number, hueDegrees: number): Oklab {
  const h = (hueDegrees * Math.PI) / 180;
  return { L, a: chroma * Math.cos(h), b: chroma * Math.sin(h) };
}

export function mix(x: Oklab, y: Oklab, t: number): Oklab {
  return { L: x.L + (y.L - x.L) * t, a: x.a + (y.a - x.a) * t, b: x.b + (y.b - x.b) * t };
}

/** Linear-light sRGB, possibly outside 0..1. */
export function toLinearRgb({ L, a, b }: Oklab): [number, number, number] {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

export function fromRgb8([r, g, b]: Rgb8): Oklab {
  const R = decode(r / 255);
  const G = decode(g / 255);
  const B = decode(b / 255);
  const l = Math.cbrt(0.4122214708 * R + 0.5363325363 * G + 0.0514459929 * B);
  const m = Math.cbrt(0.2119034982 * R + 0.6806995451 * G + 0.1073969566 * B);
  const s = Math.cbrt(0.0883024619 * R + 0.2817188376 * G + 0.6299787005 * B);
  return {
    L: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

/** sRGB bytes; a colour outside the gamut keeps lightness and hue and loses chroma. */
export function toRgb8(color: Oklab): [number, number, number] {
  const scale = inGamut(toLinearRgb(color)) ? 1 : largestChromaScale(color);
  const [r, g, b] = toLinearRgb({ L: color.L, a: color.a * scale, b: color.b * scale });
  return [encode(r), encode(g), encode(b)];
}

function largestChromaScale({ L, a, b }: Oklab): number {
  let inside = 0;
  let outside = 1;
  for (let i = 0; i < 12; i++) {
    const t = (inside + outside) / 2;
    if (inGamut(toLinearRgb({ L, a: a * t, b: b * t }))) inside = t;
    else outside = t;
  }
  return inside;
}

function inGamut(rgb: readonly number[]): boolean {
  return rgb.every((c) => c >= -1e-4 && c <= 1 + 1e-4);
}

/** sRGB transfer function, 0..1 to linear light. */
export function decode(c: number): number {
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function encode(linear: number): number {
  const c = Math.min(Math.max(linear, 0), 1);
  const s = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
  return Math.round(s * 255);
}
