import { css } from 'lit';

export const BOTTOM_BAR_STYLES = css`
  :host {
    display: block;
    container-type: inline-size;
    height: var(--bottom-bar);
    border-top: 1px solid var(--line);
    background: var(--panel);
    flex: none;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 20px;
    height: 100%;
    padding: 0 14px;
    overflow: hidden;
  }
  dl {
    display: flex;
    align-items: center;
    gap: 20px;
    min-width: 0;
  }
  .fact {
    gap: 1px;
  }
  dd {
    line-height: 18px;
  }
  .bull {
    color: var(--bull-text);
  }
  .bear {
    color: var(--bear-text);
  }
  [data-level='high'] {
    color: var(--bull-text);
  }
  [data-level='medium'] {
    color: var(--warn);
  }
  [data-level='low'] {
    color: var(--text-2);
  }
  .legend {
    display: flex;
    align-items: center;
    gap: 16px;
    margin-left: auto;
    font-size: var(--size-xs);
    color: var(--text-2);
    white-space: nowrap;
  }
  .ramp {
    display: grid;
    grid-template-columns: auto auto auto;
    gap: 3px 12px;
    width: 232px;
    flex: none;
  }
  .ramp i {
    grid-column: 1 / -1;
    height: 8px;
    border-radius: 2px;
    background: var(--ramp);
  }
  .ramp span:nth-of-type(2) {
    text-align: center;
  }
  .ramp span:nth-of-type(3) {
    text-align: right;
  }
  .title {
    text-align: right;
    line-height: 14px;
  }
  .title small {
    display: block;
    color: var(--text-3);
    font-size: 10px;
  }
  .swatch {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .swatch i {
    width: 14px;
    height: 10px;
    border: 1px solid var(--projection-edge);
    border-radius: 2px;
    background: var(--projection);
  }
  .uncomputed i {
    border-color: var(--line-strong);
    background: repeating-linear-gradient(135deg, var(--text-3) 0 1px, transparent 1px 4px);
  }
  @container (max-width: 1180px) {
    .title,
    .swatch {
      display: none;
    }
  }
  @container (max-width: 900px) {
    .legend {
      display: none;
    }
  }
  @container (max-width: 620px) {
    .bar {
      padding: 0 10px;
    }
    dl {
      flex: 1;
      justify-content: space-between;
      gap: 8px;
    }
    .side {
      display: none;
    }
  }
`;
