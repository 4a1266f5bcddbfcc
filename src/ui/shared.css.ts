import { css } from 'lit';

/** What every element uses: box model, focus ring, buttons, chips, badges, keys, hidden text. */
export const SHARED = css`
  :host {
    box-sizing: border-box;
    font: 400 var(--size-m) / 1.4 var(--sans);
    font-feature-settings: 'cv11', 'ss03';
    color: var(--text);
    -webkit-font-smoothing: antialiased;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  ol,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  svg {
    display: block;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
    border-radius: var(--radius-s);
  }
  ::selection {
    background: var(--accent-soft);
    color: var(--accent);
  }
  .mono {
    font-family: var(--mono);
    font-variant-numeric: tabular-nums;
    font-feature-settings:
      'zero' 0,
      'calt' 0;
    letter-spacing: -0.01em;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  input,
  select {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button {
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    cursor: pointer;
    touch-action: manipulation;
  }
  button:disabled {
    cursor: default;
  }
  .btn {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: var(--hit);
    padding: 0 10px;
    border-radius: var(--radius);
    background: var(--control);
    color: var(--text);
    font-weight: 500;
    white-space: nowrap;
    text-decoration: none;
    transition: background-color var(--fast);
  }
  .btn.icon {
    width: var(--hit);
    padding: 0;
    flex: none;
  }
  .btn.quiet {
    background: transparent;
    color: var(--text-2);
  }
  .btn.primary {
    background: var(--accent-fill);
    color: var(--accent-ink);
    font-weight: 600;
  }
  .btn:disabled {
    opacity: 0.4;
  }
  .btn[aria-pressed='true'] {
    background: var(--accent-soft);
    color: var(--accent);
  }
  @media (hover: hover) {
    .btn:hover:not(:disabled) {
      background: var(--control-hover);
      color: var(--text);
    }
    .btn.primary:hover:not(:disabled) {
      background: var(--accent);
      color: var(--accent-ink);
    }
  }
  .kbd {
    display: inline-block;
    min-width: 20px;
    padding: 0 5px;
    border: 1px solid var(--line-strong);
    border-bottom-width: 2px;
    border-radius: var(--radius-s);
    background: var(--control);
    color: var(--text-2);
    font: 500 var(--size-xs) / 17px var(--mono);
    text-align: center;
    white-space: nowrap;
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    padding: 0 7px;
    border-radius: var(--radius-s);
    background: var(--badge-ground, var(--control));
    color: var(--badge, var(--text-2));
    font-size: var(--size-xs);
    font-weight: 600;
    line-height: 18px;
    letter-spacing: 0.03em;
    white-space: nowrap;
  }
  .synthetic {
    --badge: var(--warn);
    --badge-ground: var(--warn-soft);
    border: 1px dashed currentColor;
    line-height: 16px;
  }
  [data-tone='up'] {
    --badge: var(--tone-up);
    --badge-ground: var(--tone-up-ground);
  }
  [data-tone='lean-up'] {
    --badge: var(--tone-lean-up);
    --badge-ground: var(--tone-lean-up-ground);
  }
  [data-tone='chop'] {
    --badge: var(--tone-chop);
    --badge-ground: var(--tone-chop-ground);
  }
  [data-tone='lean-down'] {
    --badge: var(--tone-lean-down);
    --badge-ground: var(--tone-lean-down-ground);
  }
  [data-tone='down'] {
    --badge: var(--tone-down);
    --badge-ground: var(--tone-down-ground);
  }
  [data-tone='tighten'] {
    --badge: var(--tone-tighten);
    --badge-ground: var(--tone-tighten-ground);
  }
  /* A native radio or checkbox under its label's drawing: it takes the clicks, the keys and the focus. */
  .cover {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    cursor: inherit;
  }
  .scroll {
    overflow: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--line-strong) transparent;
  }
  [popover] {
    margin: 0;
    border: 0;
    padding: 0;
    color: inherit;
    background: var(--raised);
    border-radius: var(--radius-l);
    box-shadow: var(--shadow);
  }
  dialog {
    padding: 0;
    border: 0;
    color: inherit;
    background: var(--raised);
    border-radius: var(--radius-l);
    box-shadow: var(--shadow);
    max-width: calc(100vw - 24px);
    max-height: calc(100dvh - 24px);
  }
  dialog::backdrop {
    background: var(--shade);
  }
`;
