import { NO_WINDOW, WindowClock } from '#core/velocity/window-clock';

/** What is to be done with a record. */
export const TAKE = 1;
export const LEAVE_OUT = 0;
/** It belongs to a window after the one that is asked for. */
export const WAIT = -1;

/**
 * The clock of option books is that of their underlying: the windows that are put out are its windows, whether or not a
 * record came. Records are taken up to the end of a given window. Source: velocity.md section 8.1.
 */
export class OptionClock {
  readonly clock: WindowClock;
  #limit = NO_WINDOW;

  /**
   * @param baseNs start of the UTC day from which windows are counted
   * @param onRoll told when another window begins
   */
  constructor(
    windowNs: number,
    baseNs: bigint,
    private readonly onRoll: () => void,
  ) {
    this.clock = new WindowClock(windowNs);
    this.clock.startAt(baseNs);
  }

  /** Records up to the end of this window are due. @param endNs end of the window */
  allow(endNs: bigint): void {
    this.#limit = Number((endNs - this.clock.baseNs) / BigInt(this.clock.lengthNs)) - 1;
  }

  /** @param window what the clock said of the record */
  admit(window: number): number {
    if (window === NO_WINDOW) return LEAVE_OUT;
    if (window > this.#limit) return WAIT;
    this.#rollTo(window);
    return TAKE;
  }

  /** The window up to which records were due is over; what arrives late counts in the one after it. */
  close(): { startNs: bigint; endNs: bigint; number: number } {
    const { clock } = this;
    this.#rollTo(this.#limit);
    return { startNs: clock.startOf(clock.open), endNs: clock.endOf(clock.open), number: clock.open };
  }

  /** Begins the window after the closed one. */
  next(): void {
    this.#rollTo(this.#limit + 1);
  }

  #rollTo(window: number): void {
    if (window <= this.clock.open) return;
    this.clock.open = window;
    this.onRoll();
  }
}
