/** A frame that takes longer to come to the screen than this is drawn by a machine without a fast graphics unit. */
const SLOW_FRAME_MS = 40;

export interface FrameSource {
  requestAnimationFrame(callback: () => void): void;
  setTimeout(callback: () => void, ms: number): void;
  now(): number;
}

/**
 * Animation frames that leave a slow machine to the engine half of the time: after a frame that took long, the next
 * one waits as long again. A software renderer would otherwise take all cores for as long as bins keep coming.
 */
export function pacedFrames(source: FrameSource): (draw: () => void) => void {
  let readyAtMs = 0;
  const request = (draw: () => void): void => {
    const waitMs = readyAtMs - source.now();
    if (waitMs > 0) {
      source.setTimeout(() => request(draw), waitMs);
      return;
    }
    source.requestAnimationFrame(() => {
      const startMs = source.now();
      if (startMs < readyAtMs) {
        request(draw);
        return;
      }
      // The frame after it comes when this one is on the screen.
      source.requestAnimationFrame(() => {
        const tookMs = source.now() - startMs;
        readyAtMs = tookMs > SLOW_FRAME_MS ? source.now() + tookMs : 0;
      });
      draw();
    });
  };
  return request;
}
