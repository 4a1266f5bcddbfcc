import { svg, type SVGTemplateResult } from 'lit';

/** Strokes on a 16 × 16 grid, 1.5 px. Filled parts stand after the bar. */
const PATHS = {
  play: '|M5 3.2v9.6a.6.6 0 0 0 .9.5l7.4-4.8a.6.6 0 0 0 0-1L5.9 2.7a.6.6 0 0 0-.9.5Z',
  pause: '|M4.2 3h2.4v10H4.2ZM9.4 3h2.4v10H9.4Z',
  restart: 'M3.2 8a4.8 4.8 0 1 0 1.6-3.6M3.1 2.6v2.9h2.9',
  'step-back': 'M3.5 3.5v9|M12.8 3.9v8.2a.5.5 0 0 1-.8.4L6.4 8.4a.5.5 0 0 1 0-.8L12 3.5a.5.5 0 0 1 .8.4Z',
  'step-forward': 'M12.5 3.5v9|M3.2 3.9v8.2a.5.5 0 0 0 .8.4l5.6-4.1a.5.5 0 0 0 0-.8L4 3.5a.5.5 0 0 0-.8.4Z',
  open: 'M2 12.5v-9h4l1.5 2H13v2M2 12.5l2-5h10.5l-2 5Z',
  help: 'M5.8 6.2a2.2 2.2 0 1 1 3.3 1.9c-.8.5-1.1.9-1.1 1.7M8 12.2v.1',
  sun: 'M8 5.3a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7',
  moon: 'M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7Z',
  'half-moon': 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2Z|M8 2.2a5.8 5.8 0 0 1 0 11.6Z',
  layers: 'M8 2.3 14 5.5 8 8.7 2 5.5ZM2.6 8.3 8 11.2l5.4-2.9M2.6 10.9 8 13.8l5.4-2.9',
  palette:
    'M8 2.2a5.8 5.8 0 0 0 0 11.6c1.3 0 1.6-.8 1.3-1.6-.4-1.1.2-1.9 1.4-1.9h1.5c1 0 1.6-.8 1.6-2A6 6 0 0 0 8 2.2ZM5 7.6v.1M7 5.2v.1M10 5.5v.1',
  down: 'M4.5 6.3 8 9.8l3.5-3.5',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3.2 8.5 6.4 11.6l6.4-7.2',
  warning: 'M8 2.6 14.2 13.3H1.8ZM8 6.5v3M8 11.3v.1',
  error: 'M5.5 2.2h5l3.3 3.3v5l-3.3 3.3h-5L2.2 10.5v-5ZM8 5v3.6M8 10.9v.1',
  info: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM8 7.3v3.7M8 5v.1',
  shield: 'M8 1.9 13 3.7v4c0 3.2-2.1 5.2-5 6.4-2.9-1.2-5-3.2-5-6.4v-4ZM5.6 7.9l1.8 1.8 3.2-3.4',
  table: 'M2.3 3.2h11.4v9.6H2.3ZM2.3 6.4h11.4M2.3 9.6h11.4M6.3 6.4v6.4',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  follow: 'M8 4.7a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6ZM8 1.5v3.2M8 11.3v3.2M1.5 8h3.2M11.3 8h3.2',
  pin: 'M6 2.2h4M6.5 2.2v4L4.3 9h7.4L9.5 6.2v-4M8 9v5',
  copy: 'M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3',
  file: 'M4 1.9h5l3 3v9.2H4ZM9 1.9v3h3',
  memory: 'M4 4h8v8H4ZM6.2 1.8V4M9.8 1.8V4M6.2 12v2.2M9.8 12v2.2M1.8 6.2H4M1.8 9.8H4M12 6.2h2.2M12 9.8h2.2',
  drop: 'M8 2.2v7.6M4.7 6.7 8 10l3.3-3.3M2.5 10.5v3h11v-3',
  depth: 'M8 2v12M8 4H4.5M8 7H2.5M8 10.5H5.5M8 5.5h3.5M8 8.5h5.5M8 12h2.5',
  signal: 'M2 11.5 5 8l2.5 2L11 4.5l3 3',
  cell: 'M6 6h4v4H6ZM8 1.5V6M8 10v4.5M1.5 8H6M10 8h4.5',
  clock: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2ZM8 4.8V8l2.3 1.6',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  speed: 'M2.5 11.5a6 6 0 1 1 11 0M8 9.5l2.8-3.3',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1',
} as const;

export type IconName = keyof typeof PATHS;

/** Decorative: the label stands on the control. */
export function icon(name: IconName, size = 16): SVGTemplateResult {
  const [stroke, fill] = PATHS[name].split('|');
  return svg`<svg width=${size} height=${size} viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"
    >${stroke ? svg`<path d=${stroke}></path>` : ''}${
      fill ? svg`<path d=${fill} fill="currentColor" stroke-width="0.6"></path>` : ''
    }</svg>`;
}
