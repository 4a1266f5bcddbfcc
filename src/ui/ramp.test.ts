import { describe, expect, it } from 'vitest';
import { defaultView } from '#app/defaults';
import { GRID_COLUMNS } from '#core/vp/columns';
import { defaultStyle } from '#render/layer-styles';
import { compositeSwatches, layerLook, palettesFor, paletteTitle, viewRamp } from '#ui/ramp';

describe('the legend', () => {
  it('shows the composite view in a diverging palette whatever palette was chosen for other layers', () => {
    expect(layerLook({ ...defaultView(), palette: 'tide' }).palette).toBe('signal');
    expect(layerLook({ ...defaultView(), palette: 'polar' }).palette).toBe('polar');
    expect(palettesFor(defaultView())).toEqual(['signal', 'polar']);
  });

  it('takes what is not chosen from the layer', () => {
    const view = { ...defaultView(), layer: 'rest_depth' };
    expect(layerLook(view)).toEqual(defaultStyle('rest_depth'));
    expect(layerLook({ ...view, palette: 'mono', transfer: 'sqrt' })).toMatchObject({
      palette: 'mono',
      transfer: 'sqrt',
    });
  });

  it('has a ramp and a titled palette for every layer and theme', () => {
    for (const layer of ['composite-view', ...GRID_COLUMNS.map((c) => c.name)]) {
      const view = { ...defaultView(), layer };
      expect(paletteTitle(layerLook(view).palette)).toMatch(/^[A-Z]/);
      expect(viewRamp(view, 'dark')).not.toBe(viewRamp(view, 'light'));
    }
  });

  it('tells pressure, neutral and vacuum apart', () => {
    expect(new Set(compositeSwatches('signal', 'dark')).size).toBe(3);
  });
});
