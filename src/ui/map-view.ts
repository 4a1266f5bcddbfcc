/** Moves of the map's camera: what gestures, keys and window sizes do to the view. */
import type { AppActions, AppModel } from '#app/model';
import type { CameraState, Viewport } from '#protocol/render-contract';
import { cameraLimits, clampCamera, fitCamera, MAX_TICKS_PER_PIXEL, wheelFactor } from '#view/camera';
import type { CameraLimits } from '#view/camera';
import {
  gestureCamera,
  panned,
  resized,
  revealed,
  zoomed,
  type FollowedPlace,
  type MapGeometry,
} from '#ui/map-camera';
import type { MapPort } from '#ui/map-port';

/** The part of a `WheelEvent` that says how far to zoom. */
export interface WheelInput {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

const PIXEL_MODE = 0;
/** Rows assumed before a stream is known. */
const DEFAULT_ROWS = 101;

export class MapView {
  readonly #model: Pick<AppModel, 'session' | 'view' | 'player' | 'readout'>;
  readonly #actions: Pick<AppActions, 'setView' | 'setFollow'>;
  readonly #map: Pick<MapPort, 'frame' | 'bounds'>;
  #viewport: Viewport | undefined;
  #moving = false;

  constructor(
    model: Pick<AppModel, 'session' | 'view' | 'player' | 'readout'>,
    actions: Pick<AppActions, 'setView' | 'setFollow'>,
    map: Pick<MapPort, 'frame' | 'bounds'>,
  ) {
    this.#model = model;
    this.#actions = actions;
    this.#map = map;
  }

  /** A canvas of this size is there; zoom levels stay when the size changes. Says whether anything changed. */
  setViewport(viewport: Viewport): boolean {
    const before = this.#viewport;
    this.#viewport = viewport;
    const { width, height, dpr } = viewport;
    if (width === before?.width && height === before.height && dpr === before.dpr) return false;
    this.ensureCamera();
    return true;
  }

  /** A stream needs a camera before its first frame, and one inside the limits of this window. */
  ensureCamera(): void {
    const viewport = this.#viewport;
    if (!viewport || !this.#model.session.value.config) return;
    const geometry = this.#geometry(viewport);
    const { camera: asked, cameraSize: size = viewport } = this.#model.view.value;
    const sameSize = size.width === viewport.width && size.height === viewport.height;
    const start =
      asked && !sameSize
        ? resized(asked, this.#geometry({ ...viewport, ...size }), geometry)
        : gestureCamera({ camera: asked }, undefined, geometry);
    const camera = clampCamera(start, viewport, this.#limits(geometry), null, geometry.projection);
    const sameScale = asked?.binPx === camera.binPx && asked.tickPx === camera.tickPx;
    if (!sameSize || !sameScale) this.#show(camera, viewport);
  }

  /** While a capture loads its extent grows: a link may ask for more than there is yet. */
  #limits({ viewport, rows, bounds, projection }: MapGeometry): CameraLimits {
    const limits = cameraLimits(viewport, rows, bounds, projection);
    if (this.#model.session.value.phase !== 'loading') return limits;
    return { ...limits, minBinPx: 0, minTickPx: 1 / (MAX_TICKS_PER_PIXEL * viewport.dpr) };
  }

  /** Following was ended by something else than a move: the picture stays. */
  followEnded(): void {
    const viewport = this.#viewport;
    if (!viewport || this.#moving) return;
    this.#show(gestureCamera(this.#model.view.value, this.#followed(), this.#geometry(viewport)), viewport);
  }

  zoomAt(x: number, y: number, timeFactor: number, priceFactor: number): void {
    this.#move((camera, geometry) => zoomed(camera, geometry, x, y, timeFactor, priceFactor), false);
  }

  zoomAboutCentre(timeFactor: number, priceFactor: number): void {
    this.#move((camera, geometry) => {
      const { width, height } = geometry.viewport;
      return zoomed(camera, geometry, width / 2, height / 2, timeFactor, priceFactor);
    }, false);
  }

  /** The picture moves with the pointer; following ends. */
  panBy(dx: number, dy: number): void {
    this.#move((camera, geometry) => panned(camera, geometry, dx, dy), true);
  }

  /** Fractions of the visible width and height. */
  panByFraction(time: number, price: number): void {
    this.#move(
      (camera, geometry) =>
        panned(camera, geometry, -time * geometry.viewport.width, price * geometry.viewport.height),
      true,
    );
  }

  pinch(x: number, y: number, factor: number, dx: number, dy: number): void {
    this.#move(
      (camera, geometry) => panned(zoomed(camera, geometry, x, y, factor, factor), geometry, dx, dy),
      true,
    );
  }

  /** Plain = price, Shift = time, Ctrl or Cmd = both, about the pointer (vacuum-pressure.md section 22.4). */
  wheel(x: number, y: number, event: WheelInput): void {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (sideways && !event.shiftKey && event.deltaMode === PIXEL_MODE) {
      // Only touchpads scroll sideways without Shift: that is a pan in time.
      this.panBy(-event.deltaX, 0);
      return;
    }
    // Some systems turn Shift + wheel into a horizontal delta.
    const factor = wheelFactor(sideways ? event.deltaX : event.deltaY, event.deltaMode);
    const both = event.ctrlKey || event.metaKey;
    this.zoomAt(x, y, both || event.shiftKey ? factor : 1, both || !event.shiftKey ? factor : 1);
  }

  /** Zoom 1 and follow. */
  home(): void {
    const viewport = this.#viewport;
    if (!viewport) return;
    this.#show(gestureCamera({ camera: undefined }, undefined, this.#geometry(viewport)), viewport);
    this.#actions.setFollow(true);
  }

  /** All bins up to the playhead: what is right of it is not drawn. */
  fit(): void {
    const endBin = this.#model.player.value.playhead + 1;
    this.#move(
      (camera, { viewport, rows, bounds, projection }) =>
        bounds
          ? fitCamera(
              viewport,
              cameraLimits(viewport, rows, bounds, projection),
              { ...bounds, endBin },
              projection,
            )
          : camera,
      true,
    );
  }

  /** Moves the picture only if a cell is not in view. */
  reveal(bin: number, tick: number): void {
    const viewport = this.#viewport;
    if (!viewport) return;
    const camera = this.#camera(viewport);
    const moved = revealed(camera, this.#geometry(viewport), bin, tick);
    if (moved !== camera) this.#move(() => moved, true);
  }

  /** The camera goes first: when following ends it must already say where the picture stays. */
  #move(change: (camera: CameraState, geometry: MapGeometry) => CameraState, endsFollowing: boolean): void {
    const viewport = this.#viewport;
    if (!viewport) return;
    this.#show(change(this.#camera(viewport), this.#geometry(viewport)), viewport);
    if (!endsFollowing || !this.#model.player.value.follow) return;
    this.#moving = true;
    this.#actions.setFollow(false);
    this.#moving = false;
  }

  #show(camera: CameraState, { width, height }: Viewport): void {
    this.#actions.setView({ camera, cameraSize: { width, height } });
  }

  #camera(viewport: Viewport): CameraState {
    const { follow } = this.#model.player.value;
    return gestureCamera(
      this.#model.view.value,
      follow ? this.#followed() : undefined,
      this.#geometry(viewport),
    );
  }

  #followed(): FollowedPlace | undefined {
    const { playhead } = this.#model.player.value;
    if (playhead < 0) return undefined;
    const spotTick = this.#model.readout(playhead)?.spotTick ?? NaN;
    // The renderer stays at the height of the last spot.
    const drawnTick = this.#map.frame.value?.camera.centerTick ?? NaN;
    return { bin: playhead, spotTick: Number.isNaN(spotTick) ? drawnTick : spotTick };
  }

  #geometry(viewport: Viewport): MapGeometry {
    return {
      viewport,
      rows: this.#model.session.value.config?.grid_rows ?? DEFAULT_ROWS,
      bounds: this.#map.bounds(),
      projection: this.#model.view.value.showProjection,
    };
  }
}
