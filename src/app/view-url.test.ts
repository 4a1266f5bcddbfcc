import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultView } from '#app/defaults';
import type { ViewState } from '#app/model';
import { decodeView, encodeView } from '#app/view-url';
import { columnIndex } from '#core/vp/columns';
import { cameraLimits, clampCamera, screenX, screenY } from '#view/camera';
import { checkSelection } from '#view/layer-styles';
import { layerTitle } from '#view/layer-groups';
import { layerLook, paletteTitle, viewRamp } from '#ui/ramp';
import { COMPOSITE_VIEW } from '#view/layers';

const coordinate = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((x) => x / 100);
const scale = fc.integer({ min: 1, max: 10_000 }).map((x) => x / 100);

const camera = fc.record({ centerBin: coordinate, centerTick: coordinate, binPx: scale, tickPx: scale });
const size = fc.record({
  width: fc.integer({ min: 1, max: 9999 }),
  height: fc.integer({ min: 1, max: 9999 }),
});

const views: fc.Arbitrary<ViewState> = fc
  .record({
    place: fc.oneof(
      fc.constant({ camera: undefined, cameraSize: undefined }),
      fc.record({ camera, cameraSize: fc.option(size, { nil: undefined }) }),
    ),
    words: wordsOfView(),
  })
  .map(({ place, words }) => ({ ...place, ...words }));

function wordsOfView(): fc.Arbitrary<Omit<ViewState, 'camera' | 'cameraSize'>> {
  return fc.record({
    layer: fc.constantFrom('composite-view', 'rest_depth', 'flow_score'),
    palette: fc.constantFrom(undefined, 'polar' as const, 'signal' as const),
    transfer: fc.constantFrom(undefined, 'linear' as const, 'symlog' as const),
    statistic: fc.constantFrom(undefined, 'max' as const, 'last' as const, 'mean' as const),
    showTrails: fc.boolean(),
    showProjection: fc.boolean(),
    theme: fc.constantFrom('dark' as const, 'light' as const, 'system' as const),
    zone: fc.constantFrom('exchange' as const, 'local' as const, 'utc' as const),
  });
}

/** Words that fit, words that every object has, and words of any kind, under every key of a link. */
const word = fc.oneof(
  fc.constantFrom('zzz', 'constructor', '__proto__', 'hasOwnProperty', 'states', 'tide', 'polar', 'signal'),
  fc.constantFrom('k', 'a_fill', 'composite-view', 'true', 'max', 'log', 'NaN', 'Infinity', '-1', '1e308'),
  fc.string({ maxLength: 12 }),
);
const cameraText = fc
  .array(
    fc.oneof(fc.double().map(String), fc.constantFrom('1e308', '-0', '0x10', ' ', 'NaN', '1e-320', '5')),
    { minLength: 3, maxLength: 7 },
  )
  .map((numbers) => numbers.join(','));
const hostileFragments = fc
  .record(
    {
      layer: word,
      palette: word,
      scale: word,
      stat: word,
      trails: word,
      projection: word,
      theme: word,
      zone: word,
      bin: word,
      camera: fc.oneof(word, cameraText),
    },
    { requiredKeys: [] },
  )
  .map((params) => `#${new URLSearchParams({ v: '1', ...params }).toString()}`);

const VIEWPORT = { width: 1200, height: 700, dpr: 1 };
const BOUNDS = { firstBin: 0, endBin: 7200, minTick: 23_950, maxTick: 24_050 };

/** What the page does with a view: names columns, draws the legend, hands layers and camera to the renderer. */
function usesOfView(view: ViewState): void {
  if (view.layer !== COMPOSITE_VIEW) columnIndex(view.layer);
  layerTitle(view.layer);
  paletteTitle(layerLook(view).palette);
  viewRamp(view, 'dark');
  const { palette, transfer, statistic, layer, camera } = view;
  const look = {
    ...(palette ? { palette } : {}),
    ...(transfer ? { transfer } : {}),
    ...(statistic ? { statistic } : {}),
  };
  checkSelection({ view: 'single', column: layer === COMPOSITE_VIEW ? 'k' : layer, ...look });
  if (!camera) return;
  expect(Object.values(view.cameraSize ?? { width: 1 }).every((px) => px >= 1)).toBe(true);
  const clamped = clampCamera(camera, VIEWPORT, cameraLimits(VIEWPORT, 101, BOUNDS), BOUNDS);
  const places = [camera, clamped].flatMap((c) => [screenX(c, VIEWPORT, 10), screenY(c, VIEWPORT, 24_000)]);
  expect(places.every(Number.isFinite)).toBe(true);
}

describe('view in the URL', () => {
  it('round-trips every view', () => {
    fc.assert(
      fc.property(views, fc.option(fc.nat(1_000_000), { nil: undefined }), (view, playhead) => {
        const fragment = encodeView(view, playhead);
        if (fragment === '') return;
        const linked = decodeView(fragment);
        expect({ ...defaultView(), ...linked?.view }).toEqual(view);
        expect(linked?.playhead).toBe(playhead);
      }),
    );
  });

  it('is empty for the default view', () => {
    expect(encodeView(defaultView(), undefined)).toBe('');
  });

  it('leaves out values it does not know', () => {
    expect(decodeView('#v=1&layer=<script>&scale=cubic&camera=1,2,0,4&bin=-3')).toEqual({
      view: {},
      playhead: undefined,
    });
  });

  it('leaves out names that every object has, and layers and palettes that do not go together', () => {
    for (const word of ['constructor', '__proto__', 'toString', 'zzz', 'states', '']) {
      expect(decodeView(`#v=1&layer=${word}&palette=${word}`)?.view).toEqual({});
    }
    expect(decodeView('#v=1&palette=tide')?.view).toEqual({});
    expect(decodeView('#v=1&palette=tide&layer=zzz')?.view).toEqual({});
    expect(decodeView('#v=1&palette=tide&layer=a_fill')?.view).toEqual({ layer: 'a_fill', palette: 'tide' });
  });

  it('keeps the scales of a day in one window', () => {
    const camera = { centerBin: 432_000, centerTick: 24_000, binPx: 0.00153, tickPx: 0.03125 };
    const linked = decodeView(encodeView({ ...defaultView(), camera }, undefined));
    expect(linked?.view.camera).toEqual(camera);
  });

  it('reads a camera of an unnamed size, and no camera of an impossible one', () => {
    const camera = { centerBin: 1, centerTick: 2, binPx: 3, tickPx: 4 };
    expect(decodeView('#v=1&camera=1,2,3,4')?.view).toEqual({ camera });
    expect(decodeView('#v=1&camera=1,2,3,4,800,600')?.view).toEqual({
      camera,
      cameraSize: { width: 800, height: 600 },
    });
    for (const tail of [',800', ',800,0', ',800,600,1', ',,', ',1e9,600', ',NaN,600']) {
      expect(decodeView(`#v=1&camera=1,2,3,4${tail}`)?.view).toEqual({});
    }
  });

  it('gives any text as a view that every part of the page can use', () => {
    fc.assert(
      fc.property(hostileFragments, (fragment) => {
        const linked = decodeView(fragment);
        const view = { ...defaultView(), ...linked?.view };
        expect(() => usesOfView(view)).not.toThrow();
        expect(linked?.playhead ?? 0).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a fragment of another version', () => {
    expect(decodeView('#v=2&bin=3')).toBeUndefined();
  });
});
