import { css } from 'lit';

export const MAP_OVERLAY_STYLES = css`
  :host {
    display: block;
    overflow: hidden;
    font-size: var(--size-xs);
  }
  svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  line {
    stroke: var(--text-2);
    stroke-width: 1;
    stroke-dasharray: 3 3;
    opacity: 0.8;
  }
  rect {
    fill: none;
    stroke: var(--text);
    stroke-width: 1.5;
  }
  /* A held cell may be smaller than a pixel: a frame around it and lines up to the edges, on a casing of the ground. */
  path {
    fill: none;
    stroke: var(--focus);
    stroke-width: 1.5;
  }
  path.casing {
    stroke: var(--ground);
    stroke-width: 4;
    opacity: 0.75;
  }
  .label {
    position: absolute;
    left: 0;
    top: 0;
    transform: translate(var(--x), var(--y));
    padding: 0 4px;
    border-radius: 2px;
    background: var(--map-label);
    line-height: 14px;
    font-weight: 600;
    letter-spacing: 0.04em;
    white-space: nowrap;
  }
  .spot {
    color: var(--accent);
  }
  .foot {
    position: absolute;
    inset: auto 8px 8px;
    display: flex;
    flex-wrap: wrap-reverse;
    gap: 6px;
    color: var(--text-2);
    line-height: 18px;
  }
  .foot > * {
    padding: 0 6px;
    border-radius: var(--radius-s);
    background: var(--map-label);
  }
  .later {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    margin-left: auto;
    box-shadow: 0 0 0 1px var(--line-strong);
    pointer-events: auto;
  }
  .later:hover {
    color: var(--text);
  }
  /* A line of its own: the chips may be long. */
  .made-up-line {
    display: flex;
    flex: 0 0 100%;
    justify-content: center;
    background: none;
  }
  .made-up {
    padding: 0 8px;
    border: 1px dashed currentColor;
    border-radius: var(--radius-s);
    background: var(--map-label);
    color: var(--warn);
    font-weight: 600;
    line-height: 16px;
    letter-spacing: 0.06em;
    white-space: nowrap;
  }
  .unplayed {
    position: absolute;
    top: 0;
    bottom: 0;
    left: 0;
    width: var(--width);
    padding: 10px 12px;
    overflow: hidden;
    transform: translateX(var(--x));
    border-left: 1px solid var(--line-strong);
    background: color-mix(in srgb, var(--text) 6%, transparent);
    color: var(--text-2);
    white-space: nowrap;
  }
`;
