import { problem } from '#base/problem';
import type { BackendFactory, Context2D, FrameInput, RenderBackend, RenderSurface } from './backend';
import { paintPicture } from './color-model';
import type { LineStyle, OverlaySink } from './overlay-sink';
import type { Rgba } from './theme';

/** The fallback without WebGL: the CPU colour model for the cells, 2D paths for the overlays. */
class Canvas2dBackend implements RenderBackend {
  readonly name = 'canvas2d';
  readonly maxColumns = Infinity;
  readonly columnsUploaded = 0;
  private image: ImageData;
  private readonly sink: Context2dSink;

  constructor(
    private readonly surface: RenderSurface,
    private readonly context: Context2D,
  ) {
    this.image = context.createImageData(1, 1);
    this.sink = new Context2dSink(context);
  }

  get graphicsBytes(): number {
    return this.image.data.byteLength * 2;
  }

  resize(widthPx: number, heightPx: number): void {
    this.surface.width = widthPx;
    this.surface.height = heightPx;
    this.image = this.context.createImageData(widthPx, heightPx);
  }

  invalidate(): void {
    // Every frame reads the scene afresh.
  }

  draw({ view, style, source, paintOverlay }: FrameInput): void {
    paintPicture(view, style, source, this.image.data);
    this.context.putImageData(this.image, 0, 0);
    paintOverlay?.(this.sink);
  }

  readPixels(out: Uint8Array): void {
    out.set(this.context.getImageData(0, 0, this.surface.width, this.surface.height).data);
  }

  simulateContextLoss(): Promise<boolean> {
    return Promise.resolve(false);
  }

  dispose(): void {
    this.image = this.context.createImageData(1, 1);
  }
}

class Context2dSink implements OverlaySink {
  constructor(private readonly context: Context2D) {
    context.lineJoin = 'round';
  }

  line(points: Float32Array, count: number, style: LineStyle): void {
    const c = this.context;
    c.strokeStyle = cssColor(style.color, style.opacity);
    c.lineWidth = style.width;
    c.setLineDash(style.dash > 0 ? [style.dash, style.gap] : []);
    c.lineDashOffset = (style.dashAxis === 'x' ? points[0] : points[1]) - style.dashStart || 0;
    c.beginPath();
    let open = false;
    for (let i = 0; i < count; i++) {
      const x = points[2 * i];
      const y = points[2 * i + 1];
      const known = x === x && y === y;
      if (known && open) c.lineTo(x, y);
      else if (known) c.moveTo(x, y);
      open = known;
    }
    c.stroke();
  }

  band(points: Float32Array, count: number, color: Rgba, opacity: number): void {
    this.context.fillStyle = cssColor(color, opacity);
    for (let i = 0; i < count;) {
      if (!isTriple(points, i)) {
        i++;
        continue;
      }
      let end = i;
      while (end < count && isTriple(points, end)) end++;
      this.fillRun(points, i, end);
      i = end;
    }
  }

  disc(x: number, y: number, radius: number, color: Rgba): void {
    const c = this.context;
    c.fillStyle = cssColor(color, 1);
    c.beginPath();
    c.arc(x, y, radius, 0, 2 * Math.PI);
    c.fill();
  }

  private fillRun(points: Float32Array, first: number, end: number): void {
    const c = this.context;
    c.beginPath();
    for (let i = first; i < end; i++) c.lineTo(points[3 * i], points[3 * i + 1]);
    for (let i = end - 1; i >= first; i--) c.lineTo(points[3 * i], points[3 * i + 2]);
    c.closePath();
    c.fill();
  }
}

function isTriple(points: Float32Array, i: number): boolean {
  const sum = points[3 * i] + points[3 * i + 1] + points[3 * i + 2];
  return sum === sum;
}

function cssColor([r, g, b, a]: Rgba, opacity: number): string {
  return `rgba(${r},${g},${b},${a * opacity})`;
}

export const createCanvas2dBackend: BackendFactory = (surface) => {
  const context = surface.getContext('2d', { alpha: false });
  return context
    ? new Canvas2dBackend(surface, context)
    : problem('render/no-canvas', 'This browser offers no drawing context for the heatmap', {
        tip: 'Turn on hardware acceleration, or close other tabs that draw graphics.',
      });
};
