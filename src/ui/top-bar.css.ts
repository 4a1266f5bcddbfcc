import { css } from 'lit';

export const TOP_BAR_STYLES = css`
  :host {
    display: block;
    container-type: inline-size;
    height: var(--top-bar);
    background: var(--panel);
    border-bottom: 1px solid var(--line);
    flex: none;
  }
  header {
    display: flex;
    align-items: center;
    gap: 4px;
    height: 100%;
    padding: 0 8px 0 12px;
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-right: 10px;
    font-size: 13.5px;
    font-weight: 650;
    letter-spacing: -0.01em;
  }
  .rule {
    width: 1px;
    height: 20px;
    margin: 0 6px;
    background: var(--line-strong);
    flex: none;
  }
  .space {
    flex: 1;
    min-width: 4px;
  }
  /* What does not fit wraps to a line that is cut off: the facts stand in order of importance. */
  dl {
    display: flex;
    flex: 1 1 0;
    flex-wrap: wrap;
    gap: 0 14px;
    height: 100%;
    min-width: 0;
    margin: 0 8px;
    overflow: hidden;
  }
  .fact {
    justify-content: center;
    height: 100%;
  }
  /* Figures that grow must not push out what stands after them. */
  .fact.count {
    min-width: 7ch;
  }
  dd {
    line-height: 16px;
  }
  .spot dd {
    color: var(--accent);
    font-size: 15px;
    font-weight: 600;
  }
  .time button {
    color: var(--text-2);
    font-size: 11px;
    border-bottom: 1px dotted var(--text-3);
    line-height: 14px;
  }
  .transport {
    display: flex;
    align-items: center;
    gap: 2px;
  }
  .state {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    width: 84px;
    margin: 0 4px 0 8px;
    font-size: var(--size-xs);
    font-weight: 650;
    letter-spacing: 0.05em;
    color: var(--warn);
  }
  .state[data-running] {
    color: var(--running);
  }
  .state i {
    width: 8px;
    height: 8px;
    background: linear-gradient(90deg, currentColor 36%, transparent 36% 64%, currentColor 64%);
  }
  .state[data-running] i {
    background: currentColor;
    clip-path: polygon(0 0, 100% 50%, 0 100%);
  }
  select {
    appearance: none;
    height: var(--hit);
    width: 62px;
    padding: 0 8px;
    border: 0;
    border-radius: var(--radius);
    background: transparent;
    color: var(--text-2);
    font-size: var(--size-s);
    text-align: center;
    cursor: pointer;
  }
  select:hover {
    background: var(--control-hover);
    color: var(--text);
  }
  option {
    background: var(--raised);
    color: var(--text);
  }
  spy-more-menu {
    display: none;
  }
  @container (max-width: 1180px) {
    .brand span,
    .rule.first,
    .tool,
    .transport .minor,
    .state {
      display: none;
    }
    spy-more-menu {
      display: block;
    }
  }
  @container (max-width: 760px) {
    .brand,
    header {
      margin: 0;
      padding-right: 4px;
    }
    spy-layer-menu,
    select,
    .rule {
      display: none;
    }
  }
`;
