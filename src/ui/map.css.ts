import { css } from 'lit';

export const MAP_STYLES = css`
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    background: var(--ground);
    contain: strict;
  }
  .surface {
    position: absolute;
    inset: 0;
    cursor: crosshair;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
  }
  .surface[data-dragging] {
    cursor: grabbing;
  }
  /* Around everything that lies on the canvas, without lifting the canvas over it. */
  .surface:focus-visible {
    outline: none;
  }
  .surface:focus-visible ~ .focus {
    position: absolute;
    inset: 0;
    z-index: 3;
    outline: 2px solid var(--focus);
    outline-offset: -2px;
    pointer-events: none;
  }
  canvas {
    display: block;
    width: 100%;
    height: 100%;
  }
  spy-map-overlay,
  spy-map-notice {
    position: absolute;
    inset: 0;
    pointer-events: none;
  }
  spy-cell-card {
    position: absolute;
    top: 10px;
    left: 10px;
    z-index: 2;
  }
  spy-cell-card[data-right] {
    left: auto;
    right: 10px;
  }
`;
