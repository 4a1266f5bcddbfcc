import type { OverlaySettings, StreamInfo, ThemeName } from '#protocol/render-contract';
import { DATA_WIDTH_FRACTION } from '#view/camera';
import { deviceX, deviceY } from './frame-view';
import type { FrameView } from './frame-view';
import type { LineStyle, OverlaySink } from './overlay-sink';
import { crisp, overlayStyles, withOpacity } from './overlay-styles';
import { BAND_HALF_TICKS, forwardBands, projectionOpacity, sortedHorizons } from '#view/projection';
import { columnLastBin, historicalCenters } from './projection-history';
import { THEMES } from './theme';
import type { Rgba, Theme } from './theme';
import { createTrailPoint } from './trails';
import type { TrailPoint, Trails } from './trails';

export const DEFAULT_OVERLAYS: OverlaySettings = {
  grid: true,
  spotTrail: true,
  bestTrails: true,
  spreadFill: true,
  nowLine: true,
  projection: true,
  projectionHistory: true,
};

/** Columns at least this wide get stepped trails, narrower ones a line through their centres. */
const STEP_FROM_PX = 3;
const DOT_RADIUS_PX = 3;
const HALO_RADIUS_PX = 6;
const BAND_GAP_PX = 1;

/** What one frame's overlays are made from. */
export interface OverlayInput {
  readonly view: FrameView;
  readonly trails: Trails;
  readonly stream: StreamInfo;
  readonly settings: OverlaySettings;
  /** Last drawn bin; -1 = none. */
  readonly nowBin: number;
  /** Screen y of the price lines, device pixels. */
  readonly priceLines: readonly number[];
}

/** Turns trails, projection and grid into lines, bands and discs in device pixels. Knows no canvas. */
export class OverlayPainter {
  private points = new Float32Array(0);
  private bandPoints = new Float32Array(0);
  private centers = new Float64Array(0);
  private readonly point: TrailPoint = createTrailPoint();
  private theme: Theme = THEMES.dark;
  private styles = overlayStyles(THEMES.dark, 1);
  private styledFor = '';
  private dpr = 1;

  setStyle(theme: ThemeName, dpr: number): void {
    const key = `${theme}/${dpr}`;
    if (key === this.styledFor) return;
    this.styledFor = key;
    this.dpr = dpr;
    this.theme = THEMES[theme];
    this.styles = overlayStyles(this.theme, dpr);
  }

  paint(sink: OverlaySink, input: OverlayInput): void {
    const { settings, view, nowBin } = input;
    this.reserve(view.columnCount);
    const zoneLeft = nowBin >= 0 ? deviceX(view, nowBin + 1) : NaN;
    const zoneWidth = view.widthPx * (1 - DATA_WIDTH_FRACTION);
    const zoneShown =
      settings.projection && nowBin >= 0 && zoneLeft < view.widthPx && zoneLeft + zoneWidth > 0;
    if (zoneShown) this.rectangle(sink, zoneLeft, zoneLeft + zoneWidth, 0, view.heightPx, this.theme.zone, 1);
    if (settings.grid) this.priceLines(sink, input);
    if (settings.projectionHistory) this.history(sink, input);
    if (settings.spreadFill || settings.bestTrails) this.bestPrices(sink, input);
    if (settings.spotTrail) this.spotTrail(sink, input);
    if (zoneShown) this.forward(sink, input, zoneLeft, zoneWidth);
    if (nowBin >= 0) this.now(sink, input, zoneLeft);
  }

  private priceLines(sink: OverlaySink, { view, priceLines }: OverlayInput): void {
    for (const y of priceLines) this.horizontal(sink, 0, view.widthPx, y, this.styles.grid);
  }

  private bestPrices(sink: OverlaySink, input: OverlayInput): void {
    const { settings, view } = input;
    if (settings.spreadFill) this.spread(sink, input);
    if (!settings.bestTrails) return;
    const { bid, ask } = this.styles;
    bid.dashStart = ask.dashStart = deviceX(view, 0) % (bid.dash + bid.gap);
    sink.line(this.points, this.trail(input, 'bid'), bid);
    sink.line(this.points, this.trail(input, 'ask'), ask);
  }

  private spread(sink: OverlaySink, { view, trails }: OverlayInput): void {
    const columnPx = 1 / view.dx;
    const right = (view.xEnd - view.x0) * columnPx;
    let n = 0;
    for (let c = 0; c < view.columnCount; c++) {
      this.readColumn(view, trails, c);
      const x = (c - view.x0) * columnPx;
      const { ask, bid } = this.point;
      n = this.bandStep(n, x, Math.min(x + columnPx, right), deviceY(view, ask), deviceY(view, bid));
    }
    sink.band(this.bandPoints, n, this.theme.spread, 1);
  }

  private spotTrail(sink: OverlaySink, input: OverlayInput): void {
    const count = input.view.level === 0 ? this.trail(input, 'spot') : this.spotEnvelope(input);
    sink.line(this.points, count, this.styles.spotCasing);
    sink.line(this.points, count, this.styles.spot);
  }

  /** Stepped where columns are wide enough, else through their middles. Returns the number of points. */
  private trail({ view, trails }: OverlayInput, field: 'spot' | 'bid' | 'ask'): number {
    const columnPx = 1 / view.dx;
    const stepped = columnPx >= STEP_FROM_PX * this.dpr;
    const { width } = this.styles[field];
    const right = (view.xEnd - view.x0) * columnPx;
    let n = 0;
    for (let c = 0; c < view.columnCount; c++) {
      this.readColumn(view, trails, c);
      const y = deviceY(view, this.point[field]);
      const x = (c - view.x0) * columnPx;
      const middle = x + columnPx / 2;
      n = stepped
        ? this.step(n, crisp(x, width), crisp(Math.min(x + columnPx, right), width), crisp(y, width))
        : this.step(n, middle, middle, y);
    }
    return n;
  }

  /** Adds the points (left, y), (right, y), or moves the last one on where the line stays level. */
  private step(n: number, left: number, right: number, y: number): number {
    const p = this.points;
    const staysLevel = n > 1 && y === p[2 * n - 1] && y === p[2 * n - 3];
    const staysUnknown = n > 0 && y !== y && same(y, p[2 * n - 1]);
    if (staysLevel || staysUnknown) {
      p[2 * n - 2] = right;
      return n;
    }
    p[2 * n] = left;
    p[2 * n + 1] = y;
    if (left === right || y !== y) return n + 1;
    p[2 * n + 2] = right;
    p[2 * n + 3] = y;
    return n + 2;
  }

  /** As `step`, for a band. */
  private bandStep(n: number, left: number, right: number, upper: number, lower: number): number {
    const p = this.bandPoints;
    if (n > 1 && same(upper, p[3 * n - 2]) && same(lower, p[3 * n - 1])) {
      p[3 * n - 3] = right;
      return n;
    }
    p[3 * n] = left;
    p[3 * n + 1] = upper;
    p[3 * n + 2] = lower;
    p[3 * n + 3] = right;
    p[3 * n + 4] = upper;
    p[3 * n + 5] = lower;
    return n + 2;
  }

  /** Two points per column, its lowest and highest spot in the order that keeps the line short. */
  private spotEnvelope({ view, trails }: OverlayInput): number {
    const columnPx = 1 / view.dx;
    let previous = NaN;
    for (let c = 0; c < view.columnCount; c++) {
      this.readColumn(view, trails, c);
      const { spotMin, spotMax, spot } = this.point;
      const rises =
        previous === previous ? Math.abs(previous - spotMin) <= Math.abs(previous - spotMax) : true;
      const x = (c - view.x0 + 0.5) * columnPx;
      this.points[4 * c] = this.points[4 * c + 2] = x;
      this.points[4 * c + 1] = deviceY(view, rises ? spotMin : spotMax);
      this.points[4 * c + 3] = deviceY(view, rises ? spotMax : spotMin);
      previous = spot;
    }
    return 2 * view.columnCount;
  }

  /** A column cut by the playhead shows its newest drawn bin alone: the merged values know what comes after. */
  private readColumn(view: FrameView, trails: Trails, column: number): void {
    const lastBin = columnLastBin(view, column);
    const whole = (view.firstColumn + column + 1) * 2 ** view.level - 1 === lastBin;
    if (whole) trails.read(view.level, view.firstColumn + column, this.point);
    else trails.read(0, lastBin, this.point);
  }

  /** Each column keeps its own step; where the prediction jumped by more than a band the steps are not joined. */
  private history(sink: OverlaySink, input: OverlayInput): void {
    const { view, trails, stream } = input;
    const columnPx = 1 / view.dx;
    const right = (view.xEnd - view.x0) * columnPx;
    for (const horizon of sortedHorizons(stream.horizons)) {
      const columns = historicalCenters(view, trails, horizon, this.centers);
      let n = 0;
      for (let c = 0; c < columns; c++) {
        const center = this.centers[c];
        const x = (c - view.x0) * columnPx;
        const jumps = c > 0 && Math.abs(center - this.centers[c - 1]) > 2 * BAND_HALF_TICKS;
        if (jumps) n = this.bandStep(n, x, x, NaN, NaN);
        const upper = deviceY(view, center + BAND_HALF_TICKS);
        const lower = deviceY(view, center - BAND_HALF_TICKS);
        n = this.bandStep(n, x, Math.min(x + columnPx, right), upper, lower);
      }
      const opacity = projectionOpacity(horizon);
      sink.band(this.bandPoints, n, this.theme.historyFill, opacity);
      for (const side of [1, 2]) {
        for (let i = 0; i < n; i++) {
          this.points[2 * i] = this.bandPoints[3 * i];
          this.points[2 * i + 1] = this.bandPoints[3 * i + side];
        }
        sink.line(this.points, n, withOpacity(this.styles.historyEdge, opacity));
      }
    }
  }

  private forward(sink: OverlaySink, input: OverlayInput, zoneLeft: number, zoneWidth: number): void {
    const { view, trails, stream, nowBin } = input;
    const spot = trails.spot(nowBin);
    const bands = forwardBands(stream.horizons, stream.cellWidthMs, spot, trails.readyScore(nowBin));
    const gap = BAND_GAP_PX * this.dpr;
    for (const band of bands) {
      const left = zoneLeft + band.from * zoneWidth + gap;
      const right = zoneLeft + band.to * zoneWidth - gap;
      const top = deviceY(view, band.centerTick + BAND_HALF_TICKS);
      const bottom = deviceY(view, band.centerTick - BAND_HALF_TICKS);
      const middle = deviceY(view, band.centerTick);
      this.rectangle(sink, left, right, top, bottom, this.theme.bandFill, band.opacity);
      this.horizontal(sink, left, right, top, withOpacity(this.styles.bandEdge, band.opacity));
      this.horizontal(sink, left, right, bottom, withOpacity(this.styles.bandEdge, band.opacity));
      this.horizontal(sink, left, right, middle, withOpacity(this.styles.bandCenter, band.opacity));
    }
    if (bands.length > 0) {
      const x = zoneLeft + ((bands[0].from + bands[0].to) / 2) * zoneWidth;
      const connector = withOpacity(this.styles.connector, bands[0].opacity);
      connector.dashStart = zoneLeft;
      this.segment(sink, zoneLeft, deviceY(view, spot), x, deviceY(view, bands[0].centerTick), connector);
    }
  }

  private now(sink: OverlaySink, { view, trails, settings, nowBin }: OverlayInput, x: number): void {
    const { now, spotLine } = this.styles;
    const nowX = crisp(x, now.width);
    if (settings.nowLine) this.segment(sink, nowX, 0, nowX, view.heightPx, now);
    const spot = trails.lastSpot(nowBin);
    if (!settings.spotTrail || spot !== spot) return;
    const y = crisp(deviceY(view, spot), spotLine.width);
    this.horizontal(sink, 0, view.widthPx, y, spotLine);
    if (x < -HALO_RADIUS_PX * this.dpr || x > view.widthPx + HALO_RADIUS_PX * this.dpr) return;
    sink.disc(x, y, HALO_RADIUS_PX * this.dpr, this.theme.spotHalo);
    sink.disc(x, y, DOT_RADIUS_PX * this.dpr, this.theme.spot);
  }

  private horizontal(sink: OverlaySink, left: number, right: number, y: number, style: LineStyle): void {
    const at = crisp(y, style.width);
    this.segment(sink, left, at, right, at, style);
  }

  private segment(sink: OverlaySink, x0: number, y0: number, x1: number, y1: number, style: LineStyle): void {
    const p = this.points;
    p[0] = x0;
    p[1] = y0;
    p[2] = x1;
    p[3] = y1;
    sink.line(p, 2, style);
  }

  private rectangle(
    sink: OverlaySink,
    left: number,
    right: number,
    top: number,
    bottom: number,
    color: Rgba,
    opacity: number,
  ): void {
    const p = this.bandPoints;
    p[0] = left;
    p[3] = right;
    p[1] = p[4] = top;
    p[2] = p[5] = bottom;
    sink.band(p, 2, color, opacity);
  }

  /** Room for four points per column, and for the fixed shapes. */
  private reserve(columns: number): void {
    if (this.points.length >= 8 * columns && this.points.length > 0) return;
    const points = Math.max(4 * columns, 16) * 2;
    this.points = new Float32Array(points * 2);
    this.bandPoints = new Float32Array(points * 3);
    this.centers = new Float64Array(points);
  }
}

/** Equal, or both unknown. */
function same(a: number, b: number): boolean {
  return a === b || (a !== a && b !== b);
}
