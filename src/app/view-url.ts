/**
 * View state in the URL fragment: versioned, defaults omitted, unknown keys ignored. The query string is not
 * ours to use: `serving` is its only parameter (vacuum-pressure.md section 22.7).
 */
import { defaultView } from '#app/defaults';
import type { ViewState } from '#app/model';
import type { CameraState } from '#protocol/render-contract';

const VERSION = '1';

export interface LinkedView {
  view: Partial<ViewState>;
  playhead: number | undefined;
}

/** The fields that are plain words or switches: key in the link, and the values that are accepted. */
const WORDS: Record<Exclude<keyof ViewState, 'camera'>, { key: string; accepts: RegExp }> = {
  layer: { key: 'layer', accepts: /^[a-z0-9_-]{1,40}$/ },
  palette: { key: 'palette', accepts: /^[a-z]{1,20}$/ },
  transfer: { key: 'scale', accepts: /^(linear|sqrt|log|symlog)$/ },
  statistic: { key: 'stat', accepts: /^(max|last|mean)$/ },
  showTrails: { key: 'trails', accepts: /^(true|false)$/ },
  showProjection: { key: 'projection', accepts: /^(true|false)$/ },
  theme: { key: 'theme', accepts: /^(dark|light|system)$/ },
  zone: { key: 'zone', accepts: /^(exchange|local|utc)$/ },
};

/** The fragment of a link to this view, with its `#`; empty when everything is at its default. */
export function encodeView(view: ViewState, playhead: number | undefined): string {
  const defaults = defaultView();
  const params = new URLSearchParams();
  if (playhead !== undefined && playhead >= 0) params.set('bin', String(playhead));
  if (view.camera) params.set('camera', encodeCamera(view.camera));
  for (const field of Object.keys(WORDS) as (keyof typeof WORDS)[]) {
    const value = view[field];
    if (value !== undefined && value !== defaults[field]) params.set(WORDS[field].key, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `#v=${VERSION}&${text}`;
}

/** Undefined for a fragment of another (newer) version; values that are not accepted are left out. */
export function decodeView(fragment: string): LinkedView | undefined {
  const params = new URLSearchParams(fragment.replace(/^#/, ''));
  if (params.get('v') !== VERSION) return undefined;
  const view: Record<string, unknown> = {};
  const camera = decodeCamera(params.get('camera'));
  if (camera) view['camera'] = camera;
  for (const [field, { key, accepts }] of Object.entries(WORDS)) {
    const text = params.get(key);
    if (text === null || !accepts.test(text)) continue;
    view[field] = text === 'true' ? true : text === 'false' ? false : text;
  }
  const bin = params.get('bin') ?? '';
  return { view: view, playhead: /^\d{1,9}$/.test(bin) ? Number(bin) : undefined };
}

/** Four decimals: a ten-thousandth of a bin or tick is finer than a pixel at any zoom. */
function encodeCamera(camera: CameraState): string {
  return [camera.centerBin, camera.centerTick, camera.binPx, camera.tickPx]
    .map((x) => String(Number(x.toFixed(4))))
    .join(',');
}

function decodeCamera(text: string | null): CameraState | undefined {
  const numbers = (text ?? '').split(',').map((part) => (part === '' ? NaN : Number(part)));
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return undefined;
  const [centerBin, centerTick, binPx, tickPx] = numbers;
  return binPx > 0 && tickPx > 0 ? { centerBin, centerTick, binPx, tickPx } : undefined;
}
