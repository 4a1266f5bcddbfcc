import { css } from 'lit';

export const CELL_CARD_STYLES = css`
  :host {
    display: flex;
    flex-direction: column;
    width: 232px;
    max-height: calc(100% - 20px);
    border-radius: var(--radius-l);
    background: var(--glass);
    box-shadow: var(--shadow);
    font-size: var(--size-s);
  }
  :host(:not([pinned])) {
    pointer-events: none;
  }
  :host([wide]) {
    width: 316px;
  }
  :host([flat]) {
    width: auto;
    max-height: none;
    border-radius: 0;
    background: none;
    box-shadow: none;
  }
  header {
    display: flex;
    align-items: baseline;
    gap: 8px;
    padding: 9px 12px 0;
  }
  .price {
    font-size: 16px;
    font-weight: 600;
  }
  .k {
    color: var(--text-3);
    flex: 1;
  }
  header .btn {
    align-self: center;
    margin: -4px -6px -4px 0;
    min-height: 24px;
    width: 24px;
  }
  .time {
    padding: 0 12px 7px;
    color: var(--text-2);
    font-size: var(--size-xs);
  }
  dl {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: 1px 12px;
    padding: 7px 12px 9px;
    border-top: 1px solid var(--line);
  }
  dt {
    color: var(--text-2);
  }
  dd {
    text-align: right;
  }
  .flow {
    display: inline-flex;
    gap: 5px;
  }
  .pressure {
    color: var(--bull-text);
  }
  .vacuum {
    color: var(--bear-text);
  }
  .all {
    border-top: 1px solid var(--line);
  }
  .all h3 {
    padding: 8px 12px 0;
    font-size: var(--size-xs);
    font-weight: 600;
    color: var(--text-3);
  }
  .all dl {
    grid-template-columns: 1fr 64px 70px;
    gap: 1px 6px;
    padding: 3px 12px 4px;
    border: 0;
  }
  .unit {
    color: var(--text-3);
    font-size: var(--size-xs);
    align-self: center;
  }
  footer {
    display: flex;
    gap: 4px;
    padding: 5px 6px;
    border-top: 1px solid var(--line);
    color: var(--text-3);
  }
  footer .btn {
    min-height: 24px;
    flex: 1;
    padding: 0 6px;
    font-size: var(--size-s);
  }
  .hint {
    padding: 2px 6px;
    font-size: var(--size-xs);
  }
  .uncomputed {
    padding: 7px 12px 10px;
    border-top: 1px solid var(--line);
    color: var(--text-2);
  }
  .none {
    padding: 20px 16px;
    color: var(--text-2);
    text-align: center;
  }
`;
