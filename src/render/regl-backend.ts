import createREGL from 'regl';
import type REGL from 'regl';
import { problem } from '#base/problem';
import type { Problem } from '#base/problem';
import heatmapFragment from '../../shaders/heatmap.frag.glsl?raw';
import heatmapVertex from '../../shaders/heatmap.vert.glsl?raw';
import overlayFragment from '../../shaders/overlay.frag.glsl?raw';
import overlayVertex from '../../shaders/overlay.vert.glsl?raw';
import transferSource from '../../shaders/transfer.glsl?raw';
import type { BackendEvents, BackendFactory, FrameInput, RenderBackend, RenderSurface } from './backend';
import { MAX_TICKS_PER_PIXEL } from './camera';
import { EMPTY_BELOW, EMPTY_CELL } from './column-merge';
import { ColumnRing } from './column-ring';
import { OverlayMesh, VERTEX_BYTES, VERTEX_WORDS } from './overlay-mesh';
import { DEPTH_STEPS, PALETTE_STEPS } from './palettes';
import { SCORE_EXPONENT, TRANSFER_CODE } from './transfer';

/** Highest tick count of a pixel: the bound, plus one where both ends fall on whole ticks after rounding. */
const MAX_TICKS = MAX_TICKS_PER_PIXEL + 1;
const RESTORE_DELAY_MS = 20;

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

/** Everything that dies with a context; built anew when it comes back. */
class Pipeline {
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
    for (let i = 0; i < 3; i++) p.background[i] = style.background[i] / 255;
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

class ReglBackend implements RenderBackend {
  readonly name = 'webgl';
  private regl: REGL.Regl;
  private pipeline: Pipeline;
  private lost = false;
  private uploadedBefore = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly surface: RenderSurface,
    private readonly gl: WebGLRenderingContext,
    private readonly events: BackendEvents,
  ) {
    this.regl = wrap(gl);
    this.pipeline = new Pipeline(this.regl);
    surface.addEventListener('webglcontextlost', this.onLost);
    surface.addEventListener('webglcontextrestored', this.onRestored);
  }

  get maxColumns(): number {
    return this.regl.limits.maxTextureSize;
  }

  get graphicsBytes(): number {
    return this.pipeline.bytes;
  }

  get columnsUploaded(): number {
    return this.uploadedBefore + this.pipeline.ring.uploaded;
  }

  resize(widthPx: number, heightPx: number): void {
    this.surface.width = widthPx;
    this.surface.height = heightPx;
  }

  invalidate(firstBin: number, endBin: number): void {
    this.pipeline.ring.invalidate(firstBin, endBin);
  }

  draw(input: FrameInput): void {
    if (!this.lost) this.pipeline.draw(input);
  }

  readPixels(out: Uint8Array): void {
    const { width, height } = this.surface;
    if (this.lost) {
      out.fill(0);
      return;
    }
    this.gl.readPixels(0, 0, width, height, this.gl.RGBA, this.gl.UNSIGNED_BYTE, out);
    flipRows(out, width * 4, height);
  }

  async simulateContextLoss(): Promise<boolean> {
    const extension = this.gl.getExtension('WEBGL_lose_context');
    if (!extension) return false;
    const restored = new Promise<void>((resolve) => this.waiting.push(resolve));
    extension.loseContext();
    // The context may only be asked for again once the loss has been announced.
    setTimeout(() => extension.restoreContext(), RESTORE_DELAY_MS);
    await restored;
    return true;
  }

  dispose(): void {
    this.surface.removeEventListener('webglcontextlost', this.onLost);
    this.surface.removeEventListener('webglcontextrestored', this.onRestored);
    this.regl.destroy();
  }

  private readonly onLost = (event: Event): void => {
    // Without this the browser does not offer the context again.
    event.preventDefault();
    this.lost = true;
    this.events.contextLost();
  };

  private readonly onRestored = (): void => {
    try {
      this.uploadedBefore = this.columnsUploaded;
      this.regl.destroy();
      this.regl = wrap(this.gl);
      this.pipeline = new Pipeline(this.regl);
      this.lost = false;
      this.events.contextRestored();
    } catch (error) {
      this.events.failed(graphicsProblem(error));
    }
    for (const resolve of this.waiting.splice(0)) resolve();
  };
}

function wrap(gl: WebGLRenderingContext): REGL.Regl {
  return createREGL({ gl, extensions: ['OES_texture_float'] });
}

function flipRows(pixels: Uint8Array, stride: number, rows: number): void {
  const line = new Uint8Array(stride);
  for (let top = 0, bottom = rows - 1; top < bottom; top++, bottom--) {
    line.set(pixels.subarray(top * stride, (top + 1) * stride));
    pixels.copyWithin(top * stride, bottom * stride, (bottom + 1) * stride);
    pixels.set(line, bottom * stride);
  }
}

function graphicsProblem(error: unknown): Problem {
  const detail = error instanceof Error ? error.message : String(error);
  return problem('render/webgl', `The heatmap could not be set up with WebGL: ${detail}`, {
    tip: 'The picture is drawn without graphics acceleration instead, which is slower.',
  });
}

const CONTEXT_OPTIONS: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  depth: false,
  stencil: false,
  preserveDrawingBuffer: false,
  powerPreference: 'high-performance',
};

/**
 * WebGL through regl, which compiles its commands with the `Function` constructor: use it only where the
 * content security policy allows that, i.e. in the render worker.
 * @param makeProbe a throw-away surface: once a canvas has a WebGL context it cannot become a 2D canvas, so the
 * needed features are tried elsewhere first
 */
export function createReglBackend(makeProbe: () => RenderSurface): BackendFactory {
  return (surface, events) => {
    const lacking = missingFeature(makeProbe());
    if (lacking) return graphicsProblem(lacking);
    const gl = surface.getContext('webgl', CONTEXT_OPTIONS);
    if (!gl) return graphicsProblem('no context for the canvas');
    try {
      return new ReglBackend(surface, gl, events);
    } catch (error) {
      return graphicsProblem(error);
    }
  };
}

function missingFeature(probe: RenderSurface): string | undefined {
  const gl = probe.getContext('webgl', CONTEXT_OPTIONS);
  if (!gl) return 'WebGL is not available';
  try {
    if (!gl.getExtension('OES_texture_float')) return 'float textures are not available';
    const precision = gl.getShaderPrecisionFormat(gl.FRAGMENT_SHADER, gl.HIGH_FLOAT);
    if (!precision || precision.precision < 23) return 'shaders lack 32-bit floats';
    // Throws where the content security policy forbids compiling code at run time.
    wrap(gl).destroy();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}
