/** One line on a terminal: share, rate, time left. Elsewhere nothing. */
import type { CliIo } from '#cli/io';
import type { DownloadWorld } from '#cli/download/world';

const EVERY_MS = 200;

export class Progress {
  #shownMs = 0;
  #isShown = false;
  #startedMs = 0;
  #total = 0;
  #there = 0;
  #arrived = 0;

  constructor(
    private readonly stderr: CliIo['stderr'],
    private readonly world: DownloadWorld,
  ) {}

  /** @param total bytes of all files @param there bytes of them that are here already */
  start(total: number, there: number): void {
    this.#startedMs = this.world.nowMs();
    this.#total = total;
    this.#there = there;
    this.#arrived = 0;
  }

  /** @param bytes negative where a part was thrown away */
  arrived(bytes: number): void {
    if (bytes > 0) this.#arrived += bytes;
    else this.#there += bytes;
    const now = this.world.nowMs();
    if (!this.stderr.isTerminal || now - this.#shownMs < EVERY_MS) return;
    this.#shownMs = now;
    this.#show(progressLine(this.#there + this.#arrived, this.#total, this.#arrived, now - this.#startedMs));
  }

  note(text: string): void {
    if (this.stderr.isTerminal) this.#show(text);
  }

  /** Before other text. */
  clear(): void {
    if (this.#isShown) this.stderr.write('\r\x1b[K');
    this.#isShown = false;
  }

  #show(text: string): void {
    this.#isShown = true;
    this.stderr.write(`\r\x1b[K${text}`);
  }
}

/** @param arrived bytes since the start, of which the rate is made */
export function progressLine(have: number, total: number, arrived: number, elapsedMs: number): string {
  const perSecond = arrived / Math.max(0.001, elapsedMs / 1000);
  const share = total > 0 ? Math.floor((100 * have) / total) : 100;
  const left = perSecond > 0 ? `  ${duration((total - have) / perSecond)} left` : '';
  return `${share} %  ${megabytes(have)} of ${megabytes(total)} MB  ${megabytes(perSecond)} MB/s${left}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h} h ${m} min` : m > 0 ? `${m} min ${s} s` : `${s} s`;
}
