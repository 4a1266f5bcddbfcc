import { describe, expect, it } from 'vitest';
import { pacedFrames } from '#render/paced-frames';

/** A screen that shows a frame `frameMs` after the last one. */
function screen(frameMs: () => number) {
  let now = 0;
  const timers: { at: number; run: () => void }[] = [];
  const after = (ms: number, run: () => void): void => {
    timers.push({ at: now + ms, run });
  };
  const request = pacedFrames({
    requestAnimationFrame: (run) => after(frameMs(), run),
    setTimeout: (run, ms) => after(ms, run),
    now: () => now,
  });
  const runUntil = (end: number): void => {
    for (;;) {
      const next = timers.reduce((a, b, i) => (b.at < (timers[a]?.at ?? Infinity) ? i : a), -1);
      if (next < 0 || timers[next].at > end) return;
      const [timer] = timers.splice(next, 1);
      now = timer.at;
      timer.run();
    }
  };
  return { request, runUntil, now: () => now };
}

/** Times at which a renderer that always wants to draw does so, within two seconds. */
function drawTimes(frameMs: () => number): number[] {
  const { request, runUntil, now } = screen(frameMs);
  const times: number[] = [];
  const draw = (): void => {
    times.push(now());
    request(draw);
  };
  request(draw);
  runUntil(2000);
  return times;
}

describe('paced frames', () => {
  it('come as fast as the screen on a fast machine', () => {
    expect(drawTimes(() => 16).length).toBe(125);
  });

  it('leave half of the time free on a slow one', () => {
    const times = drawTimes(() => 100);
    const gaps = times.slice(1).map((t, i) => t - times[i]);
    expect(times.length).toBeGreaterThan(4);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200);
  });

  it('are fast again once the frames are', () => {
    let frames = 0;
    const times = drawTimes(() => (++frames < 6 ? 100 : 16));
    expect(times.length).toBeGreaterThan(60);
  });
});
