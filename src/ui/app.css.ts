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
`;
