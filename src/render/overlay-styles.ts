import type { LineStyle } from './overlay-sink';
import type { Rgba, Theme } from './theme';

/** Line styles of the overlays, in device pixels. */
export interface OverlayStyles {
  readonly grid: LineStyle;
  readonly spot: LineStyle;
  readonly spotCasing: LineStyle;
  readonly spotLine: LineStyle;
  readonly bid: LineStyle;
  readonly ask: LineStyle;
  readonly now: LineStyle;
  readonly bandEdge: LineStyle;
  readonly bandCenter: LineStyle;
  readonly connector: LineStyle;
  readonly historyEdge: LineStyle;
}

export function overlayStyles(theme: Theme, dpr: number): OverlayStyles {
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

export function withOpacity(style: LineStyle, opacity: number): LineStyle {
  style.opacity = opacity;
  return style;
}

/** Nearest position at which a line of this width covers whole pixels. NaN stays NaN. */
export function crisp(at: number, width: number): number {
  return Math.round(width) % 2 === 1 ? Math.floor(at) + 0.5 : Math.round(at);
}
