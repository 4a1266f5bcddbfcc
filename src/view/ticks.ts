import type { CameraState, Viewport } from '#protocol/render-contract';
import { screenX, screenY, worldX, worldY } from '#view/camera';

/** Aims of section 22.2: about this many price lines and price labels. */
export const PRICE_LINE_TARGET = 40;
export const PRICE_LABEL_TARGET = 20;
/** Labels stand at least this far apart (section 22.5). */
export const TIME_LABEL_SPACING_PX = 70;
/** Below this many labels in view a step finer than those of section 22 is taken. */
const MIN_LABELS = 4;
const PRICE_UNIT = 1e-9;
const NS_PER_MS = 1e6;

export interface PriceTick {
  /** Screen y, CSS pixels. */
  readonly y: number;
  /** World y; whole unless the step is no multiple of the tick. */
  readonly tick: number;
  /** Currency units. */
  readonly price: number;
}

export interface TimeTick {
  /** Screen x, CSS pixels. */
  readonly x: number;
  /** World x. */
  readonly bin: number;
  /** Nanoseconds since the Unix epoch, UTC. */
  readonly timeNs: bigint;
}

/**
 * Price step in currency units: the smallest of {bucket if < 1, 1, 2, 5, 10, ...} that is at least the bucket
 * and at least `range / target` (section 22.2; the 1-2-5 series goes on above 500). Where that leaves fewer
 * than 4 lines in view, the series continues below 1 in whole buckets.
 */
export function nicePriceStep(bucket: number, range: number, target: number): number {
  const least = Math.max(bucket, range / target);
  if (bucket < 1 && bucket >= least) return bucket;
  let step = niceFrom(1, least, () => true);
  if (range / step < MIN_LABELS) {
    const isWholeBuckets = (s: number): boolean => Math.abs(s / bucket - Math.round(s / bucket)) < 1e-9;
    const decade = 10 ** Math.floor(Math.log10(least));
    step = Math.min(step, niceFrom(decade, least, isWholeBuckets));
  }
  return step;
}

/** First value >= `least` of start * {1, 2, 5, 10, 20, 50, ...} that passes; `start` is a power of ten. */
function niceFrom(start: number, least: number, passes: (step: number) => boolean): number {
  const exponent = Math.round(Math.log10(start));
  for (let e = exponent; e < 300; e++) {
    for (const factor of [1, 2, 5]) {
      // Dividing by a power of ten is correctly rounded, multiplying by its inverse is not.
      const step = e < 0 ? factor / 10 ** -e : factor * 10 ** e;
      if (step >= least && passes(step)) return step;
    }
  }
  return least;
}

/**
 * Price lines or labels in view, bottom to top.
 * @param tickInt price units per tick
 */
export function priceTicks(
  camera: CameraState,
  viewport: Viewport,
  tickInt: number,
  target = PRICE_LABEL_TARGET,
): PriceTick[] {
  const lo = worldY(camera, viewport, viewport.height) * tickInt;
  const hi = worldY(camera, viewport, 0) * tickInt;
  if (!(hi > lo) || !Number.isFinite(hi - lo)) return [];
  const step = nicePriceStep(tickInt * PRICE_UNIT, (hi - lo) * PRICE_UNIT, target);
  const stepInt = Math.max(Math.round(step / PRICE_UNIT), 1);
  const out: PriceTick[] = [];
  for (let n = Math.ceil(lo / stepInt); n * stepInt <= hi; n++) {
    const tick = (n * stepInt) / tickInt;
    out.push({ y: screenY(camera, viewport, tick), tick, price: n * stepInt * PRICE_UNIT });
  }
  return out;
}

/** Steps of section 22.5, then minutes, hours and days. */
const TIME_STEPS_MS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
].map((s) => s * 1000);
const SUBSECOND_STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500];

/** Time step in ms: labels at least 70 px apart; below a second only where seconds leave fewer than 4 labels. */
export function niceTimeStepMs(pxPerMs: number, width: number): number {
  const fits = (ms: number): boolean => ms * pxPerMs >= TIME_LABEL_SPACING_PX;
  const coarse = TIME_STEPS_MS.find(fits);
  if (coarse === undefined) {
    const day = 86_400_000;
    return day * 10 ** Math.ceil(Math.log10(TIME_LABEL_SPACING_PX / (pxPerMs * day)));
  }
  if (coarse > 1000 || width / (coarse * pxPerMs) >= MIN_LABELS) return coarse;
  return SUBSECOND_STEPS_MS.find(fits) ?? coarse;
}

/**
 * Time labels in view, left to right, at whole steps of UTC.
 * @param bin0Ns start of bin 0, ns since the epoch
 * @param endBin labels right of this world x are left out (the projection zone has its own)
 */
export function timeTicks(
  camera: CameraState,
  viewport: Viewport,
  cellWidthMs: number,
  bin0Ns: bigint,
  endBin = Infinity,
): TimeTick[] {
  const left = worldX(camera, viewport, 0);
  const right = Math.min(worldX(camera, viewport, viewport.width), endBin);
  if (!(right > left) || !Number.isFinite(right - left)) return [];
  const stepMs = niceTimeStepMs(camera.binPx / cellWidthMs, viewport.width);
  const stepNs = BigInt(stepMs) * 1_000_000n;
  const cellNs = cellWidthMs * NS_PER_MS;
  const leftNs = bin0Ns + BigInt(Math.floor(left * cellNs));
  let timeNs = leftNs - modulo(leftNs, stepNs);
  const out: TimeTick[] = [];
  for (;;) {
    const bin = Number(timeNs - bin0Ns) / cellNs;
    if (bin > right) return out;
    if (bin >= left) out.push({ x: screenX(camera, viewport, bin), bin, timeNs });
    timeNs += stepNs;
  }
}

function modulo(a: bigint, b: bigint): bigint {
  const r = a % b;
  return r < 0n ? r + b : r;
}
