/** What the map can show, by name, and the palettes that suit it. */
import { GRID_COLUMNS } from '#core/vp/columns';
import type { PaletteName } from '#protocol/render-contract';
import { DIVERGING_PALETTES, SEQUENTIAL_PALETTES } from '#view/palettes';

/** The layer of two columns: depth as brightness, flow score as hue. */
export const COMPOSITE_VIEW = 'composite-view';

const LAYERS: ReadonlySet<string> = new Set([COMPOSITE_VIEW, ...GRID_COLUMNS.map((c) => c.name)]);
const DIVERGING = Object.keys(DIVERGING_PALETTES) as PaletteName[];
const ALL = [...(Object.keys(SEQUENTIAL_PALETTES) as PaletteName[]), ...DIVERGING];

export function isLayer(name: string): boolean {
  return LAYERS.has(name);
}

/** Palettes that a layer may be drawn with. */
export function palettesFor(layer: string): readonly PaletteName[] {
  return layer === COMPOSITE_VIEW ? DIVERGING : ALL;
}
