import type REGL from 'regl';
import heatmapFragment from '../../shaders/heatmap.frag.glsl?raw';
import heatmapVertex from '../../shaders/heatmap.vert.glsl?raw';
import overlayFragment from '../../shaders/overlay.frag.glsl?raw';
import overlayVertex from '../../shaders/overlay.vert.glsl?raw';
import transferSource from '../../shaders/transfer.glsl?raw';
import type { FrameInput } from './backend';
import { MAX_TICKS_PER_PIXEL } from '#view/camera';
import { EMPTY_BELOW, EMPTY_CELL } from './column-merge';
import { ColumnRing } from './column-ring';
import { OverlayMesh, VERTEX_BYTES, VERTEX_WORDS } from './overlay-mesh';
import { DEPTH_STEPS, PALETTE_STEPS } from '#view/palettes';
import { SCORE_EXPONENT, TRANSFER_CODE } from '#view/transfer';

/** Highest tick count of a pixel: the bound, plus one where both ends fall on whole ticks after rounding. */
const MAX_TICKS = MAX_TICKS_PER_PIXEL + 1;
/** Constants that shader and CPU model share, in front of the sources. */
const HEADER = `precision highp float;
precision highp sampler2D;
#define PALETTE_STEPS ${PALETTE_STEPS}.0
#define DEPTH_STEPS ${DEPTH_STEPS}.0
#define SCORE_EXPONENT ${SCORE_EXPONENT}
#define TRANSFER_SQRT ${TRANSFER_CODE.sqrt}.0
#define TRANSFER_LOG ${TRANSFER_CODE.log}.0
#define MAX_TICKS ${MAX_TICKS}
#define EMPTY_BELOW ${EMPTY_BELOW.toExponential()}
#define EMPTY_CELL ${EMPTY_CELL.toExponential()}
`.replace(/e\+/g, 'e');

interface HeatmapProps {
  ringA: REGL.Texture2D;
  ringB: REGL.Texture2D;
  ringMeta: REGL.Texture2D;
  table: REGL.Texture2D;
  ringWidth: number;
  ringHeight: number;
  headSlot: number;
  tableRows: number;
  mean: number;
  background: number[];
  hatch: number[];
  hatchPeriod: number;
  hatchLine: number;
  heightPx: number;
  x0: number;
  dx: number;
  xStart: number;
  xEnd: number;
  columnCount: number;
  yTop: number;
  dy: number;
  tickShift: number;
  transferCode: number;
  knee: number;
  diverging: number;
  offset: number;
  positiveScale: number;
  negativeScale: number;
}

interface OverlayProps {
  canvasPx: number[];
  count: number;
}

/** Textures, buffers and draw commands: everything that dies with a context and is built anew when it comes back. */
export class ReglPipeline {
  readonly ring: ColumnRing;
  private readonly table: REGL.Texture2D;
  private loadedTable: Uint8Array | null = null;
  private readonly drawHeatmap: REGL.DrawCommand<REGL.DefaultContext, HeatmapProps>;
  private readonly drawOverlay: REGL.DrawCommand<REGL.DefaultContext, OverlayProps>;
  private readonly vertices: REGL.Buffer;
  private vertexBytes = 0;
  private readonly mesh = new OverlayMesh();
  private readonly heatmapProps: HeatmapProps;
  private readonly overlayProps: OverlayProps = { canvasPx: [1, 1], count: 0 };

  constructor(private readonly regl: REGL.Regl) {
    this.ring = new ColumnRing(regl, regl.limits.maxTextureSize);
    this.table = regl.texture({ width: 1, height: 1 });
    this.vertices = regl.buffer({ usage: 'dynamic', type: 'float', length: VERTEX_BYTES });
    this.heatmapProps = this.initialProps();
    this.drawHeatmap = this.heatmapCommand();
    this.drawOverlay = this.overlayCommand();
  }

  get bytes(): number {
    return (
      this.ring.bytes + (this.loadedTable?.byteLength ?? 0) + this.vertexBytes + this.mesh.floats.byteLength
    );
  }

  draw({ view, style, source, paintOverlay }: FrameInput): void {
    this.regl.poll();
    this.ring.sync(view, source);
    this.loadTable(style.table, style.tableRows);
    const p = this.heatmapProps;
    p.ringA = this.ring.textureA;
    p.ringB = this.ring.textureB;
    p.ringMeta = this.ring.textureMeta;
    p.ringWidth = this.ring.ringWidth;
    p.ringHeight = this.ring.ringHeight;
    p.headSlot = view.firstColumn % this.ring.ringWidth;
    p.tableRows = style.tableRows;
    p.mean = style.statistic === 'mean' ? 1 : 0;
    for (let i = 0; i < 3; i++) {
      p.background[i] = style.background[i] / 255;
      p.hatch[i] = style.hatch[i] / 255;
    }
    p.hatchPeriod = view.hatchPeriod;
    p.hatchLine = view.hatchLine;
    p.heightPx = view.heightPx;
    p.x0 = view.x0;
    p.dx = view.dx;
    p.xStart = view.xStart;
    p.xEnd = view.xEnd;
    p.columnCount = view.columnCount;
    p.yTop = view.yTop;
    p.dy = view.dy;
    p.tickShift = view.viewTick - this.ring.tickOrigin;
    p.transferCode = style.transfer.code;
    p.knee = style.transfer.knee;
    p.diverging = style.transfer.diverging ? 1 : 0;
    p.offset = style.transfer.offset;
    p.positiveScale = style.transfer.positiveScale;
    p.negativeScale = style.transfer.negativeScale;
    this.drawHeatmap(p);
    if (!paintOverlay) return;
    this.mesh.clear();
    paintOverlay(this.mesh);
    this.uploadMesh();
    this.overlayProps.canvasPx[0] = view.widthPx;
    this.overlayProps.canvasPx[1] = view.heightPx;
    this.overlayProps.count = this.mesh.vertexCount;
    if (this.mesh.vertexCount > 0) this.drawOverlay(this.overlayProps);
  }

  private loadTable(table: Uint8Array, rows: number): void {
    if (table === this.loadedTable) return;
    this.loadedTable = table;
    this.table({
      width: PALETTE_STEPS,
      height: rows,
      data: table,
      format: 'rgba',
      min: 'nearest',
      mag: 'nearest',
      wrap: 'clamp',
    });
  }

  private uploadMesh(): void {
    const { floats, vertexCount } = this.mesh;
    if (floats.byteLength > this.vertexBytes) {
      this.vertexBytes = floats.byteLength;
      this.vertices({ usage: 'dynamic', type: 'float', data: floats });
    } else if (vertexCount > 0) {
      this.vertices.subdata(floats.subarray(0, vertexCount * VERTEX_WORDS));
    }
  }

  private initialProps(): HeatmapProps {
    return {
      ringA: this.ring.textureA,
      ringB: this.ring.textureB,
      ringMeta: this.ring.textureMeta,
      table: this.table,
      ringWidth: 1,
      ringHeight: 1,
      headSlot: 0,
      tableRows: 1,
      mean: 0,
      background: [0, 0, 0],
      hatch: [0, 0, 0],
      hatchPeriod: 1,
      hatchLine: 0,
      heightPx: 1,
      x0: 0,
      dx: 1,
      xStart: 0,
      xEnd: 0,
      columnCount: 0,
      yTop: 0,
      dy: 1,
      tickShift: 0,
      transferCode: 0,
      knee: 1,
      diverging: 0,
      offset: 0,
      positiveScale: 1,
      negativeScale: 1,
    };
  }

  private heatmapCommand(): REGL.DrawCommand<REGL.DefaultContext, HeatmapProps> {
    const { regl } = this;
    const prop = (name: keyof HeatmapProps): REGL.DynamicVariable<HeatmapProps[keyof HeatmapProps]> =>
      regl.prop<HeatmapProps, keyof HeatmapProps>(name);
    const names = Object.keys(this.heatmapProps) as (keyof HeatmapProps)[];
    return regl<object, object, HeatmapProps>({
      vert: heatmapVertex,
      frag: HEADER + transferSource + heatmapFragment,
      attributes: { a_corner: [-1, -1, 1, -1, -1, 1, 1, 1] },
      uniforms: Object.fromEntries(names.map((name) => [`u_${name}`, prop(name)])),
      primitive: 'triangle strip',
      count: 4,
      depth: { enable: false },
    });
  }

  private overlayCommand(): REGL.DrawCommand<REGL.DefaultContext, OverlayProps> {
    const { regl, vertices } = this;
    const words = (first: number): REGL.AttributeConfig => ({
      buffer: vertices,
      stride: VERTEX_BYTES,
      offset: first * 4,
    });
    return regl<object, object, OverlayProps>({
      vert: overlayVertex,
      frag: overlayFragment,
      attributes: {
        a_position: { ...words(0), size: 2 },
        a_offset: { ...words(2), size: 2 },
        a_halfWidth: { ...words(4), size: 1 },
        a_dash: { ...words(5), size: 3 },
        a_color: { ...words(8), size: 4, type: 'uint8', normalized: true },
      },
      uniforms: { u_canvasPx: regl.prop<OverlayProps, 'canvasPx'>('canvasPx') },
      primitive: 'triangle strip',
      count: regl.prop<OverlayProps, 'count'>('count'),
      depth: { enable: false },
      blend: {
        enable: true,
        func: {
          srcRGB: 'src alpha',
          srcAlpha: 'one',
          dstRGB: 'one minus src alpha',
          dstAlpha: 'one minus src alpha',
        },
      },
    });
  }
}
