/**
 * A made-up market for the gallery and for work on the page: every value is a function of (bin, tick) and a fixed
 * seed, so that pictures can be compared. It imitates the look of data, not the engine's formulas.
 */
import { summariseForces } from '#app/force-summary';
import type { BinReadout } from '#app/model';
import { GRID_COLUMNS } from '#core/vp/columns';

export const FAKE_RADIUS = 50;
const ROWS = 2 * FAKE_RADIUS + 1;
const START_TICK = 21_504 * 4;
const WALL_LIFE_BINS = 240;

/** Uniform 0..1 from two integers. */
function hash(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

/** Smooth noise along bins, -1..1. */
function wave(bin: number, scale: number, seed: number): number {
  const at = bin / scale;
  const i = Math.floor(at);
  const t = at - i;
  const s = t * t * (3 - 2 * t);
  return 2 * (hash(i, seed) * (1 - s) + hash(i + 1, seed) * s) - 1;
}

interface Cell {
  depth: number;
  pressure: number;
  vacuum: number;
  score: number;
}

export class FakeMarket {
  readonly rows = ROWS;
  readonly bins: number;
  readonly spotTick: Float64Array;
  readonly score: Float64Array;
  readonly ready: Uint8Array;
  readonly #startNs: bigint;
  readonly #cellWidthNs: number;

  constructor(bins: number, startNs: bigint, cellWidthNs: number) {
    this.bins = bins;
    this.#startNs = startNs;
    this.#cellWidthNs = cellWidthNs;
    this.spotTick = new Float64Array(bins);
    this.score = new Float64Array(bins);
    this.ready = new Uint8Array(bins);
    for (let bin = 0; bin < bins; bin++) {
      const path =
        26 * wave(bin, 900, 1) + 9 * wave(bin, 210, 2) + 4 * wave(bin, 47, 3) + 1.2 * wave(bin, 9, 4);
      this.spotTick[bin] = START_TICK + Math.round(path);
      this.score[bin] = 0.3 * Math.tanh(1.6 * wave(bin, 160, 5) + 0.6 * wave(bin, 41, 6));
      this.ready[bin] = bin >= 60 ? 1 : 0;
    }
  }

  get firstTick(): number {
    return this.spotTick.reduce((least, tick) => Math.min(least, tick), Infinity) - FAKE_RADIUS;
  }

  get lastTick(): number {
    return this.spotTick.reduce((most, tick) => Math.max(most, tick), -Infinity) + FAKE_RADIUS;
  }

  cell(bin: number, tick: number, spot: number): Cell {
    const away = tick - spot;
    const near = Math.exp(-Math.abs(away) / 14);
    const epoch = Math.floor((bin + 80 * hash(tick, 7)) / WALL_LIFE_BINS);
    const wall = hash(tick, 1000 + epoch) > 0.94 ? 1 : 0;
    const noise = hash(bin >> 2, tick);
    const depth = Math.round(
      (6 + 40 * near * (0.4 + 0.6 * noise) + wall * (160 + 420 * hash(tick, epoch))) * Number(away !== 0),
    );
    const flow =
      wave(bin + 3 * tick, 34, 40 + (tick % 17)) * (0.35 + 0.65 * near) + wall * 0.5 * wave(bin, 90, tick);
    const calm = Math.abs(flow) < 0.3 ? 0 : (Math.abs(flow) - 0.3) / 0.7;
    const score = Math.max(-1, Math.min(1, Math.sign(flow) * calm * 1.4));
    return {
      depth,
      pressure: near * (1.2 + 3.2 * Math.max(0, score) + noise) + 0.4 * wall,
      vacuum: near * (0.9 + 3.4 * Math.max(0, -score) + 0.8 * (1 - noise)),
      score,
    };
  }

  /** Values of a column over the rows of a bin, or undefined beyond the data. */
  column(bin: number, name: string): Float64Array {
    const spot = this.spotTick[bin];
    const values = new Float64Array(ROWS);
    for (let row = 0; row < ROWS; row++) {
      const k = row - FAKE_RADIUS;
      values[row] = this.#value(name, bin, spot + k, k, this.cell(bin, spot + k, spot));
    }
    return values;
  }

  #value(name: string, bin: number, tick: number, k: number, cell: Cell): number {
    switch (name) {
      case 'k':
        return k;
      case 'rest_depth':
        return cell.depth;
      case 'bid_depth':
        return k < 0 ? cell.depth : 0;
      case 'ask_depth':
        return k > 0 ? cell.depth : 0;
      case 'pressure_variant':
        return cell.pressure;
      case 'vacuum_variant':
        return cell.vacuum;
      case 'flow_score':
        return cell.score;
      case 'flow_state_code':
        return cell.score >= 0.15 ? 1 : cell.score <= -0.15 ? -1 : 0;
      case 'composite':
        return (cell.pressure - cell.vacuum) / (cell.pressure + cell.vacuum);
      case 'state5_code':
        return k === 0 ? 0 : Math.sign(-k) * (Math.floor(bin / 7) % 3 === 0 ? 1 : 2);
      case 'last_event_id':
        return 41 * bin + (tick & 31);
      default:
        return this.#other(name, bin, tick, cell);
    }
  }

  #other(name: string, bin: number, tick: number, cell: Cell): number {
    if (name.endsWith('_mass')) return cell.depth * (0.1 + hash(bin, tick));
    if (/^[vaj]_/.test(name)) {
      const size = { v: 12, a: 90, j: 700 }[name[0] as 'v' | 'a' | 'j'];
      return size * wave(bin, 11, tick + name.length) * (0.2 + cell.pressure / 6);
    }
    if (name === 'microstate_id') return Math.floor(9 * hash(bin, 3));
    return Math.round(
      2 *
        wave(
          bin,
          13,
          GRID_COLUMNS.findIndex((c) => c.name === name),
        ),
    );
  }

  readout(bin: number): BinReadout {
    const spotTick = this.spotTick[bin];
    const column = (name: string): ArrayLike<number> => this.column(bin, name);
    const score = this.score[bin];
    return {
      bin,
      tsNs: this.#startNs + BigInt(bin + 1) * BigInt(this.#cellWidthNs),
      midPrice: (spotTick - 0.5) * 0.25,
      spotTick,
      bestBidTick: spotTick - 1,
      bestAskTick: spotTick,
      eventId: 41 * (bin + 1),
      eventCount: 41,
      bookValid: true,
      model: {
        name: 'derivative',
        score,
        ready: this.ready[bin] === 1,
        sampleCount: bin + 1,
        base: Math.round(2 * score) / 2,
        d1: 10 * wave(bin, 8, 9),
        z1: 1.35 * wave(bin, 8, 9),
        bullIntensity: Math.max(0, score) * 0.7,
        bearIntensity: Math.max(0, -score) * 0.7,
        mixedIntensity: 1 - Math.abs(score) * 0.7,
        dominantState5Code: score > 0.3 ? 1 : score < -0.3 ? -2 : 0,
      },
      rows: ROWS,
      column,
      forces: summariseForces(column('pressure_variant'), column('vacuum_variant'), column('rest_depth')),
    };
  }
}
