import type { TransferName } from '#protocol/render-contract';

/**
 * From a value to a position in a colour table. The shader holds the same formulas (`transfer.glsl`); the
 * comparison of pictures with the CPU model keeps the two together.
 */

/** Numbers the shader switches on. `log` and `symlog` are one curve with another knee. */
export const TRANSFER_CODE: Readonly<Record<TransferName, number>> = {
  linear: 0,
  sqrt: 1,
  log: 2,
  symlog: 2,
};

/** Symlog is linear up to this share of the range. */
const SYMLOG_KNEE = 0.01;
/**
 * Exponent of the score in the composite view. Most scores are weak and change sign from bin to bin; above 1
 * they stay in the background and strong ones stand out.
 */
export const SCORE_EXPONENT = 2.4;

/** A transfer function bound to a range: everything a pixel needs, the same for shader and CPU. */
export interface BoundTransfer {
  readonly code: number;
  /** Values below this are linear in `log` and `symlog`. */
  readonly knee: number;
  /** 1 if zero stands in the middle of the table. */
  readonly diverging: boolean;
  /** Curve at the low end; 0 for diverging. */
  readonly offset: number;
  /** Table units per curve unit, for values above (positive) and below (negative) the pivot. */
  readonly positiveScale: number;
  readonly negativeScale: number;
}

/** Curve before scaling: odd and increasing in `v`. */
export function curve(code: number, knee: number, v: number): number {
  if (code === TRANSFER_CODE.linear) return v;
  const magnitude = Math.abs(v);
  return Math.sign(v) * (code === TRANSFER_CODE.sqrt ? Math.sqrt(magnitude) : Math.log(1 + magnitude / knee));
}

/**
 * @param diverging zero in the middle of the table, `lo` and `hi` at its ends; if zero is not inside the range
 * the ends are those of the larger magnitude
 */
export function bindTransfer(name: TransferName, lo: number, hi: number, diverging: boolean): BoundTransfer {
  const code = TRANSFER_CODE[name];
  const bound = Math.max(Math.abs(lo), Math.abs(hi));
  // ln(1 + depth) of section 22.2 has its knee at one unit; symlog takes its knee from the range.
  const knee = name === 'symlog' && bound > 0 ? bound * SYMLOG_KNEE : 1;
  if (diverging) {
    const top = lo < 0 && hi > 0 ? hi : bound;
    const bottom = lo < 0 && hi > 0 ? -lo : bound;
    return {
      code,
      knee,
      diverging,
      offset: 0,
      positiveScale: inverse(curve(code, knee, top)) / 2,
      negativeScale: inverse(curve(code, knee, bottom)) / 2,
    };
  }
  const offset = curve(code, knee, lo);
  const scale = inverse(curve(code, knee, hi) - offset);
  return { code, knee, diverging, offset, positiveScale: scale, negativeScale: scale };
}

/** Position in the table, 0..1. */
export function tablePosition(t: BoundTransfer, v: number): number {
  const c = curve(t.code, t.knee, v);
  const u = t.diverging
    ? 0.5 + c * (c < 0 ? t.negativeScale : t.positiveScale)
    : (c - t.offset) * t.positiveScale;
  return u > 0 ? Math.min(u, 1) : 0;
}

/** Signed strength of a score in the composite view, -1..1. */
export function scoreStrength(score: number): number {
  const clamped = score < -1 ? -1 : score > 1 ? 1 : score;
  return Math.sign(clamped) * Math.abs(clamped) ** SCORE_EXPONENT;
}

/** An empty or reversed range maps everything to its low end. */
function inverse(span: number): number {
  return span > 0 && Number.isFinite(span) ? 1 / span : 0;
}
