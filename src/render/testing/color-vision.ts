/**
 * What colours look like with a colour vision deficiency, and how far apart two colours are: for the tests
 * that hold the palettes safe.
 */
import { decode } from '#view/oklab';
import type { Rgb8 } from '#view/oklab';

type Matrix = readonly (readonly [number, number, number])[];

/** Full deficiency on linear RGB, after Machado, Oliveira and Fernandes (2009). */
export const DEFICIENCIES: Readonly<Record<string, Matrix>> = {
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

export type Lab = readonly [number, number, number];

/** CIE L*a*b* (D65) of an sRGB colour as seen with a deficiency. */
export function seenAs(rgb: Rgb8, deficiency: Matrix): Lab {
  const linear = rgb.map((c) => decode(c / 255));
  const seen = deficiency.map((row) => {
    const v = row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2];
    return Math.min(Math.max(v, 0), 1);
  });
  const [r, g, b] = seen;
  const x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047;
  const y = 0.2126729 * r + 0.7151522 * g + 0.072175 * b;
  const z = (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883;
  const f = (t: number): number => (t > 216 / 24_389 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116);
  return [116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))];
}

const DEGREE = Math.PI / 180;

/** CIEDE2000 colour difference (Sharma, Wu and Dalal 2005). About 1 is just visible; 10 is plain at a glance. */
export function deltaE2000([L1, a1, b1]: Lab, [L2, a2, b2]: Lab): number {
  const meanC = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(meanC ** 7 / (meanC ** 7 + 25 ** 7)));
  const p1 = a1 * (1 + g);
  const p2 = a2 * (1 + g);
  const c1 = Math.hypot(p1, b1);
  const c2 = Math.hypot(p2, b2);
  const h1 = hue(p1, b1);
  const h2 = hue(p2, b2);
  const dL = L2 - L1;
  const dC = c2 - c1;
  let dh = c1 * c2 === 0 ? 0 : h2 - h1;
  if (dh > 180) dh -= 360;
  if (dh < -180) dh += 360;
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin((dh / 2) * DEGREE);
  const L = (L1 + L2) / 2;
  const C = (c1 + c2) / 2;
  const H = meanHue(h1, h2, c1 * c2);
  const t =
    1 -
    0.17 * Math.cos((H - 30) * DEGREE) +
    0.24 * Math.cos(2 * H * DEGREE) +
    0.32 * Math.cos((3 * H + 6) * DEGREE) -
    0.2 * Math.cos((4 * H - 63) * DEGREE);
  const sL = 1 + (0.015 * (L - 50) ** 2) / Math.sqrt(20 + (L - 50) ** 2);
  const sC = 1 + 0.045 * C;
  const sH = 1 + 0.015 * C * t;
  const rC = 2 * Math.sqrt(C ** 7 / (C ** 7 + 25 ** 7));
  const rT = -Math.sin(60 * Math.exp(-(((H - 275) / 25) ** 2)) * DEGREE) * rC;
  return Math.sqrt((dL / sL) ** 2 + (dC / sC) ** 2 + (dH / sH) ** 2 + rT * (dC / sC) * (dH / sH));
}

function hue(a: number, b: number): number {
  if (a === 0 && b === 0) return 0;
  const h = Math.atan2(b, a) / DEGREE;
  return h < 0 ? h + 360 : h;
}

function meanHue(h1: number, h2: number, product: number): number {
  if (product === 0) return h1 + h2;
  if (Math.abs(h1 - h2) <= 180) return (h1 + h2) / 2;
  return h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
}
