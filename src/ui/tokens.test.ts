import { describe, expect, it } from 'vitest';
import { contrast, parseHex } from '#ui/colour';
import { themeColour, type ColourName, type ResolvedTheme } from '#ui/tokens.css';

const TEXT_PAIRS: readonly (readonly [ColourName, readonly ColourName[]])[] = [
  ['text', ['ground', 'panel', 'raised', 'control', 'control-hover']],
  ['text-2', ['ground', 'panel', 'raised', 'control', 'control-hover']],
  ['text-3', ['ground', 'panel', 'raised', 'control']],
  ['accent', ['ground', 'panel', 'raised', 'accent-soft']],
  ['accent-ink', ['accent-fill']],
  ['bull-ink', ['bull']],
  ['bear-ink', ['bear']],
  ['bull-text', ['ground', 'panel', 'raised']],
  ['bear-text', ['ground', 'panel', 'raised']],
  ['warn', ['ground', 'panel', 'raised', 'warn-soft']],
  ['running', ['panel']],
  ['error', ['ground', 'panel', 'raised', 'error-soft']],
  ['banner-text', ['banner']],
  ['projection-text', ['ground', 'panel']],
  ['tone-up', ['tone-up-ground']],
  ['tone-lean-up', ['tone-lean-up-ground']],
  ['tone-chop', ['tone-chop-ground']],
  ['tone-lean-down', ['tone-lean-down-ground']],
  ['tone-down', ['tone-down-ground']],
  ['tone-tighten', ['tone-tighten-ground']],
];

const GRAPHIC_PAIRS: readonly (readonly [ColourName, readonly ColourName[]])[] = [
  ['bull', ['ground', 'panel']],
  ['bear', ['ground', 'panel']],
  ['focus', ['ground', 'panel', 'raised', 'control']],
  ['projection-edge', ['ground', 'panel']],
  ['accent-fill', ['panel', 'raised', 'control']],
];

function check(theme: ResolvedTheme, pairs: typeof TEXT_PAIRS, ratio: number): string[] {
  return pairs.flatMap(([front, grounds]) =>
    grounds
      .map((ground) => ({
        pair: `${front} on ${ground}`,
        ratio: contrast(parseHex(themeColour(front, theme)), parseHex(themeColour(ground, theme))),
      }))
      .filter((found) => found.ratio < ratio)
      .map((found) => `${found.pair}: ${found.ratio.toFixed(2)}`),
  );
}

describe.each(['dark', 'light'] as const)('the %s theme', (theme) => {
  it('keeps text at 4.5:1 or better', () => {
    expect(check(theme, TEXT_PAIRS, 4.5)).toEqual([]);
  });

  it('keeps graphics at 3:1 or better', () => {
    expect(check(theme, GRAPHIC_PAIRS, 3)).toEqual([]);
  });
});
