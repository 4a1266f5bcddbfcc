import { beforeEach, describe, expect, it } from 'vitest';
import { Store } from '#base/store';
import { defaultView, emptySession } from '#app/defaults';
import type { BinReadout, PlayerState, SessionState, ViewState } from '#app/model';
import type { CameraState, FrameEvent, Viewport } from '#protocol/render-contract';
import { defaultCamera, followCamera, screenX, worldX, worldY } from '#view/camera';
import { MapView, type WheelInput } from '#ui/map-view';

const ROWS = 101;
const viewport: Viewport = { width: 1000, height: 505, dpr: 1 };
/** The picture that follows bin 2644, and its spot. */
const drawn: CameraState = followCamera(defaultCamera(viewport, ROWS), viewport, 2644, 1000);

/** A page with a stream of 5000 bins that follows the playhead; its renderer has drawn nothing yet. */
function page() {
  const config = { grid_rows: ROWS } as unknown as SessionState['config'];
  const model = {
    session: new Store<SessionState>({ ...emptySession(), phase: 'ready', bins: 5000, config }),
    view: new Store<ViewState>(defaultView()),
    player: new Store<PlayerState>({ playing: false, speed: 1, playhead: 2644, follow: true }),
    readout: () => ({ spotTick: 1000 }) as BinReadout,
  };
  const actions = {
    setView: (change: Partial<ViewState>) => model.view.update(change),
    setFollow: (follow: boolean) => model.player.update({ follow }),
  };
  const map = {
    frame: new Store<FrameEvent | undefined>(undefined),
    bounds: () => ({ firstBin: 0, endBin: 5000, minTick: 700, maxTick: 1300 }),
  };
  return { model, view: new MapView(model, actions, map), camera: () => model.view.value.camera! };
}

function wheel(change: Partial<WheelInput>): WheelInput {
  return { deltaX: 0, deltaY: 0, deltaMode: 0, shiftKey: false, ctrlKey: false, metaKey: false, ...change };
}

let at: ReturnType<typeof page>;
beforeEach(() => {
  at = page();
  at.view.setViewport(viewport);
});

describe('the view of the map', () => {
  it('begins at zoom 1 as soon as there is a stream and a size', () => {
    expect(at.camera()).toMatchObject({ binPx: drawn.binPx, tickPx: drawn.tickPx });
  });

  it('brings a camera from a link inside the limits of this window', () => {
    at.model.view.update({ camera: { ...drawn, binPx: 1e6, tickPx: 1e-6 } });
    at.view.ensureCamera();
    expect(at.camera().binPx).toBeCloseTo(12 * drawn.binPx, 9);
    expect(at.camera().tickPx).toBeGreaterThan(0.1);
  });

  it('shows the bins and prices of a link whatever the size of its map was', () => {
    const small = { ...viewport, width: 500, height: 404 };
    const linked = { ...drawn, binPx: 4, tickPx: 10 };
    at.model.view.update({ camera: linked, cameraSize: { width: small.width, height: small.height } });
    at.view.ensureCamera();
    expect(at.camera().binPx).toBeCloseTo(8, 9);
    expect(at.camera().tickPx).toBeCloseTo(12.5, 9);
    at.view.setViewport(small);
    expect(at.camera().binPx).toBeCloseTo(linked.binPx, 9);
    expect(at.camera().tickPx).toBeCloseTo(linked.tickPx, 9);
  });

  it('keeps the zoom of a link to more than has been loaded yet, until all is', () => {
    const whole = { ...drawn, binPx: 0.01, tickPx: 0.5 };
    at.model.session.update({ phase: 'loading', bins: 10 });
    at.model.view.update({ camera: whole });
    at.view.ensureCamera();
    expect(at.camera()).toMatchObject({ binPx: whole.binPx, tickPx: whole.tickPx });
    at.model.session.update({ phase: 'ready', bins: 5000 });
    at.view.ensureCamera();
    expect(at.camera().binPx).toBeCloseTo(850 / 5000, 9);
  });

  it('leaves a camera inside the limits alone', () => {
    const before = at.camera();
    at.view.ensureCamera();
    expect(at.camera()).toBe(before);
  });

  it('does nothing without a size', () => {
    const blind = page();
    blind.view.panBy(10, 0);
    blind.view.home();
    blind.view.ensureCamera();
    expect(blind.model.view.value.camera).toBeUndefined();
    expect(blind.model.player.value.follow).toBe(true);
  });

  it('keeps its zoom when the window changes its size', () => {
    at.view.zoomAboutCentre(2, 1);
    expect(at.view.setViewport({ ...viewport, width: 500 })).toBe(true);
    expect(at.camera().binPx).toBeCloseTo(drawn.binPx, 9);
    expect(at.view.setViewport({ ...viewport, width: 500 })).toBe(false);
  });
});

describe('moves', () => {
  it('zoom without ending following', () => {
    at.view.zoomAt(300, 100, 2, 1);
    expect(at.model.player.value.follow).toBe(true);
    expect(worldX(at.camera(), viewport, 300)).toBeCloseTo(worldX(drawn, viewport, 300), 9);
  });

  it('pan from where the picture stands and end following', () => {
    at.view.panBy(50, 0);
    expect(at.model.player.value.follow).toBe(false);
    expect(at.camera().centerBin).toBeCloseTo(drawn.centerBin - 50 / drawn.binPx, 9);
    at.view.panBy(50, 0);
    expect(at.camera().centerBin).toBeCloseTo(drawn.centerBin - 100 / drawn.binPx, 9);
  });

  it('already say where the picture stays at the moment following ends', () => {
    const seen: (CameraState | undefined)[] = [];
    at.model.player.subscribe(() => {
      at.view.followEnded();
      seen.push(at.model.view.value.camera);
    });
    at.view.panBy(50, 0);
    expect(seen).toEqual([at.camera()]);
    expect(at.camera().centerBin).toBeCloseTo(drawn.centerBin - 50 / drawn.binPx, 9);
  });

  it('stay where the picture is when following is switched off', () => {
    at.model.player.update({ follow: false });
    at.view.followEnded();
    expect(at.camera()).toEqual(drawn);
  });

  it('pinch about the fingers', () => {
    at.view.pinch(200, 200, 2, 0, 0);
    expect(worldX(at.camera(), viewport, 200)).toBeCloseTo(worldX(drawn, viewport, 200), 9);
    expect(worldY(at.camera(), viewport, 200)).toBeCloseTo(worldY(drawn, viewport, 200), 9);
    expect(at.camera().binPx).toBeCloseTo(2 * drawn.binPx, 9);
  });

  it('go home to zoom 1 and follow', () => {
    at.view.panBy(50, 20);
    at.view.zoomAboutCentre(3, 3);
    at.view.home();
    expect(at.model.player.value.follow).toBe(true);
    expect(at.camera()).toMatchObject({ binPx: drawn.binPx, tickPx: drawn.tickPx });
  });

  it('fit all bins up to the playhead', () => {
    at.view.fit();
    expect(screenX(at.camera(), viewport, 0)).toBeCloseTo(0, 6);
    expect(screenX(at.camera(), viewport, 2645)).toBeCloseTo(850, 6);
    expect(at.model.player.value.follow).toBe(false);
  });

  it('reveal a cell only when it is out of view', () => {
    at.view.reveal(2500, 1000);
    expect(at.model.player.value.follow).toBe(true);
    at.view.reveal(100, 1000);
    expect(at.model.player.value.follow).toBe(false);
    expect(screenX(at.camera(), viewport, 100.5)).toBeCloseTo(40, 6);
  });
});

describe('the wheel', () => {
  it('zooms price alone, time with Shift, both with Ctrl', () => {
    at.view.wheel(500, 250, wheel({ deltaY: -100 }));
    expect(at.camera().binPx).toBe(drawn.binPx);
    expect(at.camera().tickPx).toBeCloseTo(1.08 * drawn.tickPx, 9);
    at.view.home();
    at.view.wheel(500, 250, wheel({ deltaY: -100, shiftKey: true }));
    expect(at.camera().tickPx).toBe(drawn.tickPx);
    expect(at.camera().binPx).toBeCloseTo(1.08 * drawn.binPx, 9);
    at.view.home();
    at.view.wheel(500, 250, wheel({ deltaY: 100, ctrlKey: true }));
    expect(at.camera().binPx).toBeLessThan(drawn.binPx);
    expect(at.camera().tickPx).toBeLessThan(drawn.tickPx);
  });

  it('zooms time where the system turns Shift and wheel sideways', () => {
    at.view.wheel(500, 250, wheel({ deltaX: -100, shiftKey: true }));
    expect(at.camera().binPx).toBeCloseTo(1.08 * drawn.binPx, 9);
  });

  it('pans in time with a touchpad that scrolls sideways', () => {
    at.view.wheel(500, 250, wheel({ deltaX: 30 }));
    expect(at.camera().centerBin).toBeCloseTo(drawn.centerBin + 30 / drawn.binPx, 9);
    expect(at.camera().binPx).toBe(drawn.binPx);
  });
});
