import { describe, expect, it } from 'vitest';
import { defaultView } from '#app/defaults';
import { GRID_COLUMNS } from '#core/vp/columns';
import { defaultStyle } from '#view/layer-styles';
import { layerLook, paletteTitle, scoreColours, viewRamp } from '#ui/ramp';

describe('the legend', () => {
  it('shows the composite view in a diverging palette whatever palette was chosen for other layers', () => {
    expect(layerLook({ ...defaultView(), palette: 'tide' }).palette).toBe('signal');
    expect(layerLook({ ...defaultView(), palette: 'polar' }).palette).toBe('polar');
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

  it('tells pressure, neutral and vacuum apart beside the map', () => {
    for (const theme of ['dark', 'light'] as const) {
      const colour = scoreColours(theme);
      expect(new Set([colour(-1), colour(0), colour(1)]).size).toBe(3);
      expect(colour(NaN)).toBe(colour(0));
      expect(colour(7)).toBe(colour(1));
    }
  });
});
