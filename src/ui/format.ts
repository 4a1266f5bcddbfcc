/**
 * Numbers as the page prints them. Every function is total: what is not a finite number becomes an en dash, so
 * that a missing value can be told from a zero. Minus is U+2212, as wide as plus in tabular figures.
 */
export const NONE = '–';

const MINUS = '−';
const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

function withMinus(text: string): string {
  return text.replace('-', MINUS);
}

/** A price with the instrument's decimals: `21500.25`. */
export function formatPrice(value: number, decimals: number): string {
  return Number.isFinite(value) ? withMinus(value.toFixed(decimals)) : NONE;
}

/** A price between two ticks, with one more decimal where it needs it. */
export function formatMid(value: number, decimals: number): string {
  const scaled = value * 10 ** decimals;
  const isWhole = Math.abs(scaled - Math.round(scaled)) < 1e-4;
  return formatPrice(value, isWhole ? decimals : decimals + 1);
}

/** A count with thousands separators: `1,234,567`. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? withMinus(GROUPED.format(value)) : NONE;
}

/** Plain decimals; values that round to zero lose their sign: `−0.00` is never shown. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return NONE;
  const text = value.toFixed(decimals);
  return withMinus(/^-0(\.0*)?$/.test(text) ? text.slice(1) : text);
}

/** `formatFixed` with a sign on both sides of zero: `+1.2`, `−1.2`, `0.0`. */
export function formatSigned(value: number, decimals: number): string {
  const text = formatFixed(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** The value, or 0 where it is printed as zero: a zero has the colour of neither sign. */
export function asPrinted(value: number, decimals: number): number {
  return /[1-9]/.test(value.toFixed(decimals)) ? value : 0;
}

const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P'];

/** Four significant figures at most, in the width of a column: `0`, `0.0123`, `12.35`, `1235`, `12.35k`, `1.2e−9`. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e18) return withMinus(value.toExponential(1).replace('e+', 'e'));
  if (size < 9999.5) return withMinus(trimZeros(value.toPrecision(4), size));
  const step = Math.min(SUFFIXES.length - 1, Math.floor(Math.log10(size * 1.00005) / 3));
  const scaled = value / 1000 ** step;
  return withMinus(`${trimZeros(scaled.toPrecision(4), Math.abs(scaled))}${SUFFIXES[step]}`);
}

function trimZeros(text: string, size: number): string {
  const plain = size >= 999.95 ? String(Math.round(Number(text))) : text;
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}

/** Decimal units, three significant figures: `512 B`, `12.3 MB`, `1.07 GB`. */
export function formatBytes(bytes: number): string {
  return scaledUnit(bytes, ['B', 'kB', 'MB', 'GB', 'TB']);
}

/** `184 MB/s` */
export function formatByteRate(bytesPerSecond: number): string {
  return Number.isFinite(bytesPerSecond) ? `${formatBytes(bytesPerSecond)}/s` : NONE;
}

/** `3.12 M records/s` */
export function formatRate(perSecond: number, what: string): string {
  const text = scaledUnit(perSecond, ['', 'k', 'M', 'G']);
  return text === NONE ? NONE : `${text.trim()} ${what}/s`;
}

function scaledUnit(value: number, units: readonly string[]): string {
  if (!Number.isFinite(value) || value < 0) return NONE;
  let scaled = value;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const decimals = unit === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(decimals)} ${units[unit]}`;
}

/** `42 %`; 100 only when it is all there. */
export function formatPercent(fraction: number): string {
  if (!Number.isFinite(fraction)) return NONE;
  const percent = fraction >= 1 ? 100 : Math.min(99, Math.round(fraction * 100));
  return `${Math.max(0, percent)} %`;
}

/** A duration in words: `0.4 s`, `12 s`, `1 min 05 s`, `2 h 03 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return NONE;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${pad2(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad2(minutes % 60)} min`;
}

function pad2(value: number): string {
  return String(value).padStart(2, '0');
}

/** Playback speed: `0.1×`, `10×`, `max`. */
export function formatSpeed(speed: number): string {
  return speed === Infinity ? 'max' : `${String(speed)}×`;
}

/** Bytes as hexadecimal offset beside the decimal one: `1,024 (0x400)`. */
export function formatOffset(offset: number): string {
  return Number.isSafeInteger(offset) && offset >= 0
    ? `${formatCount(offset)} (0x${offset.toString(16)})`
    : NONE;
}
