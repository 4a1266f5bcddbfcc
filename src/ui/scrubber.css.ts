import { css } from 'lit';

export const SCRUBBER_STYLES = css`
  :host {
    display: block;
    container-type: inline-size;
    height: var(--scrubber);
    border-top: 1px solid var(--line);
    background: var(--panel);
    flex: none;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 12px;
    height: 100%;
    padding: 0 10px 0 8px;
    font-size: var(--size-xs);
    color: var(--text-2);
  }
  .btn {
    min-height: calc(var(--scrubber) - 10px);
    padding: 0 8px;
    font-size: var(--size-xs);
    font-weight: 600;
  }
  .line {
    position: relative;
    flex: 1;
    height: 100%;
    min-width: 80px;
  }
  .track {
    position: absolute;
    inset: calc(50% - 3px) 0 auto;
    height: 6px;
    border-radius: 3px;
    overflow: hidden;
    background: repeating-linear-gradient(115deg, var(--control) 0 5px, var(--line-strong) 5px 6px);
  }
  .track::before,
  .track::after {
    content: '';
    position: absolute;
    inset: 0 auto 0 0;
    width: calc(var(--loaded) * 100%);
    background: var(--line-strong);
  }
  .track::after {
    width: calc(var(--at) * 100%);
    background: color-mix(in srgb, var(--accent-fill) 55%, var(--line-strong));
  }
  .head {
    position: absolute;
    left: calc(var(--at) * 100%);
    top: calc(50% - 8px);
    width: 4px;
    height: 16px;
    margin-left: -2px;
    border-radius: 2px;
    background: var(--accent);
    box-shadow: 0 0 0 2px var(--panel);
  }
  input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
    touch-action: none;
  }
  input:disabled {
    cursor: default;
  }
  .line:has(:focus-visible) {
    outline: 2px solid var(--focus);
    border-radius: var(--radius-s);
  }
  .tip {
    position: absolute;
    bottom: calc(50% + 12px);
    left: calc(var(--tip) * 100%);
    transform: translateX(-50%);
    padding: 2px 7px;
    border-radius: var(--radius-s);
    background: var(--text);
    color: var(--ground);
    line-height: 15px;
    white-space: nowrap;
    pointer-events: none;
    z-index: 4;
  }
  .memory {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    color: var(--text-2);
    white-space: nowrap;
    min-height: calc(var(--scrubber) - 10px);
    padding: 0 4px;
    border-radius: var(--radius-s);
  }
  .memory i {
    width: 40px;
    height: 4px;
    border-radius: 2px;
    background: linear-gradient(90deg, var(--text-2) calc(var(--share) * 100%), var(--line-strong) 0);
  }
  .memory[data-given] {
    color: var(--warn);
  }
  .memory[data-given] i {
    background: var(--warn);
  }
  [popover] {
    width: 300px;
    padding: 14px 16px;
    font-size: var(--size-s);
    color: var(--text-2);
  }
  [popover] h2 {
    margin-bottom: 4px;
    font-size: var(--size-m);
    color: var(--text);
  }
  [popover] p + p,
  [popover] label {
    margin-top: 8px;
  }
  .given {
    color: var(--warn);
  }
  label {
    display: flex;
    align-items: center;
    justify-content: space-between;
    color: var(--text);
  }
  select {
    height: 28px;
    padding: 0 8px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--control);
  }
  @container (max-width: 620px) {
    .memory span,
    .end,
    .start {
      display: none;
    }
    .memory i {
      width: 24px;
    }
  }
`;
