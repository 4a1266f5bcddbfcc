import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefreshPace } from '#app/refresh-pace';

/** A page on which it takes `costMs()` until a refresh is on the screen; Infinity: it never is. */
function page(costMs: () => number, hasPicture: () => boolean = () => true) {
  const refreshes: number[] = [];
  const pace = new RefreshPace({
    now: () => performance.now(),
    refresh: () => refreshes.push(performance.now()),
    shown: () =>
      new Promise((resolve) => {
        if (costMs() < Infinity) setTimeout(() => resolve(hasPicture()), costMs());
      }),
  });
  return { pace, refreshes };
}

/** Asks for a refresh every 10 ms. */
async function load(pace: RefreshPace, ms: number): Promise<void> {
  for (let t = 0; t < ms; t += 10) {
    pace.request();
    await vi.advanceTimersByTimeAsync(10);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the pace of refreshes', () => {
  it('shows the first at once and many a second on a fast machine', async () => {
    const { pace, refreshes } = page(() => 16);
    pace.request();
    await vi.advanceTimersByTimeAsync(0);
    expect(refreshes).toHaveLength(1);
    await load(pace, 1000);
    expect(refreshes.length).toBeGreaterThan(10);
  });

  it('leaves a slow machine three quarters of the time', async () => {
    const { pace, refreshes } = page(() => 200);
    await load(pace, 8000);
    expect(refreshes.length).toBeGreaterThanOrEqual(9);
    expect(refreshes.length).toBeLessThanOrEqual(11);
  });

  it('still shows something every few seconds where nothing comes to the screen', async () => {
    const { pace, refreshes } = page(() => Infinity);
    await load(pace, 9000);
    const gaps = refreshes.slice(1).map((t, i) => t - refreshes[i]);
    expect(Math.max(...gaps)).toBeLessThan(3000);
  });

  it('shows the last change when no other follows', async () => {
    const { pace, refreshes } = page(() => 300);
    pace.request();
    await vi.advanceTimersByTimeAsync(10);
    pace.request();
    await vi.advanceTimersByTimeAsync(5000);
    expect(refreshes).toHaveLength(2);
  });

  it('makes the engine wait for the first picture at once, later only for a late one', async () => {
    let cost = 200;
    const { pace } = page(() => cost);
    expect(pace.late).toBeUndefined();
    pace.flush();
    expect(pace.late).toBeDefined();
    await vi.advanceTimersByTimeAsync(200);
    expect(pace.late).toBeUndefined();

    cost = 900;
    pace.flush();
    expect(pace.late).toBeUndefined();
    await vi.advanceTimersByTimeAsync(600);
    const { late } = pace;
    expect(late).toBeDefined();
    await vi.advanceTimersByTimeAsync(300);
    await late;
    expect(pace.late).toBeUndefined();
  });

  it('does not count a refresh without a picture as the first one', async () => {
    let drawn = false;
    const { pace } = page(
      () => 100,
      () => drawn,
    );
    pace.flush();
    await vi.advanceTimersByTimeAsync(100);
    pace.flush();
    expect(pace.late).toBeDefined();
    drawn = true;
    await vi.advanceTimersByTimeAsync(100);
    pace.flush();
    expect(pace.late).toBeUndefined();
    await vi.advanceTimersByTimeAsync(100);
    pace.restart();
    pace.flush();
    expect(pace.late).toBeDefined();
  });

  it('never makes the engine wait for long, and not at all on a hidden page', async () => {
    const { pace } = page(() => Infinity);
    pace.flush();
    const { late } = pace;
    await vi.advanceTimersByTimeAsync(2000);
    await late;
    expect(pace.late).toBeUndefined();

    const hidden = new RefreshPace({
      now: () => performance.now(),
      refresh: () => undefined,
      shown: () => undefined,
    });
    hidden.flush();
    await hidden.late;
    await vi.advanceTimersByTimeAsync(0);
    expect(hidden.late).toBeUndefined();
  });
});
