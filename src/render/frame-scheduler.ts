/** Time beyond which a wanted frame is drawn even if the browser offers none (hidden page). */
const STALLED_AFTER_MS = 250;

/** At most one draw per animation frame, and only when something asked for it. */
export class FrameScheduler {
  private wanted = false;
  private scheduled = false;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param requestFrame `requestAnimationFrame` or a stand-in
   * @param draw must not throw
   */
  constructor(
    private readonly requestFrame: (callback: () => void) => void,
    private readonly draw: () => void,
  ) {}

  request(): void {
    this.wanted = true;
    if (this.scheduled) return;
    this.scheduled = true;
    this.requestFrame(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  /** Draws now if anything is wanted, and answers everyone who waits. */
  flush(): void {
    if (this.wanted) {
      this.wanted = false;
      this.draw();
    }
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Resolves when everything requested before has been drawn. */
  whenIdle(): Promise<void> {
    if (!this.wanted) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      setTimeout(() => this.flush(), STALLED_AFTER_MS);
    });
  }
}
