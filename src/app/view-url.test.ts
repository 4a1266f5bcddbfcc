import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultView } from '#app/defaults';
import type { ViewState } from '#app/model';
import { decodeView, encodeView } from '#app/view-url';

const coordinate = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((x) => x / 100);
const scale = fc.integer({ min: 1, max: 10_000 }).map((x) => x / 100);

const views: fc.Arbitrary<ViewState> = fc.record({
  camera: fc.option(
    fc.record({ centerBin: coordinate, centerTick: coordinate, binPx: scale, tickPx: scale }),
    {
      nil: undefined,
    },
  ),
  layer: fc.constantFrom('composite-view', 'rest_depth', 'flow_score'),
  palette: fc.constantFrom(undefined, 'tide' as const, 'signal' as const),
  transfer: fc.constantFrom(undefined, 'linear' as const, 'symlog' as const),
  statistic: fc.constantFrom(undefined, 'max' as const, 'last' as const, 'mean' as const),
  showTrails: fc.boolean(),
  showProjection: fc.boolean(),
  theme: fc.constantFrom('dark' as const, 'light' as const, 'system' as const),
  zone: fc.constantFrom('exchange' as const, 'local' as const, 'utc' as const),
});

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

  it('refuses a fragment of another version', () => {
    expect(decodeView('#v=2&bin=3')).toBeUndefined();
  });
});
