/**
 * Playback of the bins that are loaded: a playhead that moves with market time, at a speed. Knows nothing of
 * where bins come from; loading only makes more of them available.
 */
import { Store } from '#base/store';
import type { PlayerState } from '#app/model';

/** The steps of the slower and faster commands. */
export const SPEEDS: readonly number[] = [
  0.01,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2,
  5,
  10,
  25,
  50,
  100,
  250,
  1000,
  Infinity,
];

/** "As fast as possible" still shows this many bins per frame, so that the picture can be followed. */
const BINS_PER_FRAME_AT_MAXIMUM = 60;

/** Injected so that tests can drive time. */
export interface FrameClock {
  now(): number;
  request(callback: (now: number) => void): number;
  cancel(handle: number): void;
}

export class Player {
  readonly state = new Store<PlayerState>({ playing: false, speed: 1, playhead: -1, follow: true });
  readonly #clock: FrameClock;
  #binSeconds = 0.1;
  #bins = 0;
  /** Playhead with its fraction of a bin. */
  #position = -1;
  /** True while more bins are expected: playback then waits at the edge instead of stopping. */
  #growing = false;
  #frame: number | undefined;
  #lastFrameMs = 0;

  constructor(clock: FrameClock) {
    this.#clock = clock;
  }

  /** Forgets the session; speed is kept. */
  reset(binSeconds: number, follow = true): void {
    this.#stop();
    this.#binSeconds = binSeconds;
    this.#bins = 0;
    this.#position = -1;
    this.#growing = true;
    this.state.update({ playing: false, playhead: -1, follow });
  }

  /** More bins are loaded. A playhead that stood at the live edge while following stays there. */
  setBins(bins: number, growing: boolean): void {
    const atEdge = Math.floor(this.#position) >= this.#bins - 1;
    this.#bins = bins;
    this.#growing = growing;
    const { playing, follow } = this.state.value;
    if (!playing && follow && atEdge) this.#moveTo(bins - 1);
    else this.#moveTo(Math.min(this.#position, bins - 1));
    if (this.#position < 0 && bins > 0) this.#moveTo(0);
  }

  play(): void {
    if (this.state.value.playing || this.#bins === 0) return;
    if (!this.#growing && this.#position >= this.#bins - 1) this.#moveTo(0);
    this.state.update({ playing: true });
    this.#lastFrameMs = this.#clock.now();
    this.#request();
  }

  pause(): void {
    this.#stop();
    this.state.update({ playing: false });
  }

  seek(bin: number): void {
    this.#moveTo(Math.max(0, Math.min(bin, this.#bins - 1)));
  }

  step(bins: number): void {
    this.pause();
    this.seek(Math.floor(this.#position) + bins);
  }

  setSpeed(speed: number): void {
    this.state.update({ speed });
  }

  setFollow(follow: boolean): void {
    this.state.update({ follow });
  }

  #moveTo(position: number): void {
    this.#position = this.#bins === 0 ? -1 : position;
    this.state.update({ playhead: Math.floor(this.#position) });
  }

  #request(): void {
    this.#frame = this.#clock.request((now) => {
      this.#tick(now);
    });
  }

  #tick(now: number): void {
    const elapsed = Math.max(0, now - this.#lastFrameMs) / 1000;
    this.#lastFrameMs = now;
    const { speed } = this.state.value;
    const advance = speed === Infinity ? BINS_PER_FRAME_AT_MAXIMUM : (elapsed * speed) / this.#binSeconds;
    const last = this.#bins - 1;
    this.#moveTo(Math.min(this.#position + advance, last));
    if (this.#position >= last && !this.#growing) {
      this.#frame = undefined;
      this.state.update({ playing: false });
      return;
    }
    this.#request();
  }

  #stop(): void {
    if (this.#frame !== undefined) this.#clock.cancel(this.#frame);
    this.#frame = undefined;
  }
}
