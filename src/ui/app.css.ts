import { css } from 'lit';

export const APP_STYLES = css`
  :host {
    display: block;
    height: 100dvh;
    overflow: hidden;
    background: var(--ground);
  }
  .page {
    display: flex;
    flex-direction: column;
    height: 100%;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom)
      env(safe-area-inset-left);
  }
  .stage {
    position: relative;
    flex: 1;
    min-height: 0;
  }
  spy-welcome {
    position: absolute;
    inset: 0;
  }
  .viewer {
    display: flex;
    flex-direction: column;
  }
  .main {
    position: relative;
    display: grid;
    flex: 1;
    min-height: 0;
    grid-template:
      'depth map price signal' 1fr 'corner time zone signal' var(--time-axis) / 0 minmax(0, 1fr) var(
        --price-axis
      )
      0;
    background: var(--panel);
  }
  .main.with-depth {
    grid-template-columns: var(--depth-profile) minmax(0, 1fr) var(--price-axis) 0;
  }
  .main.with-signal {
    grid-template-columns: 0 minmax(0, 1fr) var(--price-axis) var(--signal-panel);
  }
  .main.with-depth.with-signal {
    grid-template-columns: var(--depth-profile) minmax(0, 1fr) var(--price-axis) var(--signal-panel);
  }
  spy-depth-profile {
    grid-area: depth;
  }
  spy-map {
    grid-area: map;
  }
  spy-price-axis {
    grid-area: price;
  }
  spy-time-axis {
    grid-area: time;
  }
  .main > spy-signal-panel {
    grid-area: signal;
  }
  .fold {
    grid-area: zone;
    place-self: stretch;
    display: grid;
    place-items: center;
    border-top: 1px solid var(--line);
    border-left: 1px solid var(--line);
    color: var(--text-3);
  }
  .fold:hover {
    background: var(--control);
    color: var(--text);
  }
  .fold svg {
    transform: rotate(90deg);
  }
  .fold[aria-expanded='true'] svg {
    transform: rotate(-90deg);
  }
  spy-bin-table {
    position: absolute;
    inset: 0 auto 0 0;
    width: min(780px, 100%);
    border-right: 1px solid var(--line-strong);
    box-shadow: var(--shadow);
    z-index: 4;
  }
  .tabs {
    display: flex;
    flex: none;
    border-top: 1px solid var(--line);
    background: var(--panel);
  }
  .tabs button {
    flex: 1;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    height: 40px;
    color: var(--text-2);
    font-size: var(--size-s);
    font-weight: 500;
  }
  .tabs button[aria-selected='true'] {
    color: var(--accent);
    box-shadow: inset 0 2px 0 var(--accent-fill);
  }
  .tabs button:focus-visible {
    outline-offset: -3px;
  }
  .drawer {
    position: relative;
    flex: 0 0 42%;
    min-height: 180px;
    border-top: 1px solid var(--line);
    background: var(--panel);
  }
  .drawer > * {
    position: absolute;
    inset: 0;
    border: 0;
  }
  .drop {
    position: fixed;
    inset: 0;
    display: grid;
    padding: 14px;
    background: var(--shade);
    z-index: 10;
    pointer-events: none;
  }
  .drop > div {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 6px;
    border: 2px dashed var(--accent);
    border-radius: 16px;
    background: color-mix(in srgb, var(--accent-soft) 70%, transparent);
    color: var(--text);
  }
  .drop svg {
    color: var(--accent);
    margin-bottom: 6px;
  }
  .drop strong {
    font-size: 22px;
    font-weight: 650;
    letter-spacing: -0.02em;
  }
  .drop span {
    color: var(--text-2);
  }
`;
