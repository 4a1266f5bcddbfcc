import type { ThemeName } from '#protocol/render-contract';
import type { Rgb8 } from '#view/oklab';

/** Red, green, blue 0..255 and opacity 0..1. */
export type Rgba = readonly [number, number, number, number];

/** Colours of everything that is not a cell. */
export interface Theme {
  readonly background: Rgb8;
  /** Lines on the background where no row was computed: cells of no depth are dark as well. */
  readonly hatch: Rgb8;
  readonly gridLine: Rgba;
  readonly spot: Rgba;
  /** Under the spot trail, so that it stands out on any cell. */
  readonly spotCasing: Rgba;
  readonly spotHalo: Rgba;
  readonly spotLine: Rgba;
  readonly bid: Rgba;
  readonly ask: Rgba;
  readonly spread: Rgba;
  readonly now: Rgba;
  /** Projection bands; the opacity is multiplied by that of the horizon (section 22.3). */
  readonly zone: Rgba;
  readonly bandFill: Rgba;
  readonly bandEdge: Rgba;
  readonly bandCenter: Rgba;
  readonly historyFill: Rgba;
  readonly historyEdge: Rgba;
}

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark: {
    background: [10, 10, 15],
    hatch: [34, 35, 44],
    gridLine: [120, 124, 160, 0.11],
    spot: [236, 242, 255, 0.95],
    spotCasing: [6, 7, 12, 0.6],
    spotHalo: [236, 242, 255, 0.22],
    spotLine: [236, 242, 255, 0.38],
    bid: [86, 180, 255, 0.8],
    ask: [255, 176, 64, 0.8],
    spread: [255, 255, 255, 0.045],
    now: [236, 242, 255, 0.3],
    zone: [120, 84, 200, 0.05],
    bandFill: [130, 70, 220, 0.4],
    bandEdge: [160, 105, 240, 0.7],
    bandCenter: [196, 150, 255, 0.9],
    historyFill: [140, 90, 230, 0.12],
    historyEdge: [170, 125, 245, 0.45],
  },
  light: {
    background: [250, 250, 252],
    hatch: [226, 227, 233],
    gridLine: [40, 44, 80, 0.09],
    spot: [22, 24, 38, 0.95],
    spotCasing: [255, 255, 255, 0.7],
    spotHalo: [22, 24, 38, 0.18],
    spotLine: [22, 24, 38, 0.4],
    bid: [0, 92, 190, 0.85],
    ask: [186, 92, 0, 0.85],
    spread: [0, 0, 0, 0.04],
    now: [22, 24, 38, 0.4],
    zone: [110, 70, 190, 0.05],
    bandFill: [120, 70, 210, 0.3],
    bandEdge: [100, 50, 190, 0.6],
    bandCenter: [80, 30, 170, 0.9],
    historyFill: [120, 70, 210, 0.1],
    historyEdge: [100, 50, 190, 0.4],
  },
};
