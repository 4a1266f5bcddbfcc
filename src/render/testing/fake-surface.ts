/** A canvas without a browser: keeps the pixels put on it and writes down every path call. */
import type { Context2D, RenderSurface } from '../backend';

export interface FakeSurface extends RenderSurface {
  /** Path calls of the last frame, one line each. */
  readonly log: string[];
}

export function fakeSurface(): FakeSurface {
  const log: string[] = [];
  let pixels = new Uint8ClampedArray(0);
  const note =
    (name: string) =>
    (...args: unknown[]): void => {
      log.push(`${name} ${args.map((a) => (typeof a === 'number' ? a.toFixed(3) : String(a))).join(' ')}`);
    };
  const context = {
    lineDashOffset: 0,
    lineWidth: 1,
    lineJoin: 'miter',
    strokeStyle: '',
    fillStyle: '',
    createImageData: (width: number, height: number) => ({
      width,
      height,
      data: new Uint8ClampedArray(width * height * 4),
    }),
    putImageData: (image: { data: Uint8ClampedArray }) => {
      pixels = image.data.slice();
      log.length = 0;
    },
    getImageData: () => ({ data: pixels }),
    beginPath: note('beginPath'),
    moveTo: note('moveTo'),
    lineTo: note('lineTo'),
    closePath: note('closePath'),
    arc: note('arc'),
    setLineDash: note('setLineDash'),
    fill: () => note('fill')(context.fillStyle),
    stroke: () => note('stroke')(context.strokeStyle, context.lineWidth),
  };
  return {
    width: 1,
    height: 1,
    log,
    getContext: ((kind: string) =>
      kind === '2d' ? (context as unknown as Context2D) : null) as RenderSurface['getContext'],
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
}
