/**
 * View state in the URL fragment: versioned, defaults omitted, unknown keys ignored. The query string is not
 * ours to use: `serving` is its only parameter (vacuum-pressure.md section 22.7).
 */
import { defaultView } from '#app/defaults';
import type { LayerId, ViewState } from '#app/model';
import type { CameraState } from '#protocol/render-contract';
import { isLayer, palettesFor } from '#view/layers';

const VERSION = '1';

/** What was in a link. A link is anybody's text: only values that every part of the page can use come through. */
export interface LinkedView {
  view: Partial<ViewState>;
  playhead: number | undefined;
}

type WordField = Exclude<keyof ViewState, 'camera'>;

function oneOf(...words: string[]): (text: string) => boolean {
  return (text) => words.includes(text);
}

const SWITCH = oneOf('true', 'false');

/** The fields that are plain words or switches: key in the link, and whether a value fits beside the layer. */
const WORDS: Record<WordField, { key: string; accepts: (text: string, layer: LayerId) => boolean }> = {
  layer: { key: 'layer', accepts: isLayer },
  palette: { key: 'palette', accepts: (text, layer) => oneOf(...palettesFor(layer))(text) },
  transfer: { key: 'scale', accepts: oneOf('linear', 'sqrt', 'log', 'symlog') },
  statistic: { key: 'stat', accepts: oneOf('max', 'last', 'mean') },
  showTrails: { key: 'trails', accepts: SWITCH },
  showProjection: { key: 'projection', accepts: SWITCH },
  theme: { key: 'theme', accepts: oneOf('dark', 'light', 'system') },
  zone: { key: 'zone', accepts: oneOf('exchange', 'local', 'utc') },
};
const WORD_ENTRIES = Object.entries(WORDS) as [WordField, (typeof WORDS)[WordField]][];

/** Beyond any session and price; sums with these still tell half a tick from a whole one. */
const MAX_BIN = 1e9;
const MAX_TICK = 2 ** 51;
/** Pixels per bin or tick: from a billion bins in a window to one tick in the tallest. */
const MIN_SCALE_PX = 1e-6;
const MAX_SCALE_PX = 1e4;

/** The fragment of a link to this view, with its `#`; empty when everything is at its default. */
export function encodeView(view: ViewState, playhead: number | undefined): string {
  const defaults = defaultView();
  const params = new URLSearchParams();
  if (playhead !== undefined && playhead >= 0) params.set('bin', String(playhead));
  if (view.camera) params.set('camera', encodeCamera(view.camera));
  for (const [field, { key, accepts }] of WORD_ENTRIES) {
    const value = view[field];
    if (value === undefined || value === defaults[field]) continue;
    if (accepts(String(value), view.layer)) params.set(key, String(value));
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
  const named = params.get(WORDS.layer.key) ?? '';
  const layer = isLayer(named) ? named : defaultView().layer;
  for (const [field, { key, accepts }] of WORD_ENTRIES) {
    const text = params.get(key);
    if (text === null || !accepts(text, layer)) continue;
    view[field] = accepts === SWITCH ? text === 'true' : text;
  }
  const bin = params.get('bin') ?? '';
  return { view, playhead: /^\d{1,9}$/.test(bin) ? Number(bin) : undefined };
}

/** A ten-thousandth of a bin or tick is finer than a pixel at any zoom; scales keep six significant digits. */
function encodeCamera({ centerBin, centerTick, binPx, tickPx }: CameraState): string {
  const centre = [centerBin, centerTick].map((x) => Number(x.toFixed(4)));
  const scale = [binPx, tickPx].map((x) => Number(x.toPrecision(6)));
  return [...centre, ...scale].join(',');
}

function decodeCamera(text: string | null): CameraState | undefined {
  const numbers = (text ?? '').split(',').map((part) => (part === '' ? NaN : Number(part)));
  const [centerBin, centerTick, binPx, tickPx] = numbers;
  const sound =
    numbers.length === 4 &&
    Math.abs(centerBin) <= MAX_BIN &&
    Math.abs(centerTick) <= MAX_TICK &&
    [binPx, tickPx].every((scale) => scale >= MIN_SCALE_PX && scale <= MAX_SCALE_PX);
  return sound ? { centerBin, centerTick, binPx, tickPx } : undefined;
}
