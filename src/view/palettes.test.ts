import { describe, expect, it } from 'vitest';
import type {
  DivergingPaletteName,
  PaletteName,
  SequentialPaletteName,
  ThemeName,
} from '#protocol/render-contract';
import { COMPARISON_TOLERANCE } from '#render/model-comparison';
import { fromRgb8, oklch, toRgb8 } from '#view/oklab';
import type { Rgb8 } from '#view/oklab';
import {
  CATEGORICAL_PALETTES,
  compositeTable,
  DEPTH_STEPS,
  DIVERGING_PALETTES,
  isPaletteName,
  PALETTE_STEPS,
  paletteTable,
  SEQUENTIAL_PALETTES,
} from '#view/palettes';
import { DEFICIENCIES, deltaE2000, seenAs } from '#render/testing/color-vision';
import { THEMES } from '#render/theme';

const themes: ThemeName[] = ['dark', 'light'];
const sequential = Object.keys(SEQUENTIAL_PALETTES) as SequentialPaletteName[];
const diverging = Object.keys(DIVERGING_PALETTES) as DivergingPaletteName[];
const all = [...sequential, ...diverging, ...(Object.keys(CATEGORICAL_PALETTES) as PaletteName[])];

function colorAt(table: Uint8Array, index: number): Rgb8 {
  return [table[index * 4], table[index * 4 + 1], table[index * 4 + 2]];
}

function lightness(table: Uint8Array): number[] {
  return Array.from({ length: table.length / 4 }, (_, i) => fromRgb8(colorAt(table, i)).L);
}

/** Smallest difference between two colours over all kinds of colour vision. */
function leastDifference(x: Rgb8, y: Rgb8, kinds = Object.keys(DEFICIENCIES)): number {
  return Math.min(...kinds.map((k) => deltaE2000(seenAs(x, DEFICIENCIES[k]), seenAs(y, DEFICIENCIES[k]))));
}

describe('the measures themselves', () => {
  it('agree with the published CIEDE2000 test pairs', () => {
    expect(deltaE2000([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
    expect(deltaE2000([50, -1, 2], [50, 0, 0])).toBeCloseTo(2.3669, 4);
    expect(deltaE2000([50, 2.49, -0.001], [50, -2.49, 0.0009])).toBeCloseTo(7.1792, 4);
    expect(deltaE2000([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4);
    expect(deltaE2000([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514])).toBeCloseTo(0.9082, 4);
  });

  it('see that plain red and green of equal lightness fall together without red-green vision', () => {
    const red = toRgb8(oklch(0.6, 0.15, 35));
    const green = toRgb8(oklch(0.6, 0.15, 130));
    expect(leastDifference(red, green, ['none'])).toBeGreaterThan(30);
    expect(leastDifference(red, green, ['deuteranopia'])).toBeLessThan(12);
  });

  it('take OKLab there and back within a byte', () => {
    for (const rgb of [
      [0, 0, 0],
      [255, 255, 255],
      [200, 30, 90],
      [12, 140, 250],
    ] as const) {
      toRgb8(fromRgb8(rgb)).forEach((c, i) => expect(Math.abs(c - rgb[i])).toBeLessThanOrEqual(1));
    }
  });
});

describe('every palette', () => {
  it('is opaque, complete and known by name', () => {
    for (const name of all) {
      expect(isPaletteName(name)).toBe(true);
      for (const theme of themes) {
        const table = paletteTable(name, theme);
        expect(table.length).toBe(PALETTE_STEPS * 4);
        expect(table.filter((_, i) => i % 4 === 3).every((a) => a === 255)).toBe(true);
      }
    }
    expect(isPaletteName('rainbow')).toBe(false);
  });
});

describe('sequential palettes', () => {
  it.each(sequential.flatMap((name) => themes.map((theme) => [name, theme] as const)))(
    '%s (%s) changes lightness evenly from the background to the far end',
    (name, theme) => {
      const L = lightness(paletteTable(name, theme));
      const sign = theme === 'dark' ? 1 : -1;
      const mean = (L[PALETTE_STEPS - 1] - L[0]) / (PALETTE_STEPS - 1);
      expect(Math.sign(mean)).toBe(sign);
      expect(Math.abs(L[PALETTE_STEPS - 1] - L[0])).toBeGreaterThan(0.6);
      // Steps are measured over 8 entries: single ones are dominated by the rounding to bytes.
      for (let i = 8; i < PALETTE_STEPS; i++) {
        const step = (L[i] - L[i - 8]) / 8;
        expect(step / mean).toBeGreaterThan(0.5);
        expect(step / mean).toBeLessThan(1.6);
      }
    },
  );

  it('begin near the background, so that nothing looks like nothing', () => {
    for (const name of sequential) {
      for (const theme of themes) {
        const first = colorAt(paletteTable(name, theme), 0);
        const background = fromRgb8(THEMES[theme].background).L;
        expect(Math.abs(fromRgb8(first).L - background)).toBeLessThan(0.08);
      }
    }
  });
});

describe('diverging palettes', () => {
  it.each(diverging.flatMap((name) => themes.map((theme) => [name, theme] as const)))(
    '%s (%s) rises in contrast from the middle to both ends',
    (name, theme) => {
      const L = lightness(paletteTable(name, theme));
      const sign = theme === 'dark' ? 1 : -1;
      const middle = (PALETTE_STEPS - 1) / 2;
      for (let i = 8; i <= middle; i++) {
        expect(sign * (L[middle + i] - L[middle + i - 8])).toBeGreaterThan(0);
        expect(sign * (L[middle - i] - L[middle - i + 8])).toBeGreaterThan(0);
      }
    },
  );

  it.each(diverging.flatMap((name) => themes.map((theme) => [name, theme] as const)))(
    '%s (%s) keeps its two arms apart for every kind of colour vision',
    (name, theme) => {
      const table = paletteTable(name, theme);
      const middle = (PALETTE_STEPS - 1) / 2;
      const at = (value: number): Rgb8 => colorAt(table, Math.round(middle + value * middle));
      expect(leastDifference(at(1), at(-1))).toBeGreaterThan(25);
      expect(leastDifference(at(0.5), at(-0.5))).toBeGreaterThan(12);
      expect(leastDifference(at(1), at(0))).toBeGreaterThan(30);
      expect(leastDifference(at(-1), at(0))).toBeGreaterThan(30);
    },
  );
});

describe('composite maps', () => {
  const cell = (table: Uint8Array, depth: number, score: number): Rgb8 =>
    colorAt(
      table,
      Math.round(depth * (DEPTH_STEPS - 1)) * PALETTE_STEPS +
        Math.round(((score + 1) / 2) * (PALETTE_STEPS - 1)),
    );

  it.each(diverging.flatMap((name) => themes.map((theme) => [name, theme] as const)))(
    '%s (%s) tells pressure from vacuum at any depth and for every kind of colour vision',
    (name, theme) => {
      const table = compositeTable(name, theme);
      for (const depth of [0, 0.3, 0.6, 0.8, 1]) {
        expect(leastDifference(cell(table, depth, 1), cell(table, depth, -1))).toBeGreaterThan(10);
        expect(leastDifference(cell(table, depth, 0.7), cell(table, depth, -0.7))).toBeGreaterThan(6);
      }
    },
  );

  it.each(themes)('lets a wall stand out from an ordinary level without any score (%s)', (theme) => {
    const table = compositeTable('signal', theme);
    expect(leastDifference(cell(table, 1, 0), cell(table, 0.6, 0))).toBeGreaterThan(20);
    expect(leastDifference(cell(table, 0.6, 0), cell(table, 0, 0))).toBeGreaterThan(3);
  });

  it.each(themes)('draws nothing as nearly nothing (%s)', (theme) => {
    const neutral = cell(compositeTable('signal', theme), 0, 0);
    expect(leastDifference(neutral, THEMES[theme].background)).toBeLessThan(4);
  });

  it('step so finely that a neighbouring entry stays within the tolerance of comparisons', () => {
    const largestStep = (table: Uint8Array, entries: number, rowLength: number): number => {
      let largest = 0;
      for (let i = entries * 4; i < table.length; i++) {
        const startsRow = entries === 1 && (i >> 2) % rowLength === 0;
        if (!startsRow) largest = Math.max(largest, Math.abs(table[i] - table[i - entries * 4]));
      }
      return largest;
    };
    for (const theme of themes) {
      for (const name of diverging) {
        const table = compositeTable(name, theme);
        expect(largestStep(table, 1, PALETTE_STEPS)).toBeLessThanOrEqual(COMPARISON_TOLERANCE);
        expect(largestStep(table, PALETTE_STEPS, PALETTE_STEPS)).toBeLessThanOrEqual(COMPARISON_TOLERANCE);
      }
      for (const name of [...sequential, ...diverging]) {
        const table = paletteTable(name, theme);
        expect(largestStep(table, 1, PALETTE_STEPS)).toBeLessThanOrEqual(COMPARISON_TOLERANCE);
      }
    }
  });
});

describe('the state colours', () => {
  // Codes -2..2 take every second colour.
  it.each(themes)('tell all five permutation states apart for every kind of colour vision (%s)', (theme) => {
    const table = paletteTable('states', theme);
    const five = [0, 1, 2, 3, 4].map((i) => colorAt(table, Math.round((i / 4) * (PALETTE_STEPS - 1))));
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < i; j++) expect(leastDifference(five[i], five[j])).toBeGreaterThan(18);
    }
  });
});

describe('overlay colours', () => {
  it.each(themes)('tell bid from ask for every kind of colour vision (%s)', (theme) => {
    const [r, g, b] = THEMES[theme].bid;
    const [R, G, B] = THEMES[theme].ask;
    expect(leastDifference([r, g, b], [R, G, B])).toBeGreaterThan(20);
  });
});
