/**
 * Every colour, size, font and duration of the page. Elements use the custom properties and nothing else, so a
 * theme is a column of this table. Contrast of the pairs that carry text is checked in `tokens.test.ts`.
 */
import { css, unsafeCSS } from 'lit';

export type ResolvedTheme = 'dark' | 'light';

/** name -> [dark, light] */
export const COLOURS = {
  ground: ['#0a0a0f', '#f3f4f7'],
  panel: ['#0e0f15', '#fbfbfd'],
  raised: ['#15171f', '#ffffff'],
  control: ['#1b1d27', '#e9ebf1'],
  'control-hover': ['#262936', '#dde0e9'],
  line: ['#20222d', '#dfe2ea'],
  'line-strong': ['#3a3e4e', '#b4bac9'],
  text: ['#e8eaf2', '#14161d'],
  'text-2': ['#abb0bf', '#454b5a'],
  'text-3': ['#858b9c', '#5d6474'],
  accent: ['#00ffcc', '#00725d'],
  'accent-fill': ['#00d9ae', '#00725d'],
  'accent-ink': ['#00201a', '#ffffff'],
  'accent-soft': ['#0d2a29', '#d6efe9'],
  focus: ['#6cc8ff', '#0a63c9'],
  bull: ['#22cc66', '#12823f'],
  bear: ['#cc2255', '#c01d4e'],
  'bull-ink': ['#04140a', '#ffffff'],
  'bear-ink': ['#ffffff', '#ffffff'],
  'bull-text': ['#22cc66', '#0d7538'],
  'bear-text': ['#f0668e', '#b3174a'],
  warn: ['#ccaa22', '#846200'],
  'warn-soft': ['#2b2614', '#f6edd2'],
  running: ['#00ffaa', '#00734d'],
  error: ['#ff8f8f', '#b3201d'],
  'error-soft': ['#2c1216', '#fbe3e3'],
  'banner-text': ['#ffbbbb', '#ffd9d9'],
  banner: ['#660000', '#8c1212'],
  projection: ['#59148d', '#59148d'],
  'projection-edge': ['#b464ff', '#7a2bc0'],
  'projection-text': ['#c79bff', '#6a22ad'],
  'tone-up': ['#22cc66', '#0b6a33'],
  'tone-up-ground': ['#163124', '#d5f0df'],
  'tone-lean-up': ['#66d692', '#226a41'],
  'tone-lean-up-ground': ['#1b2c24', '#e2f3e9'],
  'tone-chop': ['#ccaa22', '#6d5300'],
  'tone-chop-ground': ['#2f3138', '#ebeaf0'],
  'tone-lean-down': ['#dd667f', '#993049'],
  'tone-lean-down-ground': ['#2f1a22', '#fae6eb'],
  'tone-down': ['#f0668e', '#a01440'],
  'tone-down-ground': ['#341722', '#f9dbe4'],
  'tone-tighten': ['#ccaa22', '#735700'],
  'tone-tighten-ground': ['#332a1a', '#f6edd2'],
  shade: ['rgba(3, 3, 6, 0.72)', 'rgba(30, 34, 48, 0.4)'],
  glass: ['rgba(18, 20, 28, 0.92)', 'rgba(255, 255, 255, 0.94)'],
  'map-label': ['rgba(10, 10, 15, 0.78)', 'rgba(255, 255, 255, 0.85)'],
} as const satisfies Record<string, readonly [dark: string, light: string]>;

export type ColourName = keyof typeof COLOURS;

/** A colour of a theme as text. */
export function themeColour(name: ColourName, theme: ResolvedTheme): string {
  return COLOURS[name][theme === 'dark' ? 0 : 1];
}

function declarations(theme: ResolvedTheme): string {
  return (Object.keys(COLOURS) as ColourName[])
    .map((name) => `--${name}: ${themeColour(name, theme)};`)
    .join(' ');
}

/** Stands in the document's own style sheets; see `adoptTokens`. */
const TOKENS = css`
  :root {
    color-scheme: dark;
    ${unsafeCSS(declarations('dark'))}

    --sans: 'Inter Variable', system-ui, sans-serif;
    --mono: 'JetBrains Mono', ui-monospace, monospace;
    --size-xs: 10.5px;
    --size-s: 11.5px;
    --size-m: 12.5px;
    --size-l: 15px;
    --size-xl: 20px;

    --top-bar: 42px;
    --bottom-bar: 50px;
    --scrubber: 34px;
    --time-axis: 24px;
    --price-axis: 60px;
    --depth-profile: 140px;
    --signal-panel: 256px;
    --hit: 28px;

    --radius-s: 3px;
    --radius: 5px;
    --radius-l: 10px;
    --shadow: 0 0 0 1px var(--line-strong), 0 10px 32px rgba(0, 0, 0, 0.5);
    --fast: 120ms;
    --slow: 260ms;
  }

  :root[data-theme='light'] {
    color-scheme: light;
    ${unsafeCSS(declarations('light'))}
    --shadow: 0 0 0 1px var(--line), 0 10px 32px rgba(30, 34, 48, 0.18);
  }

  @media (pointer: coarse) {
    :root {
      --top-bar: 48px;
      --scrubber: 44px;
      --hit: 40px;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    :root {
      --fast: 0ms;
      --slow: 0ms;
    }
  }

  html,
  body {
    height: 100%;
    margin: 0;
    overflow: hidden;
    overscroll-behavior: none;
    background: var(--ground);
  }
`;

/** Gives the document the tokens; custom properties reach every shadow root from there. */
export function adoptTokens(): void {
  const sheet = TOKENS.styleSheet;
  if (sheet && !document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
}
