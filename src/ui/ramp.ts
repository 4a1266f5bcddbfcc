/** Colour ramps and scales of the legend and the palette menu, from the renderer's own tables. */
import type { ViewState } from '#app/model';
import type {
  ColumnStatistic,
  DivergingPaletteName,
  PaletteName,
  SingleLayer,
  TransferName,
} from '#protocol/render-contract';
import { styleOf } from '#view/layer-styles';
import {
  compositeTable,
  DEPTH_STEPS,
  isDivergingPaletteName,
  PALETTE_STEPS,
  paletteSpec,
  paletteTable,
} from '#view/palettes';
import { scoreStrength } from '#view/transfer';
import type { ResolvedTheme } from '#ui/tokens.css';

const GRADIENT_STOPS = 32;
/** The composite ramp is drawn at this depth, where its colours are neither thin nor bright. */
const COMPOSITE_DEPTH = 0.75;

export interface LayerLook {
  readonly palette: PaletteName;
  readonly transfer: TransferName | undefined;
  readonly statistic: ColumnStatistic;
}

/** A composite table takes tens of milliseconds to build, and there are four. */
const composites = new Map<string, Uint8Array>();

function composite(name: DivergingPaletteName, theme: ResolvedTheme): Uint8Array {
  const key = `${name} ${theme}`;
  const table = composites.get(key) ?? compositeTable(name, theme);
  composites.set(key, table);
  return table;
}

/** What the chosen layer is drawn with, its own defaults filled in. */
export function layerLook(view: ViewState): LayerLook {
  const { layer, palette, transfer, statistic } = view;
  if (layer === 'composite-view') {
    return {
      palette: palette && isDivergingPaletteName(palette) ? palette : 'signal',
      transfer: undefined,
      statistic: statistic ?? 'max',
    };
  }
  const single: SingleLayer = {
    view: 'single',
    column: layer,
    ...(palette ? { palette } : {}),
    ...(transfer ? { transfer } : {}),
    ...(statistic ? { statistic } : {}),
  };
  return styleOf(single);
}

export function paletteTitle(name: PaletteName): string {
  return paletteSpec(name).title;
}

function gradient(table: Uint8Array, first: number): string {
  const stops = Array.from({ length: GRADIENT_STOPS }, (_, i) => {
    const at = (first + Math.round((i / (GRADIENT_STOPS - 1)) * (PALETTE_STEPS - 1))) * 4;
    return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
  });
  return `linear-gradient(90deg, ${stops.join(', ')})`;
}

/** CSS gradient of a palette, low value left. */
export function paletteRamp(name: PaletteName, theme: ResolvedTheme): string {
  return gradient(paletteTable(name, theme), 0);
}

/** CSS gradient of the composite view, vacuum left, pressure right. */
export function compositeRamp(name: DivergingPaletteName, theme: ResolvedTheme): string {
  return gradient(composite(name, theme), Math.round(COMPOSITE_DEPTH * (DEPTH_STEPS - 1)) * PALETTE_STEPS);
}

/** The ramp of whatever layer is shown. */
export function viewRamp(view: ViewState, theme: ResolvedTheme): string {
  const { palette } = layerLook(view);
  return view.layer === 'composite-view' && isDivergingPaletteName(palette)
    ? compositeRamp(palette, theme)
    : paletteRamp(palette, theme);
}

const SCORE_STEPS = 32;
const scoreTables = new Map<ResolvedTheme, string[]>();

/** Colour of a flow score in the composite view's default palette, for small pictures beside the map. */
export function scoreColours(theme: ResolvedTheme): (score: number) => string {
  let colours = scoreTables.get(theme);
  if (!colours) {
    const table = composite('signal', theme);
    const row = Math.round(COMPOSITE_DEPTH * (DEPTH_STEPS - 1)) * PALETTE_STEPS;
    colours = Array.from({ length: SCORE_STEPS + 1 }, (_, i) => {
      const at = (row + Math.round((i / SCORE_STEPS) * (PALETTE_STEPS - 1))) * 4;
      return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
    });
    scoreTables.set(theme, colours);
  }
  const known = colours;
  return (score) => known[Math.round((scoreStrength(score || 0) + 1) * (SCORE_STEPS / 2))];
}
