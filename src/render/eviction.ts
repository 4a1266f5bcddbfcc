import { BINS_PER_CHUNK } from './chunk';
import type { LayerPyramid } from './layer-pyramid';

/** What the picture and the merging of columns need held. */
export interface Needs {
  /** The level that is drawn, and the bins in view: [firstBin, endBin). */
  level: number;
  firstBin: number;
  endBin: number;
  /** The playhead cuts the last drawn column here: it is merged anew from finer levels. 0 = not in view. */
  cutBin: number;
  /**
   * The last batch stored: it came because it will be in view, and columns at its ends wait for a neighbour
   * before they are merged.
   */
  batchFirst: number;
  batchEnd: number;
}

export interface ChunkPlace {
  readonly level: number;
  readonly index: number;
}

/**
 * The chunk to give up next: finer levels than the one drawn go first, the finest of them first; then what lies
 * outside the view, level by level. Within a level the chunk farthest from the view goes first. Undefined when
 * nothing below `top` is left but what is needed.
 * @param top coarsest level, never given up
 */
export function nextVictim(
  layers: Iterable<LayerPyramid>,
  top: number,
  needs: Needs,
): ChunkPlace | undefined {
  const all = [...layers];
  for (let level = 0; level < top; level++) {
    let farthest = level < needs.level ? -Infinity : 0;
    let victim: ChunkPlace | undefined;
    for (const layer of all) {
      for (const index of layer.chunkIndices(level)) {
        const distance = distanceFromView(level, index, needs);
        if (distance < farthest || isNeeded(level, index, needs)) continue;
        farthest = distance;
        victim = { level, index };
      }
    }
    if (victim) return victim;
  }
  return undefined;
}

/**
 * The column of a finer level that the column cut at `needs.cutBin` is merged from; undefined if none of that
 * level takes part. The cut column's bins fall into one column per binary digit of their number.
 */
export function cutPart(level: number, { level: drawn, cutBin }: Needs): number | undefined {
  const column = Math.floor(cutBin / 2 ** level);
  return level < drawn && column % 2 === 1 ? column - 1 : undefined;
}

/** Bins between chunk and view; negative where they overlap. */
function distanceFromView(level: number, index: number, { firstBin, endBin }: Needs): number {
  const span = BINS_PER_CHUNK * 2 ** level;
  return Math.max(firstBin - (index + 1) * span, index * span - endBin);
}

/** Whether a chunk outside the view is needed all the same. */
function isNeeded(level: number, index: number, needs: Needs): boolean {
  const { level: drawn, cutBin, batchFirst, batchEnd } = needs;
  const scale = 2 ** level;
  const first = Math.floor(batchFirst / scale);
  const end = Math.floor(batchEnd / scale);
  if (first % 2 === 1 && chunkOf(first) === index) return true;
  if (end % 2 === 1 && chunkOf(end - 1) === index) return true;
  if (level < drawn) return cutBin > 0 && chunkOf(Math.floor(cutBin / scale) - 1) === index;
  return chunkOf(first) <= index && index <= chunkOf(Math.ceil(batchEnd / scale) - 1);
}

function chunkOf(column: number): number {
  return Math.floor(column / BINS_PER_CHUNK);
}
