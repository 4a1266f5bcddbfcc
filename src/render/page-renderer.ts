import { createCanvas2dBackend } from './canvas2d-backend';
import { HeatmapRenderer } from './heatmap-renderer';

/**
 * The renderer on the page itself, for browsers without OffscreenCanvas in workers. Canvas2D only: the WebGL
 * library compiles code at run time, which the page's content security policy forbids.
 */
export function createPageRenderer(): HeatmapRenderer {
  return new HeatmapRenderer({
    backends: [{ name: 'canvas2d', make: createCanvas2dBackend }],
    requestFrame: (callback) => {
      requestAnimationFrame(callback);
    },
    now: () => performance.now(),
  });
}
