import type {
  ColumnStatistic,
  DivergingPaletteName,
  LayerSelection,
  PaletteName,
  RangeSetting,
  ThemeName,
} from '#protocol/render-contract';
import { DEPTH_COLUMN, rangeStart, SCORE_COLUMN, styleOf } from '#view/layer-styles';
import type { Rgb8 } from '#view/oklab';
import { compositeTable, DEPTH_STEPS, paletteSpec, paletteTable } from '#view/palettes';
import { THEMES } from './theme';
import { bindTransfer } from '#view/transfer';
import type { BoundTransfer } from '#view/transfer';

export interface ValueRange {
  readonly lo: number;
  readonly hi: number;
}

/** Everything about a frame's colours that shader and CPU model need. */
export interface PictureStyle {
  /** First layer: the single column, or the depth of the composite view. */
  readonly columnA: string;
  /** Second layer: the score of the composite view. */
  readonly columnB: string | null;
  readonly statistic: ColumnStatistic;
  readonly transfer: BoundTransfer;
  /** Opaque RGBA; `tableRows` rows of `PALETTE_STEPS` entries. A new array whenever its colours change. */
  readonly table: Uint8Array;
  readonly tableRows: number;
  readonly background: Rgb8;
  readonly hatch: Rgb8;
  readonly ranges: Readonly<Record<string, ValueRange>>;
}

const DEFAULT_COMPOSITE_PALETTE: DivergingPaletteName = 'signal';
const SCORE_RANGE: ValueRange = { lo: -1, hi: 1 };

/**
 * Style of a selection. Asked every frame, but computes only when something changed.
 */
export class StyleResolver {
  private cached: PictureStyle | null = null;
  private cachedFor: { selection: LayerSelection; theme: ThemeName; magnitude: number } | null = null;

  /** @param magnitude running maximum of the first layer, for automatic ranges */
  resolve(selection: LayerSelection, theme: ThemeName, magnitude: number): PictureStyle {
    const of = this.cachedFor;
    if (this.cached && of?.selection === selection && of.theme === theme && of.magnitude === magnitude) {
      return this.cached;
    }
    this.cachedFor = { selection, theme, magnitude };
    this.cached =
      selection.view === 'composite'
        ? this.composite(selection, theme, magnitude)
        : this.single(selection, theme, magnitude);
    return this.cached;
  }

  private composite(
    selection: LayerSelection & { view: 'composite' },
    theme: ThemeName,
    magnitude: number,
  ): PictureStyle {
    const range = resolveRange(selection.depthRange ?? 'auto', magnitude, false);
    return {
      columnA: DEPTH_COLUMN,
      columnB: SCORE_COLUMN,
      statistic: selection.statistic ?? 'max',
      transfer: bindTransfer('log', range.lo, range.hi, false),
      table: doubleTable(selection.palette ?? DEFAULT_COMPOSITE_PALETTE, theme),
      tableRows: DEPTH_STEPS,
      background: THEMES[theme].background,
      hatch: THEMES[theme].hatch,
      ranges: { [DEPTH_COLUMN]: range, [SCORE_COLUMN]: SCORE_RANGE },
    };
  }

  private single(
    selection: LayerSelection & { view: 'single' },
    theme: ThemeName,
    magnitude: number,
  ): PictureStyle {
    const style = styleOf(selection);
    const diverging = paletteSpec(style.palette).kind === 'diverging';
    const range = resolveRange(style.range, magnitude, diverging);
    return {
      columnA: selection.column,
      columnB: null,
      statistic: style.statistic,
      transfer: bindTransfer(style.transfer, range.lo, range.hi, diverging),
      table: singleTable(style.palette, theme),
      tableRows: 1,
      background: THEMES[theme].background,
      hatch: THEMES[theme].hatch,
      ranges: { [selection.column]: range },
    };
  }
}

/** Tables are pure functions of their key, and take some milliseconds to build. */
const tables = new Map<string, Uint8Array>();

function singleTable(palette: PaletteName, theme: ThemeName): Uint8Array {
  return tableOf(`single/${palette}/${theme}`, () => paletteTable(palette, theme));
}

function doubleTable(palette: DivergingPaletteName, theme: ThemeName): Uint8Array {
  return tableOf(`composite/${palette}/${theme}`, () => compositeTable(palette, theme));
}

function tableOf(key: string, build: () => Uint8Array): Uint8Array {
  const table = tables.get(key) ?? build();
  tables.set(key, table);
  return table;
}

/** The range in use; never empty. */
export function resolveRange(setting: RangeSetting, magnitude: number, diverging: boolean): ValueRange {
  if (setting !== 'auto' && Number.isFinite(setting.hi - setting.lo) && setting.hi > setting.lo)
    return setting;
  const hi = magnitude > 0 ? magnitude : 1;
  return { lo: diverging ? -hi : 0, hi };
}

/** Start of the running maximum, where no column is known. */
export function startMagnitude(selection: LayerSelection): number {
  return rangeStart(selection.view === 'composite' ? DEPTH_COLUMN : selection.column);
}
