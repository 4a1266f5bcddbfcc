import { describe, expect, it } from 'vitest';
import { GRID_COLUMNS } from '#core/vp/columns';
import { COMPOSITE_VIEW, isLayer, palettesFor } from '#view/layers';

describe('the layers', () => {
  it('are the composite view and the grid columns, and nothing that every object has', () => {
    for (const name of [COMPOSITE_VIEW, ...GRID_COLUMNS.map((c) => c.name)]) expect(isLayer(name)).toBe(true);
    for (const name of ['zzz', '', 'constructor', '__proto__', 'toString']) expect(isLayer(name)).toBe(false);
  });

  it('take a diverging palette in the composite view, any ordered one otherwise', () => {
    expect(palettesFor(COMPOSITE_VIEW)).toEqual(['signal', 'polar']);
    expect(palettesFor('rest_depth')).toEqual(['tide', 'dusk', 'ember', 'mono', 'signal', 'polar']);
  });
});
