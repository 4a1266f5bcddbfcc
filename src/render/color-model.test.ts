import { describe, expect, it } from 'vitest';
import { FrameSource } from './backend';
import { paintPicture, tableIndex } from './color-model';
import { EMPTY_CELL } from './column-merge';
import { computeFrameView, createFrameView } from './frame-view';
import type { FrameView } from './frame-view';
import { defaultStyle } from '#view/layer-styles';
import { DEPTH_STEPS, PALETTE_STEPS } from '#view/palettes';
import { StyleResolver } from './picture-style';
import type { PictureStyle } from './picture-style';
import { Scene } from './scene';
import { batchOf, testStream } from './testing/columns';

const ROWS = 11;
const BASE = 24_000;
const viewport = { width: 40, height: 44, dpr: 1 };

function sceneWith(
  spots: readonly number[],
  depth: (bin: number, tick: number) => number,
  score = (_b: number, _t: number) => 0,
): Scene {
  const scene = new Scene(testStream(ROWS), 1e9, (c) => defaultStyle(c).statistic);
  scene.append(batchOf(0, spots, ROWS, { rest_depth: depth, flow_score: score }));
  return scene;
}

function sourceOf(scene: Scene, view: FrameView, columns: [string, string | null]): FrameSource {
  const source = new FrameSource();
  source.layerA = scene.layer(columns[0]);
  source.layerB = columns[1] === null ? undefined : scene.layer(columns[1]);
  source.level = view.level;
  source.endBin = view.dataEnd;
  return source;
}

function paint(scene: Scene, view: FrameView, style: PictureStyle): (x: number, y: number) => number[] {
  const out = new Uint8Array(view.widthPx * view.heightPx * 4);
  paintPicture(view, style, sourceOf(scene, view, [style.columnA, style.columnB]), out);
  return (x, y) => [...out.subarray((y * view.widthPx + x) * 4, (y * view.widthPx + x) * 4 + 3)];
}

function entry(style: PictureStyle, index: number): number[] {
  return [...style.table.subarray(index * 4, index * 4 + 3)];
}

const single = {
  view: 'single',
  column: 'rest_depth',
  transfer: 'linear',
  range: { lo: 0, hi: 254 },
} as const;
const style = new StyleResolver().resolve(single, 'dark', 0);

describe('table indices', () => {
  it('are the nearest entry', () => {
    expect([0, 0.4, 0.6, 100, 254, 999, -5].map((v) => tableIndex(style, v, 0))).toEqual([
      0, 0, 1, 100, 254, 254, 0,
    ]);
  });

  it('combine depth and score in the composite view', () => {
    const composite = new StyleResolver().resolve(
      { view: 'composite', depthRange: { lo: 0, hi: 1000 } },
      'dark',
      0,
    );
    const middle = (PALETTE_STEPS - 1) / 2;
    expect(tableIndex(composite, 0, 0)).toBe(middle);
    expect(tableIndex(composite, 1000, 1)).toBe((DEPTH_STEPS - 1) * PALETTE_STEPS + PALETTE_STEPS - 1);
    expect(tableIndex(composite, 1000, -1)).toBe((DEPTH_STEPS - 1) * PALETTE_STEPS);
    expect(tableIndex(composite, 1000, EMPTY_CELL)).toBe((DEPTH_STEPS - 1) * PALETTE_STEPS + middle);
  });
});

describe('the painted picture', () => {
  it('puts every cell at its bin and its absolute tick', () => {
    // Value = place in the window, so that a cell tells where it came from.
    const spots = [BASE, BASE + 2, NaN, BASE];
    const scene = sceneWith(spots, (bin, tick) => 10 * bin + (tick - BASE));
    const camera = { centerBin: 2, centerTick: BASE, binPx: 10, tickPx: 4 };
    const view = computeFrameView(createFrameView(), camera, viewport, 0, 4, (l) => l);
    const pixel = paint(scene, view, style);
    // Tick BASE + n is centred at y = 22 - 4 n.
    expect(pixel(5, 22)).toEqual(entry(style, 0));
    expect(pixel(5, 22 - 4 * 5)).toEqual(entry(style, 5));
    expect(pixel(15, 22 - 4 * 3)).toEqual(entry(style, 13));
    expect(pixel(35, 22 - 4)).toEqual(entry(style, 31));
    const background = [10, 10, 15];
    expect(pixel(25, 22)).toEqual(background);
    expect(pixel(15, 22 + 4 * 4)).toEqual(background);
    expect(style.background).toEqual(background);
  });

  it('hatches a known column above and below its rows, and nothing else', () => {
    const scene = sceneWith([BASE, BASE + 2, NaN], () => 100);
    const camera = { centerBin: 2, centerTick: BASE, binPx: 10, tickPx: 2 };
    const view = computeFrameView(createFrameView(), camera, viewport, 0, 3, (l) => l);
    const pixel = paint(scene, view, style);
    const hatched = (x: number, y: number): boolean => pixel(x, y).join() === style.hatch.join();
    for (let x = 0; x < 40; x++) {
      for (let y = 0; y < 44; y++) {
        const tick = Math.floor(BASE + (22 - y - 0.5) / 2 + 0.5);
        const spot = [BASE, BASE + 2][Math.floor(x / 10)] ?? NaN;
        const beyond = Math.abs(tick - spot) > (ROWS - 1) / 2;
        expect(hatched(x, y), `${x}, ${y}`).toBe(beyond && (x + y) % 7 === 0);
        if (beyond && !hatched(x, y)) expect(pixel(x, y)).toEqual([...style.background]);
      }
    }
  });

  it('has whole-pixel cells with hard edges', () => {
    const scene = sceneWith([BASE, BASE], (bin, tick) => 50 * (bin + 1) + (tick - BASE));
    const camera = { centerBin: 1, centerTick: BASE, binPx: 20, tickPx: 4 };
    const view = computeFrameView(createFrameView(), camera, viewport, 0, 2, (l) => l);
    const pixel = paint(scene, view, style);
    for (let x = 0; x < 20; x++) expect(pixel(x, 21)).toEqual(entry(style, 50));
    for (let x = 20; x < 40; x++) expect(pixel(x, 21)).toEqual(entry(style, 100));
    for (let y = 20; y < 24; y++) expect(pixel(3, y)).toEqual(entry(style, 50));
    expect(pixel(3, 19)).toEqual(entry(style, 51));
    expect(pixel(3, 24)).toEqual(entry(style, 49));
  });

  it('shows a wall of one cell at every zoom', () => {
    const bins = 3000;
    const scene = sceneWith(Array<number>(bins).fill(BASE), (bin, tick) =>
      bin === 1777 && tick === BASE + 3 ? 254 : 1,
    );
    for (const binPx of [12, 3, 1, 0.7, 0.3, 0.11, 0.03, 0.0134]) {
      for (const tickPx of [8, 4, 1.3, 0.6, 0.2, 0.04]) {
        const camera = { centerBin: 1777.3, centerTick: BASE + 1.2, binPx, tickPx };
        const view = computeFrameView(createFrameView(), camera, viewport, 0, bins, (l) => Math.min(l, 12));
        const pixel = paint(scene, view, style);
        let seen = 0;
        for (let x = 0; x < 40; x++)
          for (let y = 0; y < 44; y++) if (pixel(x, y).join() === entry(style, 254).join()) seen++;
        expect(seen, `bins ${binPx} px, ticks ${tickPx} px`).toBeGreaterThan(0);
      }
    }
  });

  it('averages instead where the mean is asked for', () => {
    const scene = sceneWith(Array<number>(4).fill(BASE), (bin) => (bin === 1 ? 200 : 0));
    const mean = new StyleResolver().resolve({ ...single, statistic: 'mean' }, 'dark', 0);
    scene.setStatistic('rest_depth', 'mean');
    const camera = { centerBin: 2, centerTick: BASE, binPx: 0.25, tickPx: 4 };
    const view = computeFrameView(createFrameView(), camera, viewport, 0, 4, (l) => l);
    expect(view.level).toBe(2);
    expect(paint(scene, view, mean)(19, 22)).toEqual(entry(mean, 50));
  });

  it('leaves what is not known empty', () => {
    const scene = sceneWith([BASE, BASE], (_bin, tick) => (tick === BASE ? NaN : 100));
    const camera = { centerBin: 1, centerTick: BASE, binPx: 20, tickPx: 4 };
    const view = computeFrameView(createFrameView(), camera, viewport, 0, 2, (l) => l);
    const pixel = paint(scene, view, style);
    expect(pixel(3, 22)).toEqual([10, 10, 15]);
    expect(pixel(3, 18)).toEqual(entry(style, 100));
  });
});
