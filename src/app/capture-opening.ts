/**
 * The way from files or a sample to a session that is shown. What was opened last counts: whatever is still on its way
 * from an earlier opening is given up. What is shown meanwhile is none of its business.
 */
import { openedWith, type OpenSettings } from '#app/open-settings';
import { problem, toProblem, type Problem } from '#base/problem';
import { FileSession, type RunSettings, type SessionListener, type WorkerFactory } from '#app/session';
import type { InstrumentChoice, SampleInfo } from '#app/model';

/** What a stream needs beside its files: from a serving spec, or nothing for dropped files. */
export interface OpenOptions {
  settings?: RunSettings;
  instrument?: InstrumentChoice;
  /** Play from the start at market speed, as a live stream would. */
  autoplay?: boolean;
}

/** A session with what is needed to open its files again. */
export interface Opened {
  readonly session: FileSession;
  readonly files: readonly File[];
  readonly options: OpenOptions;
}

export interface OpeningParts {
  workers: WorkerFactory;
  samples: readonly SampleInfo[];
  fetchSample: (sample: SampleInfo) => Promise<File>;
}

export interface OpeningListener {
  /** Files of these names are being opened. */
  onOpening(names: readonly string[]): void;
  /** Opening failed before there was anything to show. */
  onRefused(reason: Problem, names: readonly string[]): void;
  /** How captures are opened now. */
  openSettings(): OpenSettings;
  /** Listener of a new session, which is not known yet when it is asked for. */
  sessionListener(opened: () => Opened): SessionListener;
}

export class CaptureOpening {
  readonly #parts: OpeningParts;
  readonly #listener: OpeningListener;
  #candidate: Opened | undefined;
  #again: (() => void) | undefined;
  /** Raised by whatever ends the wait for a sample's download. */
  #turn = 0;

  constructor(parts: OpeningParts, listener: OpeningListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** The session whose files have not proved readable yet. */
  get candidate(): Opened | undefined {
    return this.#candidate;
  }

  open(files: readonly File[], options: OpenOptions): void {
    this.#begin(
      files.map((f) => f.name),
      () => this.open(files, options),
    );
    const session: FileSession = new FileSession(
      files,
      this.#parts.workers,
      openedWith(this.#listener.openSettings(), options.settings ?? {}),
      this.#listener.sessionListener(() => opened),
    );
    const opened: Opened = { session, files, options };
    this.#candidate = opened;
    void session.open(options.instrument);
  }

  openSample(name: string, options: OpenOptions): void {
    const sample = this.#parts.samples.find((s) => s.name === name);
    if (!sample) {
      this.refuse(problem('sample/unknown', `There is no sample named ${name}.`), []);
      return;
    }
    // The same configuration as under a serving of the sample, and so the same hash.
    const settings = options.settings ?? { overrides: { contract_multiplier: sample.multiplier } };
    const turn = this.#begin([sample.file], () => this.openSample(name, options));
    this.#parts.fetchSample(sample).then(
      (file) => {
        if (turn === this.#turn) this.open([file], { ...options, settings });
      },
      (error: unknown) => {
        if (turn === this.#turn) this.refuse(toProblem(error), [sample.file]);
      },
    );
  }

  /** Opens once more what was opened last. */
  retry(): void {
    this.#again?.();
  }

  /** The candidate is shown from now on. */
  accept(): void {
    this.#candidate = undefined;
  }

  refuse(reason: Problem, names: readonly string[]): void {
    this.end();
    this.#listener.onRefused(reason, names);
  }

  /** Gives up what is being opened. */
  end(): void {
    this.#turn++;
    this.#candidate?.session.close();
    this.#candidate = undefined;
  }

  #begin(names: readonly string[], again: () => void): number {
    this.end();
    this.#again = again;
    this.#listener.onOpening(names);
    return this.#turn;
  }
}
