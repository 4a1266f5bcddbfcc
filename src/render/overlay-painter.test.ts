import { describe, expect, it } from 'vitest';
import type { OverlaySettings } from '#protocol/render-contract';
import { computeFrameView, createFrameView, deviceX, deviceY } from './frame-view';
import type { FrameView } from './frame-view';
import { DEFAULT_OVERLAYS, OverlayPainter } from './overlay-painter';
import type { LineStyle, OverlaySink } from './overlay-sink';
import { batchOf, testStream } from './testing/columns';
import { THEMES } from './theme';
import type { Rgba } from './theme';
import { Trails } from './trails';

interface Line {
  readonly points: [number, number][];
  readonly style: LineStyle;
}

class Recorder implements OverlaySink {
  readonly lines: Line[] = [];
  readonly bands: { points: [number, number, number][]; color: Rgba; opacity: number }[] = [];
  readonly discs: [number, number, number][] = [];

  line(points: Float32Array, count: number, style: LineStyle): void {
    const list = Array.from({ length: count }, (_, i): [number, number] => [
      points[2 * i],
      points[2 * i + 1],
    ]);
    this.lines.push({ points: list, style: { ...style } });
  }

  band(points: Float32Array, count: number, color: Rgba, opacity: number): void {
    const list = Array.from({ length: count }, (_, i): [number, number, number] => [
      points[3 * i],
      points[3 * i + 1],
      points[3 * i + 2],
    ]);
    this.bands.push({ points: list, color, opacity });
  }

  disc(x: number, y: number, radius: number): void {
    this.discs.push([x, y, radius]);
  }

  withColor(color: Rgba): Line[] {
    return this.lines.filter((l) => l.style.color === color);
  }
}

const viewport = { width: 400, height: 200, dpr: 1 };
const theme = THEMES.dark;
const spots = Array.from({ length: 64 }, (_, i) => 1000 + (i % 5));
const none: OverlaySettings = {
  grid: false,
  spotTrail: false,
  bestTrails: false,
  spreadFill: false,
  nowLine: false,
  projection: false,
  projectionHistory: false,
};

function trailsOf(values: readonly number[]): Trails {
  const trails = new Trails();
  trails.store(batchOf(0, values, 3, {}));
  return trails;
}

function viewOf(binPx: number, endBin: number): FrameView {
  const camera = { centerBin: endBin - 100 / binPx, centerTick: 1000, binPx, tickPx: 2 };
  return computeFrameView(createFrameView(), camera, viewport, 0, endBin, (l) => l);
}

function record(
  view: FrameView,
  trails: Trails,
  settings: Partial<OverlaySettings>,
  nowBin: number,
  lines: number[] = [],
): Recorder {
  const painter = new OverlayPainter();
  painter.setStyle('dark', 1);
  const sink = new Recorder();
  const stream = { ...testStream(3), horizons: [1, 4] };
  painter.paint(sink, {
    view,
    trails,
    stream,
    settings: { ...none, ...settings },
    nowBin,
    priceLines: lines,
  });
  return sink;
}

describe('overlays', () => {
  it('draw the spot as steps through the middle of its cells, as far as NOW', () => {
    const view = viewOf(4, 40);
    const sink = record(view, trailsOf(spots), { spotTrail: true }, 39);
    const [trail] = sink.withColor(theme.spot);
    for (let bin = view.firstColumn; bin < 40; bin++) {
      const onStep = trail.points.some(([x, y], i) => {
        const [x1, y1] = trail.points[i + 1] ?? [NaN, NaN];
        const spans = x <= deviceX(view, bin) + 0.5 && x1 >= deviceX(view, bin + 1) - 0.5;
        return spans && y === y1 && Math.abs(y - deviceY(view, spots[bin])) <= 0.5;
      });
      expect(onStep, `bin ${bin}`).toBe(true);
    }
    expect(Math.max(...trail.points.map(([x]) => x))).toBeLessThanOrEqual(deviceX(view, 40) + 0.6);
    expect(sink.withColor(theme.spotCasing)[0].points).toEqual(trail.points);
    expect(sink.discs.map(([, , r]) => r)).toEqual([6, 3]);
    expect(sink.discs[1][0]).toBeCloseTo(deviceX(view, 40), 6);
  });

  it('interrupt trails where there is no price', () => {
    const gaps = spots.map((s, i) => (i === 25 ? NaN : s));
    const [trail] = record(viewOf(4, 40), trailsOf(gaps), { spotTrail: true }, 39).withColor(theme.spot);
    const gap = trail.points.findIndex(([, y]) => Number.isNaN(y));
    expect(trail.points[gap - 1][0]).toBeCloseTo(trail.points[gap][0], 6);
    expect(trail.points[gap + 1][0] - trail.points[gap][0]).toBeCloseTo(4, 6);
  });

  it('spend no points on a trail that stays level', () => {
    const level = trailsOf(Array<number>(64).fill(1000));
    const sink = record(viewOf(4, 60), level, { spotTrail: true, bestTrails: true, spreadFill: true }, 59);
    for (const line of [...sink.withColor(theme.spot), ...sink.withColor(theme.bid)])
      expect(line.points.length).toBe(2);
    expect(sink.bands[0].points.length).toBe(2);
    const narrow = record(viewOf(2, 60), level, { spotTrail: true }, 59).withColor(theme.spot)[0];
    expect(narrow.points.length).toBe(2);
    expect(narrow.points[1][0] - narrow.points[0][0]).toBeGreaterThan(80);
  });

  it('draw the range of the spot when columns merge bins', () => {
    const view = viewOf(0.25, 64);
    expect(view.level).toBe(2);
    const [trail] = record(view, trailsOf(spots), { spotTrail: true }, 63).withColor(theme.spot);
    // Bins 4..7 walk over 1004, 1000, 1001, 1002.
    const ys = [trail.points[2][1], trail.points[3][1]].sort((a, b) => a - b);
    expect(ys[0]).toBeCloseTo(deviceY(view, 1004), 3);
    expect(ys[1]).toBeCloseTo(deviceY(view, 1000), 3);
  });

  it('know nothing after the playhead, at any zoom', () => {
    const calm = spots.map((s, i) => (i < 30 ? s : 1000));
    const wild = spots.map((s, i) => (i < 30 ? s : 1000 + 400 * (i - 29)));
    for (const binPx of [4, 1, 0.5, 0.25, 0.125]) {
      const view = viewOf(binPx, 30);
      const first = record(view, trailsOf(calm), DEFAULT_OVERLAYS, 29, [50]);
      const second = record(view, trailsOf(wild), DEFAULT_OVERLAYS, 29, [50]);
      expect(second).toEqual(first);
    }
  });

  it('fill the spread between the best prices and dash their trails in place', () => {
    const view = viewOf(4, 40);
    const sink = record(view, trailsOf(spots), { bestTrails: true, spreadFill: true }, 39);
    const [band] = sink.bands;
    expect(band.color).toBe(theme.spread);
    for (const [, upper, lower] of band.points) expect(lower - upper).toBeCloseTo(2, 6);
    const [bid] = sink.withColor(theme.bid);
    const [ask] = sink.withColor(theme.ask);
    expect(bid.points[0][1] - ask.points[0][1]).toBeCloseTo(2, 6);
    const later = record(viewOf(4, 41), trailsOf(spots), { bestTrails: true }, 40).withColor(theme.bid)[0];
    const period = 2 * bid.style.dash;
    const moved = (((later.style.dashStart - bid.style.dashStart + 4) % period) + period) % period;
    expect(Math.min(moved, period - moved)).toBeCloseTo(0, 6);
  });

  it('put one projection slice per horizon right of NOW, lifted by a positive score', () => {
    const trails = trailsOf(spots);
    const view = viewOf(4, 40);
    const sink = record(view, trails, { projection: true }, 39);
    const slices = sink.bands.filter((b) => b.color === theme.bandFill);
    expect(slices.map((s) => s.opacity)).toEqual([0.5, 0.3]);
    const score = trails.readyScore(39);
    const centre = (slices[0].points[0][1] + slices[0].points[0][2]) / 2;
    expect(centre).toBeCloseTo(deviceY(view, spots[39] + 8 * score * 6), 3);
    expect(slices[0].points[0][2] - slices[0].points[0][1]).toBeCloseTo(8 * 2, 3);
    const zone = sink.bands.find((b) => b.color === theme.zone)!;
    expect(zone.points[0][0]).toBeCloseTo(deviceX(view, 40), 3);
    expect(zone.points[1][0] - zone.points[0][0]).toBeCloseTo(0.15 * 400, 3);
    for (const s of slices) {
      expect(s.points[0][0]).toBeGreaterThanOrEqual(zone.points[0][0]);
      expect(s.points[1][0]).toBeLessThanOrEqual(zone.points[1][0]);
    }
  });

  it('draw no slices while the model is not ready, and nothing at all without data', () => {
    const young = record(viewOf(4, 3), trailsOf(spots), { projection: true }, 2);
    expect(young.bands.filter((b) => b.color === theme.bandFill)).toEqual([]);
    const empty = record(viewOf(4, 0), new Trails(), DEFAULT_OVERLAYS, -1);
    expect(empty.discs).toEqual([]);
    expect(empty.bands.every((b) => b.points.length === 0)).toBe(true);
  });

  it('part the historical steps where the prediction jumped by more than a band', () => {
    const trails = trailsOf(spots.map((s, i) => (i < 20 ? s : s + 500)));
    const view = viewOf(4, 40);
    const sink = record(view, trails, { projectionHistory: true }, 39);
    const [band] = sink.bands.filter((b) => b.color === theme.historyFill);
    const known = band.points.filter(([, y]) => !Number.isNaN(y));
    for (let i = 1; i < band.points.length; i++) {
      const [, a] = band.points[i - 1];
      const [, b] = band.points[i];
      if (!Number.isNaN(a) && !Number.isNaN(b)) expect(Math.abs(a - b)).toBeLessThanOrEqual(8 * 2 + 1e-3);
    }
    expect(known.length).toBeGreaterThan(40);
  });

  it('keep one-pixel lines on one pixel', () => {
    const view = viewOf(4, 40);
    const sink = record(view, trailsOf(spots), { grid: true, nowLine: true }, 39, [10.2, 77.9]);
    expect(sink.withColor(theme.gridLine).map((l) => l.points[0][1])).toEqual([10.5, 77.5]);
    const [now] = sink.withColor(theme.now);
    expect(now.points[0][0] % 1).toBe(0.5);
  });
});
