import { describe, expect, it } from 'vitest';
import { GRID_COLUMNS } from '#core/vp/columns';
import type { ThemeName } from '#protocol/render-contract';
import { columnsOf, defaultStyle, rangeStart, statisticOf, styleOf } from '#view/layer-styles';
import { resolveRange, StyleResolver } from '#render/picture-style';
import { paletteSpec } from '#view/palettes';

describe('default styles', () => {
  it('suit every grid column: signed ones diverge, codes keep their last value', () => {
    for (const { name, type } of GRID_COLUMNS) {
      const style = defaultStyle(name);
      const { kind } = paletteSpec(style.palette);
      if (/^[vaj]_|^composite|^flow_score/.test(name)) expect(kind, name).toBe('diverging');
      if (/depth$|mass$|_variant$/.test(name) && !/^[vaj]_/.test(name)) expect(kind, name).toBe('sequential');
      if (type === 'int8') expect(style.statistic, name).toBe('last');
      for (const theme of ['dark', 'light'] satisfies ThemeName[]) {
        expect(() => new StyleResolver().resolve({ view: 'single', column: name }, theme, 5)).not.toThrow();
      }
    }
  });

  it('start the automatic range of quantities at 100', () => {
    expect(['rest_depth', 'bid_depth', 'add_mass', 'v_add', 'pressure_variant'].map(rangeStart)).toEqual([
      100, 100, 100, 0, 0,
    ]);
  });

  it('give way to what a selection asks for', () => {
    const style = styleOf({ view: 'single', column: 'rest_depth', palette: 'dusk', statistic: 'mean' });
    expect(style).toEqual({ ...defaultStyle('rest_depth'), palette: 'dusk', statistic: 'mean' });
    expect(defaultStyle('toString')).toEqual(defaultStyle('v_add'));
    expect(columnsOf({ view: 'composite' })).toEqual(['rest_depth', 'flow_score']);
    expect(statisticOf({ view: 'composite' })).toBe('max');
    expect(statisticOf({ view: 'single', column: 'state5_code' })).toBe('last');
  });
});

describe('ranges', () => {
  it('come from the data or from the setting, and are never empty', () => {
    expect(resolveRange('auto', 250, false)).toEqual({ lo: 0, hi: 250 });
    expect(resolveRange('auto', 250, true)).toEqual({ lo: -250, hi: 250 });
    expect(resolveRange('auto', 0, true)).toEqual({ lo: -1, hi: 1 });
    expect(resolveRange({ lo: 3, hi: 9 }, 250, false)).toEqual({ lo: 3, hi: 9 });
    expect(resolveRange({ lo: 9, hi: 3 }, 250, false)).toEqual({ lo: 0, hi: 250 });
    expect(resolveRange({ lo: NaN, hi: NaN }, 250, false)).toEqual({ lo: 0, hi: 250 });
    expect(resolveRange({ lo: 0, hi: Infinity }, 250, false)).toEqual({ lo: 0, hi: 250 });
  });
});

describe('resolved styles', () => {
  it('are made anew only when something changed', () => {
    const resolver = new StyleResolver();
    const selection = { view: 'composite' } as const;
    const first = resolver.resolve(selection, 'dark', 300);
    expect(resolver.resolve(selection, 'dark', 300)).toBe(first);
    const next = resolver.resolve(selection, 'dark', 301);
    expect(next).not.toBe(first);
    expect(next.table).toBe(first.table);
    expect(resolver.resolve(selection, 'light', 301).table).not.toBe(first.table);
  });
});
