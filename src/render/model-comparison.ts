import type { ModelComparison } from '#protocol/render-contract';
import { columnOfPixel } from './color-model';
import type { FrameView } from './frame-view';
import type { PictureStyle } from './picture-style';

/**
 * One step of a colour table at most: 32-bit logarithms may land on the neighbouring entry, and neighbours
 * differ by no more than this in any channel (a test of the palettes holds it).
 */
export const COMPARISON_TOLERANCE = 12;
/** Distance from a cell border, in cells, within which 32- and 64-bit arithmetic may disagree about the side. */
const BORDER = 1e-3;

/** Compares a drawn heatmap with the CPU model's. Both are rows from the top, 4 bytes per pixel. */
export function comparePictures(
  view: FrameView,
  drawn: Uint8Array,
  model: Uint8Array,
  { background, hatch }: Pick<PictureStyle, 'background' | 'hatch'>,
): ModelComparison {
  const { widthPx, heightPx } = view;
  const rowAtBorder = Array.from({ length: heightPx }, (_, j) => isRowAtBorder(view, j));
  let borderPixels = 0;
  let differing = 0;
  let maxDifference = 0;
  let dataPixels = 0;
  for (let i = 0; i < widthPx; i++) {
    const atBorder = isColumnAtBorder(view, i);
    const shown = columnOfPixel(view, i) >= 0;
    for (let j = 0; j < heightPx; j++) {
      const p = (j * widthPx + i) * 4;
      if (shown && !isColor(model, p, background) && !isColor(model, p, hatch)) dataPixels++;
      if (atBorder || rowAtBorder[j]) {
        borderPixels++;
        continue;
      }
      let difference = 0;
      for (let c = 0; c < 4; c++) difference = Math.max(difference, Math.abs(drawn[p + c] - model[p + c]));
      maxDifference = Math.max(maxDifference, difference);
      if (difference > COMPARISON_TOLERANCE) differing++;
    }
  }
  return {
    pixels: widthPx * heightPx,
    borderPixels,
    differing,
    maxDifference,
    tolerance: COMPARISON_TOLERANCE,
    dataPixels,
  };
}

function isColumnAtBorder(view: FrameView, pixel: number): boolean {
  const x = view.x0 + (pixel + 0.5) * view.dx;
  return isNearWhole(x) || Math.abs(x - view.xStart) < BORDER || Math.abs(x - view.xEnd) < BORDER;
}

function isRowAtBorder(view: FrameView, row: number): boolean {
  if (view.dy <= 1) return isNearWhole(view.yTop - (row + 0.5) * view.dy + 0.5);
  return isNearWhole(view.yTop - row * view.dy) || isNearWhole(view.yTop - (row + 1) * view.dy);
}

function isNearWhole(x: number): boolean {
  return Math.abs(x - Math.round(x)) < BORDER;
}

function isColor(rgba: Uint8Array, at: number, color: readonly number[]): boolean {
  return rgba[at] === color[0] && rgba[at + 1] === color[1] && rgba[at + 2] === color[2];
}
