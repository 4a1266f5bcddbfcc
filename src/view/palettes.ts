import type {
  CategoricalPaletteName,
  DivergingPaletteName,
  PaletteName,
  SequentialPaletteName,
  ThemeName,
} from '#protocol/render-contract';
import { mix, oklch, toRgb8 } from '#view/oklab';
import type { Oklab } from '#view/oklab';

/**
 * Colour maps as data and the tables built from them. The tables are the only place where colours are made:
 * the shader, the CPU colour model and the legend all read them by index.
 */

/** Entries of a one-dimensional table, and of the score axis; odd, so that zero has an entry of its own. */
export const PALETTE_STEPS = 255;
/** Entries of the depth axis of a composite table. */
export const DEPTH_STEPS = 192;

interface SequentialSpec {
  readonly kind: 'sequential';
  readonly title: string;
  /** Lightness runs linearly between these, so that equal steps of value look equal. */
  readonly dark: readonly [number, number];
  readonly light: readonly [number, number];
  /** [chroma, hue in degrees], evenly spaced from low to high; the light theme runs them backwards. */
  readonly stops: readonly (readonly [number, number])[];
}

interface ArmSpec {
  readonly chroma: number;
  /** Hue near zero and at full strength. */
  readonly hue: readonly [number, number];
  /** Lightness at full strength. */
  readonly dark: number;
  readonly light: number;
}

interface DivergingSpec {
  readonly kind: 'diverging';
  readonly title: string;
  readonly positive: ArmSpec;
  readonly negative: ArmSpec;
}

interface CategoricalSpec {
  readonly kind: 'categorical';
  readonly title: string;
  /** [lightness dark, lightness light, chroma, hue]. */
  readonly colors: readonly (readonly [number, number, number, number])[];
}

export const SEQUENTIAL_PALETTES: Readonly<Record<SequentialPaletteName, SequentialSpec>> = {
  tide: {
    kind: 'sequential',
    title: 'Tide',
    dark: [0.155, 0.93],
    light: [0.3, 0.965],
    stops: [
      [0.02, 285],
      [0.11, 283],
      [0.125, 262],
      [0.105, 222],
      [0.11, 185],
      [0.15, 155],
      [0.17, 125],
      [0.12, 108],
    ],
  },
  dusk: {
    kind: 'sequential',
    title: 'Dusk',
    dark: [0.155, 0.93],
    light: [0.3, 0.965],
    stops: [
      [0.02, 265],
      [0.085, 262],
      [0.06, 262],
      [0.02, 255],
      [0.035, 100],
      [0.085, 96],
      [0.135, 96],
      [0.15, 98],
    ],
  },
  ember: {
    kind: 'sequential',
    title: 'Ember',
    dark: [0.15, 0.96],
    light: [0.28, 0.965],
    stops: [
      [0.015, 300],
      [0.1, 305],
      [0.145, 335],
      [0.18, 10],
      [0.19, 32],
      [0.175, 55],
      [0.16, 80],
      [0.08, 102],
    ],
  },
  mono: {
    kind: 'sequential',
    title: 'Mono',
    dark: [0.15, 0.95],
    light: [0.25, 0.97],
    stops: [
      [0.008, 270],
      [0.004, 270],
    ],
  },
};

export const DIVERGING_PALETTES: Readonly<Record<DivergingPaletteName, DivergingSpec>> = {
  // Green leans to yellow and magenta to blue: with red-green blindness, where green and red fall together,
  // the yellow-blue difference and the lightness still tell the arms apart.
  signal: {
    kind: 'diverging',
    title: 'Signal',
    positive: { chroma: 0.21, hue: [158, 135], dark: 0.87, light: 0.56 },
    negative: { chroma: 0.245, hue: [328, 340], dark: 0.65, light: 0.47 },
  },
  polar: {
    kind: 'diverging',
    title: 'Polar',
    positive: { chroma: 0.165, hue: [55, 72], dark: 0.83, light: 0.55 },
    negative: { chroma: 0.175, hue: [262, 250], dark: 0.66, light: 0.45 },
  },
};

export const CATEGORICAL_PALETTES: Readonly<Record<CategoricalPaletteName, CategoricalSpec>> = {
  states: {
    kind: 'categorical',
    title: 'States',
    // From all-falling to all-rising. Every second one differs from the others in lightness as well as in hue:
    // those are the five permutation states.
    colors: [
      [0.82, 0.36, 0.16, 338],
      [0.66, 0.5, 0.22, 345],
      [0.54, 0.68, 0.15, 47],
      [0.38, 0.82, 0.06, 40],
      [0.24, 0.92, 0.008, 270],
      [0.4, 0.8, 0.06, 240],
      [0.54, 0.6, 0.15, 255],
      [0.7, 0.5, 0.12, 195],
      [0.9, 0.36, 0.17, 142],
    ],
  },
};

/** Neutral colour of the diverging maps: from zero to full depth. */
const NEUTRAL = { dark: [0.148, 0.64], light: [0.975, 0.52], chroma: [0.012, 0.045], hue: 264 } as const;
/**
 * Logarithmic depths crowd in the upper half of their range; this exponent spreads them again, so that walls
 * stand out from ordinary levels.
 */
const DEPTH_EXPONENT = 3;
/** Share of its full lightness and chroma that a strong score keeps without any depth behind it. */
const THIN_DEPTH_SHARE = 0.48;

export type PaletteSpec = SequentialSpec | DivergingSpec | CategoricalSpec;

export function paletteSpec(name: PaletteName): PaletteSpec {
  const all: Readonly<Record<PaletteName, PaletteSpec>> = {
    ...SEQUENTIAL_PALETTES,
    ...DIVERGING_PALETTES,
    ...CATEGORICAL_PALETTES,
  };
  return all[name];
}

export function isPaletteName(name: string): name is PaletteName {
  return [SEQUENTIAL_PALETTES, DIVERGING_PALETTES, CATEGORICAL_PALETTES].some((p) => Object.hasOwn(p, name));
}

export function isDivergingPaletteName(name: string): name is DivergingPaletteName {
  return Object.hasOwn(DIVERGING_PALETTES, name);
}

/** `PALETTE_STEPS` opaque RGBA colours from the low to the high end of the range. */
export function paletteTable(name: PaletteName, theme: ThemeName): Uint8Array {
  const spec = paletteSpec(name);
  const table = new Uint8Array(PALETTE_STEPS * 4);
  for (let i = 0; i < PALETTE_STEPS; i++) {
    const u = i / (PALETTE_STEPS - 1);
    writeColor(table, i, colorAt(spec, theme, u));
  }
  return table;
}

/**
 * The composite map: `DEPTH_STEPS` rows (depth 0..1) of `PALETTE_STEPS` colours (score -1..1). Row 0, middle
 * entry is the near-background neutral; depth lightens, score colours.
 */
export function compositeTable(name: DivergingPaletteName, theme: ThemeName): Uint8Array {
  const spec = DIVERGING_PALETTES[name];
  const table = new Uint8Array(PALETTE_STEPS * DEPTH_STEPS * 4);
  for (let row = 0; row < DEPTH_STEPS; row++) {
    const depth = row / (DEPTH_STEPS - 1);
    for (let i = 0; i < PALETTE_STEPS; i++) {
      const score = (2 * i) / (PALETTE_STEPS - 1) - 1;
      writeColor(table, row * PALETTE_STEPS + i, compositeColor(spec, theme, score, depth));
    }
  }
  return table;
}

function colorAt(spec: PaletteSpec, theme: ThemeName, u: number): Oklab {
  if (spec.kind === 'sequential') return sequentialColor(spec, theme, u);
  if (spec.kind === 'diverging') return armColor(spec, theme, 2 * u - 1);
  const [dark, light, chroma, hue] = spec.colors[Math.round(u * (spec.colors.length - 1))];
  return oklch(theme === 'dark' ? dark : light, chroma, hue);
}

function sequentialColor(spec: SequentialSpec, theme: ThemeName, u: number): Oklab {
  const t = theme === 'dark' ? u : 1 - u;
  const [low, high] = spec[theme];
  const at = t * (spec.stops.length - 1);
  const i = Math.min(Math.floor(at), spec.stops.length - 2);
  const [c0, h0] = spec.stops[i];
  const [c1, h1] = spec.stops[i + 1];
  const color = mix(oklch(0, c0, h0), oklch(0, c1, h1), at - i);
  return { ...color, L: low + (high - low) * t };
}

/** Lightness runs linearly from the neutral middle to the end of each arm. */
function armColor(spec: DivergingSpec, theme: ThemeName, value: number): Oklab {
  const arm = value < 0 ? spec.negative : spec.positive;
  const t = Math.abs(value);
  const neutral = oklch(NEUTRAL[theme][0], NEUTRAL.chroma[0], NEUTRAL.hue);
  return mix(neutral, oklch(arm[theme], arm.chroma, arm.hue[0] + (arm.hue[1] - arm.hue[0]) * t), t);
}

/** @param score -1..1 @param depth 0..1 */
function compositeColor(spec: DivergingSpec, theme: ThemeName, score: number, depth: number): Oklab {
  const weight = depth ** DEPTH_EXPONENT;
  const [thin, thick] = NEUTRAL[theme];
  const neutral = oklch(
    thin + (thick - thin) * weight,
    NEUTRAL.chroma[0] + (NEUTRAL.chroma[1] - NEUTRAL.chroma[0]) * weight,
    NEUTRAL.hue,
  );
  const arm = score < 0 ? spec.negative : spec.positive;
  const strength = Math.abs(score);
  const share = THIN_DEPTH_SHARE + (1 - THIN_DEPTH_SHARE) * weight;
  const full = oklch(
    thin + (arm[theme] - thin) * share,
    arm.chroma * share,
    arm.hue[0] + (arm.hue[1] - arm.hue[0]) * strength,
  );
  return mix(neutral, full, strength);
}

function writeColor(table: Uint8Array, index: number, color: Oklab): void {
  const [r, g, b] = toRgb8(color);
  table[index * 4] = r;
  table[index * 4 + 1] = g;
  table[index * 4 + 2] = b;
  table[index * 4 + 3] = 255;
}
