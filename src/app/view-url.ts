/**
 * View state in the URL fragment: versioned, defaults omitted, unknown keys ignored. The query string is not
 * ours to use: `serving` is its only parameter (vacuum-pressure.md section 22.7).
 */
import { defaultView } from '#app/defaults';
import type { LayerId, ViewState } from '#app/model';
import {
  decodeOpenSettings,
  DEFAULT_OPEN_SETTINGS,
  encodeOpenSettings,
  type OpenSettings,
} from '#app/open-settings';
import { isLayer, palettesFor } from '#view/layers';

const VERSION = '1';

/** What was in a link. A link is anybody's text: only values that every part of the page can use come through. */
export interface LinkedView {
  view: Partial<ViewState>;
  playhead: number | undefined;
  opening: OpenSettings | undefined;
}

type WordField = Exclude<keyof ViewState, keyof LinkedCamera>;
type LinkedCamera = Pick<ViewState, 'camera' | 'cameraSize'>;

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
/** Narrower or lower than any map; a larger one than this is no window. */
const MIN_SIZE_PX = 1;
const MAX_SIZE_PX = 1e5;

/** The fragment of a link to this view, with its `#`; empty when everything is at its default. */
export function encodeView(
  view: ViewState,
  playhead: number | undefined,
  opening: OpenSettings = DEFAULT_OPEN_SETTINGS,
): string {
  const defaults = defaultView();
  const params = new URLSearchParams();
  encodeOpenSettings(opening, params);
  if (playhead !== undefined && playhead >= 0) params.set('bin', String(playhead));
  if (view.camera) params.set('camera', encodeCamera(view));
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
  const view: Record<string, unknown> = decodeCamera(params.get('camera'));
  const named = params.get(WORDS.layer.key) ?? '';
  const layer = isLayer(named) ? named : defaultView().layer;
  for (const [field, { key, accepts }] of WORD_ENTRIES) {
    const text = params.get(key);
    if (text === null || !accepts(text, layer)) continue;
    view[field] = accepts === SWITCH ? text === 'true' : text;
  }
  const bin = params.get('bin') ?? '';
  return {
    view,
    playhead: /^\d{1,9}$/.test(bin) ? Number(bin) : undefined,
    opening: decodeOpenSettings(params),
  };
}

/**
 * Centre, scales and the size of the map they are for. A ten-thousandth of a bin or tick is finer than a pixel at any
 * zoom; scales keep six significant digits.
 */
function encodeCamera({ camera, cameraSize }: LinkedCamera): string {
  if (!camera) return '';
  const centre = [camera.centerBin, camera.centerTick].map((x) => Number(x.toFixed(4)));
  const scale = [camera.binPx, camera.tickPx].map((x) => Number(x.toPrecision(6)));
  const size = cameraSize ? [cameraSize.width, cameraSize.height] : [];
  return [...centre, ...scale, ...size].join(',');
}

function decodeCamera(text: string | null): Partial<LinkedCamera> {
  const numbers = (text ?? '').split(',').map((part) => (part === '' ? NaN : Number(part)));
  const [centerBin, centerTick, binPx, tickPx, ...size] = numbers;
  const sound =
    Math.abs(centerBin) <= MAX_BIN &&
    Math.abs(centerTick) <= MAX_TICK &&
    [binPx, tickPx].every((scale) => scale >= MIN_SCALE_PX && scale <= MAX_SCALE_PX) &&
    (size.length === 0 || size.length === 2) &&
    size.every((px) => px >= MIN_SIZE_PX && px <= MAX_SIZE_PX);
  if (!sound) return {};
  const camera = { centerBin, centerTick, binPx, tickPx };
  return size.length === 0 ? { camera } : { camera, cameraSize: { width: size[0], height: size[1] } };
}
