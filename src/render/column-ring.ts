import type REGL from 'regl';
import type { FrameSource } from './backend';
import { createColumnView } from './column-merge';
import type { FrameView } from './frame-view';
import type { LayerPyramid } from './layer-pyramid';

/** Columns uploaded in one call. */
const COLUMNS_PER_UPLOAD = 64;
/** Ticks this far from the ring's own are no longer told apart well enough in 32-bit floats. */
const FAR_TICKS = 2 ** 22;
const ROW_STEP = 16;

interface Ring {
  texture: REGL.Texture2D;
  staging: Float32Array;
}

/**
 * The columns in view as textures: a ring along x (column c of the drawn level lives at x = c modulo the
 * width), rows along y, one texel per cell, as stored. Only columns that are not there yet, or have changed,
 * are uploaded, many per call where they are neighbours. A third texture of one row holds first tick and row
 * count of every column.
 */
export class ColumnRing {
  private width = 0;
  private height = 0;
  private ringTick = 0;
  private readonly a: Ring;
  private readonly b: Ring;
  private readonly meta: Ring;
  private slotColumn = new Float64Array(0);
  private slotEnd = new Float64Array(0);
  private layerA: LayerPyramid | undefined;
  private layerB: LayerPyramid | undefined;
  private statisticA = '';
  private statisticB = '';
  private level = -1;
  private readonly viewA = createColumnView();
  private readonly viewB = createColumnView();
  private readonly upload: { data: Float32Array; width: number; height: number } = {
    data: new Float32Array(0),
    width: 0,
    height: 0,
  };
  uploaded = 0;

  constructor(
    private readonly regl: REGL.Regl,
    private readonly maxTextureSize: number,
  ) {
    this.a = { texture: this.cellTexture(1, 1), staging: new Float32Array(0) };
    this.b = { texture: this.cellTexture(1, 1), staging: new Float32Array(0) };
    this.meta = { texture: this.metaTexture(1), staging: new Float32Array(COLUMNS_PER_UPLOAD * 4) };
  }

  get textureA(): REGL.Texture2D {
    return this.a.texture;
  }

  get textureB(): REGL.Texture2D {
    return this.b.texture;
  }

  get textureMeta(): REGL.Texture2D {
    return this.meta.texture;
  }

  get ringWidth(): number {
    return this.width;
  }

  get ringHeight(): number {
    return this.height;
  }

  /** The tick that the ticks in the meta texture are relative to. */
  get tickOrigin(): number {
    return this.ringTick;
  }

  get bytes(): number {
    const cells = this.width * this.height * (this.layerB ? 2 : 1) + this.width * 4;
    const staging = this.a.staging.byteLength + this.b.staging.byteLength + this.meta.staging.byteLength;
    return cells * 4 + staging;
  }

  /** Forgets everything uploaded. */
  reset(): void {
    this.slotColumn.fill(-1);
  }

  invalidate(firstBin: number, endBin: number): void {
    if (this.level < 0) return;
    const first = Math.floor(firstBin / 2 ** this.level);
    const last = Math.floor((endBin - 1) / 2 ** this.level);
    if (last - first >= this.width) {
      this.reset();
      return;
    }
    for (let c = first; c <= last; c++) {
      if (this.slotColumn[c % this.width] === c) this.slotColumn[c % this.width] = -1;
    }
  }

  /** Brings the columns of the view onto the GPU. */
  sync(view: FrameView, source: FrameSource): void {
    this.adopt(view, source);
    for (let attempt = 0; attempt < 3; attempt++) {
      const tallest = this.uploadMissing(view, source, attempt === 2);
      if (tallest <= this.height) return;
      this.allocate(
        this.width,
        Math.min(Math.ceil((tallest * 1.25) / ROW_STEP) * ROW_STEP, this.maxTextureSize),
      );
    }
  }

  private adopt(view: FrameView, source: FrameSource): void {
    const { layerA, layerB, level } = source;
    const width = Math.min(nextPowerOfTwo(Math.max(view.widthPx, view.columnCount) + 2), this.maxTextureSize);
    if (width !== this.width || (layerB === undefined) !== (this.layerB === undefined)) {
      this.layerB = layerB;
      this.allocate(width, Math.max(this.height, ROW_STEP));
    }
    const statisticA = layerA?.statistic ?? '';
    const statisticB = layerB?.statistic ?? '';
    const same =
      layerA === this.layerA &&
      layerB === this.layerB &&
      statisticA === this.statisticA &&
      statisticB === this.statisticB;
    if (!same || level !== this.level || Math.abs(view.viewTick - this.ringTick) > FAR_TICKS) {
      this.layerA = layerA;
      this.layerB = layerB;
      this.statisticA = statisticA;
      this.statisticB = statisticB;
      this.level = level;
      this.ringTick = view.viewTick;
      this.reset();
    }
  }

  /** Returns the row count that is needed; stops early when it does not fit, unless `clip`. */
  private uploadMissing(view: FrameView, source: FrameSource, clip: boolean): number {
    let run = 0;
    let tallest = 0;
    for (let i = 0; i < view.columnCount; i++) {
      const column = view.firstColumn + i;
      const slot = column % this.width;
      const end = source.columnEnd(column);
      if (this.slotColumn[slot] === column && this.slotEnd[slot] === end) {
        this.flush(slot - run, run, tallest);
        run = tallest = 0;
        continue;
      }
      source.column(0, column, this.viewA);
      source.column(1, column, this.viewB);
      const rows = Math.max(this.viewA.rows, this.viewB.rows);
      if (rows > this.height && !clip && this.height < this.maxTextureSize) return rows;
      tallest = Math.max(tallest, Math.min(rows, this.height));
      this.stage(run);
      this.slotColumn[slot] = column;
      this.slotEnd[slot] = end;
      run++;
      if (run === COLUMNS_PER_UPLOAD || slot === this.width - 1) {
        this.flush(slot + 1 - run, run, tallest);
        run = tallest = 0;
      }
    }
    if (run > 0) this.flush(((view.firstColumn + view.columnCount) % this.width) - run, run, tallest);
    return 0;
  }

  /** Puts the column in `viewA` and `viewB` at place `at` of the staging buffers. */
  private stage(at: number): void {
    const { viewA, viewB } = this;
    const rowsA = this.stageCells(this.a.staging, viewA, at);
    const rowsB = this.layerB ? this.stageCells(this.b.staging, viewB, at) : 0;
    const m = this.meta.staging;
    m[at * 4] = viewA.firstTick - this.ringTick;
    m[at * 4 + 1] = rowsA;
    m[at * 4 + 2] = viewB.firstTick - this.ringTick;
    m[at * 4 + 3] = rowsB;
  }

  /** Texels of neighbouring columns are neighbours in memory, so a column is strided. */
  private stageCells(
    staging: Float32Array,
    view: { data: Float32Array; offset: number; rows: number; firstTick: number },
    at: number,
  ): number {
    const rows = Math.min(view.rows, this.height);
    // Too far to be in view; what is in view then counts as not computed.
    if (Math.abs(view.firstTick - this.ringTick) > 2 * FAR_TICKS) return rows;
    for (let r = 0; r < rows; r++) staging[r * COLUMNS_PER_UPLOAD + at] = view.data[view.offset + r];
    return rows;
  }

  private flush(slot: number, columns: number, rows: number): void {
    if (columns === 0) return;
    if (rows > 0) {
      this.send(this.a, slot, columns, rows);
      if (this.layerB) this.send(this.b, slot, columns, rows);
    }
    this.upload.data = this.meta.staging;
    this.upload.width = columns;
    this.upload.height = 1;
    this.meta.texture.subimage(this.upload, slot, 0);
    this.uploaded += columns;
  }

  private send(ring: Ring, slot: number, columns: number, rows: number): void {
    compact(ring.staging, columns, rows);
    this.upload.data = ring.staging;
    this.upload.width = columns;
    this.upload.height = rows;
    ring.texture.subimage(this.upload, slot, 0);
  }

  private allocate(width: number, height: number): void {
    this.width = width;
    this.height = height;
    const staged = COLUMNS_PER_UPLOAD * height;
    this.a.texture.destroy();
    this.b.texture.destroy();
    this.meta.texture.destroy();
    this.a.texture = this.cellTexture(width, height);
    this.b.texture = this.layerB ? this.cellTexture(width, height) : this.cellTexture(1, 1);
    this.meta.texture = this.metaTexture(width);
    this.a.staging = new Float32Array(staged);
    this.b.staging = new Float32Array(this.layerB ? staged : 0);
    this.slotColumn = new Float64Array(width).fill(-1);
    this.slotEnd = new Float64Array(width);
  }

  private cellTexture(width: number, height: number): REGL.Texture2D {
    return this.regl.texture({ width, height, format: 'luminance', type: 'float', ...NEAREST });
  }

  private metaTexture(width: number): REGL.Texture2D {
    return this.regl.texture({ width, height: 1, format: 'rgba', type: 'float', ...NEAREST });
  }
}

const NEAREST = { min: 'nearest', mag: 'nearest', wrap: 'clamp' } as const;

/** Closes the gaps between rows when fewer columns are sent than the staging buffer is wide. */
function compact(staging: Float32Array, columns: number, rows: number): void {
  if (columns === COLUMNS_PER_UPLOAD) return;
  for (let r = 1; r < rows; r++) {
    staging.copyWithin(r * columns, r * COLUMNS_PER_UPLOAD, r * COLUMNS_PER_UPLOAD + columns);
  }
}

function nextPowerOfTwo(n: number): number {
  let p = 1;
  while (p < n) p *= 2;
  return p;
}
