/**
 * How often the page shows what a load brings. Showing costs time that the engine lacks, most of all on a machine
 * without a fast graphics unit, where the picture, its panels and the engine share few cores: after each refresh the
 * page waits until it is on the screen, and then some times as long. In return the engine waits for a picture that is late.
 */

export interface RefreshParts {
  readonly now: () => number;
  /** Shows all that is new. */
  readonly refresh: () => void;
  /**
   * Resolves when what was shown last is on the screen, which may be never, and says whether a picture is part of it;
   * undefined where there is no screen.
   */
  readonly shown: () => Promise<boolean> | undefined;
}

/** The engine has at least this many times as long as showing takes. */
const PAUSE_PER_COST = 3;
const LEAST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1200;
/** What is not on the screen by then is not waited for. */
const GIVEN_UP_AFTER_MS = 1500;
/** The engine waits for a picture that takes longer, and for the first one at once. */
const LATE_AFTER_MS = 500;

export class RefreshPace {
  readonly #parts: RefreshParts;
  #wanted = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Settles when the present refresh is on the screen or given up. */
  #showing: Promise<void> | undefined;
  #startedMs = 0;
  #readyMs = 0;
  #hasPicture = false;
  /** Captures so far. */
  #turn = 0;

  constructor(parts: RefreshParts) {
    this.#parts = parts;
  }

  /** Something is new: it is shown when its turn has come. */
  request(): void {
    this.#wanted = true;
    if (this.#showing || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.flush(), Math.max(0, this.#readyMs - this.#parts.now()));
  }

  /** Shows all that is new at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted = false;
    this.#parts.refresh();
    if (this.#showing) return;
    this.#startedMs = this.#parts.now();
    const turn = this.#turn;
    this.#showing = this.#untilShown().then((hasPicture) => {
      // What was shown of another capture says nothing about this one.
      if (turn !== this.#turn) return;
      this.#hasPicture ||= hasPicture;
      this.#pause();
    });
  }

  /** The next picture is the first of its capture. */
  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted = false;
    this.#readyMs = 0;
    this.#hasPicture = false;
    this.#showing = undefined;
    this.#turn++;
  }

  /** What the engine has to wait for before it goes on; undefined while the picture keeps up. */
  get late(): Promise<void> | undefined {
    if (!this.#showing) return undefined;
    const allowedMs = this.#hasPicture ? LATE_AFTER_MS : 0;
    return this.#parts.now() - this.#startedMs >= allowedMs ? this.#showing : undefined;
  }

  #untilShown(): Promise<boolean> {
    const shown = this.#parts.shown();
    if (!shown) return Promise.resolve(false);
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(false), GIVEN_UP_AFTER_MS);
      void shown.then((hasPicture) => {
        clearTimeout(giveUp);
        resolve(hasPicture);
      });
    });
  }

  #pause(): void {
    const now = this.#parts.now();
    const cost = now - this.#startedMs;
    this.#readyMs = now + Math.min(LONGEST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, PAUSE_PER_COST * cost));
    this.#showing = undefined;
    if (this.#wanted) this.request();
  }
}
