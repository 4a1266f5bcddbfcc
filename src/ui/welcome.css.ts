import { css } from 'lit';

export const WELCOME_STYLES = css`
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    background: var(--ground);
  }
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    mask-image: radial-gradient(ellipse 62% 72% at 50% 48%, rgb(0 0 0 / 10%) 40%, #000 100%);
  }
  .scroll {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: safe center;
    padding: 24px;
  }
  main {
    display: grid;
    justify-items: center;
    gap: 18px;
    width: min(860px, 100%);
    text-align: center;
  }
  h1 {
    font-size: clamp(26px, 4.2vw, 42px);
    font-weight: 680;
    line-height: 1.12;
    letter-spacing: -0.032em;
    text-wrap: balance;
  }
  .lead {
    max-width: 54ch;
    color: var(--text-2);
    font-size: 15px;
    line-height: 1.5;
    text-wrap: pretty;
  }
  .zone {
    display: grid;
    justify-items: center;
    gap: 12px;
    width: min(560px, 100%);
    margin-top: 6px;
    padding: 26px 20px 20px;
    border: 1.5px dashed var(--line-strong);
    border-radius: 14px;
    background: var(--glass);
  }
  .zone .btn {
    min-height: 40px;
    padding: 0 20px;
    font-size: 14px;
  }
  .zone .settings {
    min-height: 28px;
    padding: 0 10px;
    color: var(--text-2);
    font-size: var(--size-s);
  }
  .zone .btn .kbd {
    background: none;
    border-color: currentColor;
    color: inherit;
    opacity: 0.65;
  }
  .or {
    color: var(--text-2);
  }
  .formats {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 6px;
    margin-top: 2px;
  }
  .formats li {
    padding: 0 8px;
    border: 1px solid var(--line-strong);
    border-radius: 10px;
    color: var(--text-2);
    font-size: var(--size-xs);
    line-height: 19px;
  }
  h2 {
    margin-top: 8px;
    color: var(--text-2);
    font-size: var(--size-s);
    font-weight: 500;
  }
  .samples {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
    gap: 10px;
    width: 100%;
    margin-top: -6px;
  }
  .samples[data-single] {
    width: min(560px, 100%);
  }
  .sample {
    display: grid;
    align-content: start;
    gap: 4px;
    width: 100%;
    height: 100%;
    padding: 12px 14px;
    border-radius: var(--radius-l);
    background: var(--glass);
    box-shadow: inset 0 0 0 1px var(--line-strong);
    text-align: left;
    transition: background-color var(--fast);
  }
  .sample:hover {
    background: var(--control);
  }
  .sample strong {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    font-size: 13.5px;
    font-weight: 600;
  }
  .sample > span {
    color: var(--text-2);
    font-size: var(--size-s);
    line-height: 1.4;
  }
  .sample .meta {
    color: var(--text-3);
    font-size: var(--size-xs);
  }
`;
