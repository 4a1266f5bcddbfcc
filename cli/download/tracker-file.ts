/** The tracker on disk: one program at a time may change it, and it is whole at any moment. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { fail } from '#base/problem';
import { JobTracker } from '#core/databento/tracker';
import { writeDurably } from '#cli/download/durable';
import { isoNow, type DownloadWorld } from '#cli/download/world';
import { failReading, failWriting, systemCode } from '#cli/file-problems';

export class TrackerFile {
  readonly tracker: JobTracker;
  #isLocked = false;

  /** @throws ProblemError `download/bad-tracker`, `file/unreadable` */
  constructor(
    readonly path: string,
    world: DownloadWorld,
  ) {
    const now = () => isoNow(world);
    const text = readIfThere(path);
    this.tracker = text === undefined ? new JobTracker(now) : JobTracker.parse(text, now);
  }

  /**
   * The tracker for changing: with a lock until `release`.
   * @throws ProblemError `download/locked`, and as the constructor
   */
  static lock(path: string, world: DownloadWorld): TrackerFile {
    const lock = lockPath(path);
    takeLock(lock);
    try {
      const file = new TrackerFile(path, world);
      file.#isLocked = true;
      return file;
    } catch (error) {
      rmSync(lock, { force: true });
      throw error;
    }
  }

  /** @throws ProblemError `file/unwritable` */
  save(): void {
    if (!this.#isLocked) throw new Error('a tracker is saved under its lock only');
    writeDurably(this.path, this.tracker.toText());
  }

  release(): void {
    if (this.#isLocked) rmSync(lockPath(this.path), { force: true });
    this.#isLocked = false;
  }
}

function lockPath(path: string): string {
  return `${path}.lock`;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? undefined : failReading(error, path);
  }
}

/** Who holds a lock. Numbers of processes are used again, so the time at which it began belongs to it. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly began: string;
}

function takeLock(path: string): void {
  const me: Holder = { host: hostname(), pid: process.pid, began: beginning(process.pid) };
  try {
    mkdirSync(dirname(path), { recursive: true });
    for (;;) {
      // Written whole before it has its name: an empty lock would look like one of a killed process.
      const fresh = `${path}.${process.pid}.new`;
      writeFileSync(fresh, JSON.stringify(me));
      try {
        linkSync(fresh, path);
        return;
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      } finally {
        rmSync(fresh, { force: true });
      }
      const text = readIfThere(path);
      if (text !== undefined) removeStale(path, text);
    }
  } catch (error) {
    failWriting(error, path);
  }
}

/** @throws ProblemError `download/locked` where the holder may be alive */
function removeStale(path: string, text: string): void {
  const holder = parseHolder(text);
  if (holder && isAlive(holder)) {
    fail(
      'download/locked',
      `Another download (process ${holder.pid} on ${holder.host}) uses this tracker: ${path}`,
      {
        tip: 'Wait for it, or use another --tracker. If no such process runs, remove the file.',
      },
    );
  }
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  // Between reading and renaming, another may have taken the stale lock away and made its own: give that back.
  if (readIfThere(aside) === text) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { host, pid, began } = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>;
    if (typeof host !== 'string' || typeof pid !== 'number' || typeof began !== 'string') return undefined;
    return { host, pid, began };
  } catch {
    // Killed while writing it.
    return undefined;
  }
}

function isAlive({ host, pid, began }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  return beginning(pid) === began;
}

/** Ticks from the start of the machine, on Linux; elsewhere nothing is known. */
function beginning(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
