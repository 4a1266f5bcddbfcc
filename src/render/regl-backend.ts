import createREGL from 'regl';
import type REGL from 'regl';
import { problem } from '#base/problem';
import type { Problem } from '#base/problem';
import type { BackendEvents, BackendFactory, FrameInput, RenderBackend, RenderSurface } from './backend';
import { ReglPipeline } from './regl-pipeline';

const RESTORE_DELAY_MS = 20;

class ReglBackend implements RenderBackend {
  readonly name = 'webgl';
  private regl: REGL.Regl;
  private pipeline: ReglPipeline;
  private lost = false;
  private uploadedBefore = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly surface: RenderSurface,
    private readonly gl: WebGLRenderingContext,
    private readonly events: BackendEvents,
  ) {
    this.regl = wrap(gl);
    this.pipeline = new ReglPipeline(this.regl);
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
      this.pipeline = new ReglPipeline(this.regl);
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
  // Every frame is opaque; until the first one the page shows through, where an opaque canvas would be black.
  alpha: true,
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
