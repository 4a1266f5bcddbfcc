/**
 * The second forecaster: a body with inertia, pushed by the pressure around it and slowed by the viscosity near it.
 * Deterministic, without noise. Source: velocity.md section B.
 */
import { exp, tanh } from '#base/portable-math';
import type { CombinedField } from '#core/velocity/combined-field';
import {
  clamp,
  makeForecast,
  type Forecast,
  type Forecaster,
  type OptionObstacles,
} from '#core/velocity/forecast';
import type { PhysicsFrame } from '#core/velocity/physics-fields';
import { SignedField } from '#core/velocity/signed-field';
import type { VelocityConfig } from '#core/velocity/velocity-config';
import type { Walls } from '#core/velocity/walls';

/** Ticks in which walls are looked for and forces felt. */
const HALF_LINE = 64;
/** A tick is a wall when its prominence is this share of the largest. */
const WALL_SHARE = 0.6;
const VACUUM_TICKS = 16;
const FORCE = { sigma: 12, radius: HALF_LINE };
const VISCOSITY = { sigma: 6, radius: 16 };
/** Ticks per second; ticks. */
const MAX_VELOCITY = 8;
const MAX_MOVE = 80;

export class InertialForecaster implements Forecaster {
  readonly #field: SignedField;
  readonly #push: Float64Array;
  #lastSpotTick: number | undefined;

  constructor(private readonly config: VelocityConfig) {
    const reach = config.futures.grid_max_ticks;
    this.#field = new SignedField(config, reach);
    this.#push = new Float64Array(2 * reach + 1);
  }

  forecast(field: CombinedField, frame: PhysicsFrame, options?: OptionObstacles): Forecast {
    const { horizon_s: steps, inertial } = this.config.forecast;
    const signed = this.#field;
    signed.read(frame, options);
    for (let i = 0; i < this.#push.length; i++) this.#push[i] = signed.g[i] / signed.nu[i];

    const spotTick = Math.floor(frame.anchor / this.config.futures.tick_int);
    let velocity = clamp(spotTick - (this.#lastSpotTick ?? spotTick), MAX_VELOCITY);
    this.#lastSpotTick = spotTick;
    const start = this.#acceleration(0);
    const means = new Float64Array(steps + 1);
    let move = 0;
    for (let h = 1; h <= steps; h++) {
      const a = inertial.beta * (h === 1 ? start : this.#acceleration(move));
      velocity = clamp((1 - inertial.gamma) * velocity + a, MAX_VELOCITY);
      move = clamp(move + velocity, MAX_MOVE);
      means[h] = move;
    }
    const walls = this.#walls();
    const ahead = move > 0 ? walls.runScoreUp : move < 0 ? walls.runScoreDown : 0;
    const confidence = new Float64Array(steps + 1).fill(tanh(Math.abs(start)) * tanh(Math.max(0, ahead)));
    confidence[0] = 0;
    return makeForecast(field, this.config, walls, means, confidence);
  }

  /** Force over resistance, felt at a distance from where the spot is now. */
  #acceleration(move: number): number {
    const force = around(this.#push, move, FORCE);
    return force / (1 + around(this.#field.nu, move, VISCOSITY));
  }

  #walls(): Walls {
    const [up, down] = [this.#halfLine(1), this.#halfLine(-1)];
    return { up: up.distance, down: down.distance, runScoreUp: up.runScore, runScoreDown: down.runScore };
  }

  /** The wall of one direction, and how easily it is reached: vacuum on the way minus what reinforces the wall. */
  #halfLine(direction: 1 | -1): { distance: number; runScore: number } {
    const { prominence, uNear, persistentSlow, reach } = this.#field;
    const length = Math.min(HALF_LINE, reach);
    const at = (k: number) => reach + direction * k;
    let highest = -Infinity;
    for (let k = 1; k <= length; k++) highest = Math.max(highest, prominence[at(k)]);
    let distance = length;
    for (let k = length; k >= 1; k--) if (prominence[at(k)] >= WALL_SHARE * highest) distance = k;
    let vacuum = 0;
    let weights = 0;
    for (let k = 1; k < distance; k++) {
      const weight = exp(-k / VACUUM_TICKS);
      weights += weight;
      vacuum += weight * Math.max(0, -uNear[at(k)]);
    }
    const reinforcement = Math.max(0, persistentSlow[at(distance)]);
    return { distance, runScore: (weights > 0 ? vacuum / weights : 0) - reinforcement };
  }
}

/** Weighted mean of the cells around a place, which itself does not count; weights fall with the distance. */
function around(values: Float64Array, place: number, { sigma, radius }: typeof FORCE): number {
  const reach = (values.length - 1) / 2;
  let sum = 0;
  let weights = 0;
  const last = Math.min(reach, Math.floor(place + radius));
  for (let x = Math.max(-reach, Math.ceil(place - radius)); x <= last; x++) {
    const distance = x - place;
    if (distance === 0) continue;
    const weight = exp((-distance * distance) / (2 * sigma * sigma));
    sum += weight * values[x + reach];
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

/** One second of a recorded session: velocity before and after, ticks per second, and F / (1 + V) in between. */
export interface MotionSample {
  readonly velocity: number;
  readonly next: number;
  readonly push: number;
}

/**
 * Least squares of next ≈ a · velocity + b · push: gamma = 1 - a within [0, 1], beta = b, not negative. `undefined`
 * where the samples do not determine both.
 */
export function calibrateMotion(
  samples: readonly MotionSample[],
): { readonly beta: number; readonly gamma: number } | undefined {
  let [vv, vp, pp, vn, pn] = [0, 0, 0, 0, 0];
  for (const { velocity, next, push } of samples) {
    vv += velocity * velocity;
    vp += velocity * push;
    pp += push * push;
    vn += velocity * next;
    pn += push * next;
  }
  const determinant = vv * pp - vp * vp;
  if (!(determinant > 1e-12 * vv * pp)) return undefined;
  const a = (vn * pp - pn * vp) / determinant;
  const b = (pn * vv - vn * vp) / determinant;
  return { beta: Math.max(0, b), gamma: 1 - Math.min(1, Math.max(0, a)) };
}
