import { css } from 'lit';

export const SIGNAL_PANEL_STYLES = css`
  :host {
    display: block;
    overflow: hidden;
    border-left: 1px solid var(--line);
    background: var(--panel);
    font-size: var(--size-s);
    container-type: inline-size;
  }
  .scroll {
    height: 100%;
  }
  .scroll:focus-visible {
    outline-offset: -2px;
  }
  section {
    padding: 9px 14px 10px;
    border-bottom: 1px solid var(--line);
  }
  section:last-child {
    border-bottom: 0;
  }
  h3 {
    display: flex;
    align-items: center;
    justify-content: space-between;
    margin-bottom: 6px;
    font-size: var(--size-xs);
    font-weight: 600;
    color: var(--text-3);
    line-height: 14px;
  }
  .net {
    font-size: 24px;
    font-weight: 600;
    line-height: 28px;
    letter-spacing: -0.03em;
  }
  .edge {
    position: relative;
    height: 6px;
    margin: 8px 0 8px;
    border-radius: 3px;
    background: linear-gradient(90deg, var(--bear), var(--line-strong) 50%, var(--bull));
  }
  .edge::before {
    content: '';
    position: absolute;
    left: 50%;
    top: -2px;
    bottom: -2px;
    border-left: 1px solid var(--text-3);
  }
  .edge i {
    position: absolute;
    left: var(--at);
    top: -4px;
    width: 4px;
    height: 14px;
    margin-left: -2px;
    border-radius: 2px;
    background: var(--text);
    box-shadow: 0 0 0 2px var(--panel);
    transition: left var(--fast) linear;
  }
  dt {
    color: var(--text-2);
  }
  .two {
    display: flex;
    gap: 6px;
  }
  .two dd:first-of-type {
    margin-right: auto;
  }
  .bull {
    color: var(--bull-text);
  }
  .bear {
    color: var(--bear-text);
  }
  .bars {
    display: grid;
    grid-template-columns: 66px 1fr 46px;
    align-items: center;
    gap: 1px 10px;
  }
  .bars dd {
    text-align: right;
  }
  .bars .bar {
    height: 6px;
    border-radius: 1px;
    background: var(--control);
    overflow: hidden;
  }
  .bar::before {
    content: '';
    display: block;
    height: 100%;
    width: calc(var(--share) * 100%);
    background: var(--bull);
  }
  .bar.bear::before {
    background: var(--bear);
  }
  .badge.large {
    padding: 0 10px;
    font-size: var(--size-m);
    line-height: 24px;
    border-radius: var(--radius);
  }
  .note {
    margin-top: 5px;
    color: var(--text-2);
    line-height: 1.35;
  }
  .conviction {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    font-weight: 500;
    color: var(--text-3);
  }
  .conviction[data-level='high'] {
    color: var(--bull-text);
  }
  .conviction[data-level='medium'] {
    color: var(--warn);
  }
  .conviction i {
    width: 28px;
    height: 4px;
    border-radius: 2px;
    background: linear-gradient(90deg, currentColor calc(var(--share) * 100%), var(--line-strong) 0);
  }
  .guidance {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 2px 10px;
    align-items: center;
  }
  .guidance dt {
    width: 34px;
  }
  .guidance .note {
    grid-column: 2;
    margin: 0 0 4px;
  }
  .guidance .note:last-child {
    margin: 0;
  }
  .rows {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 2px 10px;
  }
  .rows dt {
    font-family: var(--sans);
  }
  .rows dd {
    text-align: right;
  }
  .score {
    margin-bottom: 4px;
    font-size: 18px;
    font-weight: 600;
    line-height: 22px;
  }
  .status {
    padding: 0 6px;
    border-radius: var(--radius-s);
    border: 1px solid currentColor;
    font-size: 10px;
    line-height: 15px;
    letter-spacing: 0.04em;
    color: var(--text-3);
  }
  .status[data-kind='live'] {
    color: var(--bull-text);
  }
  .status[data-kind='warm'] {
    color: var(--warn);
    border-style: dashed;
  }
  .none {
    padding: 24px 14px;
    color: var(--text-2);
  }
  @container (min-width: 480px) {
    .scroll {
      display: grid;
      grid-template-columns: 1fr 1fr;
      align-content: start;
    }
    section:nth-child(odd) {
      border-right: 1px solid var(--line);
    }
  }
`;
