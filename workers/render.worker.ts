import { expose } from 'comlink';
import { createCanvas2dBackend } from '#render/canvas2d-backend';
import { HeatmapRenderer } from '#render/heatmap-renderer';
import { pacedFrames } from '#render/paced-frames';
import { createReglBackend } from '#render/regl-backend';

/**
 * The heatmap's own thread. It exposes `RenderApi` and owns the transferred canvas. Its response needs a
 * content security policy of its own with 'unsafe-eval', because regl compiles its commands at run time.
 */
const renderer = new HeatmapRenderer({
  backends: [
    { name: 'webgl', make: createReglBackend(() => new OffscreenCanvas(1, 1)) },
    { name: 'canvas2d', make: createCanvas2dBackend },
  ],
  requestFrame: pacedFrames({
    requestAnimationFrame: (callback) => {
      self.requestAnimationFrame(callback);
    },
    setTimeout: (callback, ms) => {
      self.setTimeout(callback, ms);
    },
    now: () => performance.now(),
  }),
  now: () => performance.now(),
});

expose(Object.assign(renderer, { ping: () => 0 }));
