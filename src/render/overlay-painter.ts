import type { OverlaySettings, StreamInfo, ThemeName } from '#protocol/render-contract';
import { DATA_WIDTH_FRACTION } from './camera';
import { deviceX, deviceY } from './frame-view';
import type { FrameView } from './frame-view';
import type { LineStyle, OverlaySink } from './overlay-sink';
import {
  BAND_HALF_TICKS,
  columnLastBin,
  forwardBands,
  historicalCenters,
  projectionOpacity,
  sortedHorizons,
} from './projection';
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
  private otherPoints = new Float32Array(0);
  private bandPoints = new Float32Array(0);
  private centers = new Float64Array(0);
  private readonly point: TrailPoint = createTrailPoint();
  private theme: Theme = THEMES.dark;
  private styles = lineStyles(THEMES.dark, 1);
  private styledFor = '';
  private dpr = 1;

  setStyle(theme: ThemeName, dpr: number): void {
    const key = `${theme}/${dpr}`;
    if (key === this.styledFor) return;
    this.styledFor = key;
    this.dpr = dpr;
    this.theme = THEMES[theme];
    this.styles = lineStyles(this.theme, dpr);
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
    for (const y of priceLines) this.segment(sink, 0, crisp(y), view.widthPx, crisp(y), this.styles.grid);
  }

  private bestPrices(sink: OverlaySink, input: OverlayInput): void {
    const { settings, view } = input;
    const count = this.trail(input, 'bid', this.points);
    this.trail(input, 'ask', this.otherPoints);
    if (settings.spreadFill) {
      const band = this.bandPoints;
      for (let i = 0; i < count; i++) {
        band[3 * i] = this.points[2 * i];
        band[3 * i + 1] = this.otherPoints[2 * i + 1];
        band[3 * i + 2] = this.points[2 * i + 1];
      }
      sink.band(band, count, this.theme.spread, 1);
    }
    if (!settings.bestTrails) return;
    this.styles.bid.dashStart = this.styles.ask.dashStart = deviceX(view, 0) % (2 * this.styles.bid.dash);
    sink.line(this.points, count, this.styles.bid);
    sink.line(this.otherPoints, count, this.styles.ask);
  }

  private spotTrail(sink: OverlaySink, input: OverlayInput): void {
    const count = input.view.level === 0 ? this.trail(input, 'spot', this.points) : this.spotEnvelope(input);
    sink.line(this.points, count, this.styles.spotCasing);
    sink.line(this.points, count, this.styles.spot);
  }

  /** Stepped where columns are wide enough, else one point per column. Returns the number of points. */
  private trail({ view, trails }: OverlayInput, field: 'spot' | 'bid' | 'ask', points: Float32Array): number {
    const columnPx = 1 / view.dx;
    const step = columnPx >= STEP_FROM_PX;
    let n = 0;
    for (let c = 0; c < view.columnCount; c++) {
      this.readColumn(view, trails, c);
      const y = deviceY(view, this.point[field]);
      const x = (c - view.x0) * columnPx;
      if (step) {
        points[2 * n] = x;
        points[2 * n + 1] = y;
        n++;
      }
      points[2 * n] = step ? Math.min(x + columnPx, (view.xEnd - view.x0) * columnPx) : x + columnPx / 2;
      points[2 * n + 1] = y;
      n++;
    }
    return n;
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

  private history(sink: OverlaySink, input: OverlayInput): void {
    const { view, trails, stream } = input;
    const columnPx = 1 / view.dx;
    for (const horizon of sortedHorizons(stream.horizons)) {
      const count = historicalCenters(view, trails, horizon, this.centers);
      const opacity = projectionOpacity(horizon);
      const band = this.bandPoints;
      for (let c = 0; c < count; c++) {
        band[3 * c] = (c - view.x0 + 0.5) * columnPx;
        band[3 * c + 1] = deviceY(view, this.centers[c] + BAND_HALF_TICKS);
        band[3 * c + 2] = deviceY(view, this.centers[c] - BAND_HALF_TICKS);
      }
      sink.band(band, count, this.theme.historyFill, opacity);
      for (const side of [1, 2]) {
        for (let c = 0; c < count; c++) {
          this.points[2 * c] = band[3 * c];
          this.points[2 * c + 1] = band[3 * c + side];
        }
        sink.line(this.points, count, withOpacity(this.styles.historyEdge, opacity));
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
      const top = crisp(deviceY(view, band.centerTick + BAND_HALF_TICKS));
      const bottom = crisp(deviceY(view, band.centerTick - BAND_HALF_TICKS));
      const middle = crisp(deviceY(view, band.centerTick));
      this.rectangle(sink, left, right, top, bottom, this.theme.bandFill, band.opacity);
      this.segment(sink, left, top, right, top, withOpacity(this.styles.bandEdge, band.opacity));
      this.segment(sink, left, bottom, right, bottom, withOpacity(this.styles.bandEdge, band.opacity));
      this.segment(sink, left, middle, right, middle, withOpacity(this.styles.bandCenter, band.opacity));
    }
    if (bands.length > 0) {
      const x = zoneLeft + ((bands[0].from + bands[0].to) / 2) * zoneWidth;
      const connector = withOpacity(this.styles.connector, bands[0].opacity);
      connector.dashStart = zoneLeft;
      this.segment(sink, zoneLeft, deviceY(view, spot), x, deviceY(view, bands[0].centerTick), connector);
    }
  }

  private now(sink: OverlaySink, { view, trails, settings, nowBin }: OverlayInput, x: number): void {
    if (settings.nowLine) this.segment(sink, crisp(x), 0, crisp(x), view.heightPx, this.styles.now);
    const spot = trails.lastSpot(nowBin);
    if (!settings.spotTrail || spot !== spot) return;
    const y = crisp(deviceY(view, spot));
    this.segment(sink, 0, y, view.widthPx, y, this.styles.spotLine);
    if (x < -HALO_RADIUS_PX * this.dpr || x > view.widthPx + HALO_RADIUS_PX * this.dpr) return;
    sink.disc(x, y, HALO_RADIUS_PX * this.dpr, this.theme.spotHalo);
    sink.disc(x, y, DOT_RADIUS_PX * this.dpr, this.theme.spot);
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

  /** Room for two points per column, and for the fixed shapes. */
  private reserve(columns: number): void {
    if (this.points.length >= 4 * columns && this.points.length > 0) return;
    const points = Math.max(2 * columns, 16) * 2;
    this.points = new Float32Array(points * 2);
    this.otherPoints = new Float32Array(points * 2);
    this.bandPoints = new Float32Array(points * 3);
    this.centers = new Float64Array(points);
  }
}

function lineStyles(theme: Theme, dpr: number) {
  const line = (width: number, color: Rgba, dash = 0, dashAxis: 'x' | 'y' = 'x'): LineStyle => ({
    width: width * dpr,
    color,
    opacity: 1,
    dash: dash * dpr,
    gap: dash * dpr,
    dashAxis,
    dashStart: 0,
  });
  return {
    grid: line(1, theme.gridLine),
    spot: line(1.5, theme.spot),
    spotCasing: line(4, theme.spotCasing),
    spotLine: line(1, theme.spotLine, 4),
    bid: line(1, theme.bid, 4),
    ask: line(1, theme.ask, 4),
    now: line(1, theme.now, 4, 'y'),
    bandEdge: line(1, theme.bandEdge),
    bandCenter: line(1.5, theme.bandCenter),
    connector: line(1, theme.bandCenter, 3),
    historyEdge: line(1, theme.historyEdge),
  };
}

function withOpacity(style: LineStyle, opacity: number): LineStyle {
  style.opacity = opacity;
  return style;
}

/** Middle of a device pixel, so that a line one pixel wide stays one pixel wide. */
function crisp(y: number): number {
  return Math.floor(y) + 0.5;
}
