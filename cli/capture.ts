/** Opening and reading captures from the command line: progress on a terminal, damage as the exit status. */
import { formatProblem, type Problem } from '#base/problem';
import { openCapture } from '#core/capture/open-capture';
import type {
  Capture,
  CapturePart,
  InstrumentInfo,
  OpenOptions,
  ReadOptions,
} from '#core/capture/capture-types';
import type { CliIo } from '#cli/io';
import { loadParquet } from '#cli/parquet';

const PROGRESS_EVERY_MS = 200;

/** The capture may be read once. */
export async function openFiles(
  files: readonly string[],
  io: CliIo,
  options: OpenOptions = {},
): Promise<Capture> {
  const inputs = files.map((file) => io.openInput(file));
  const capture = await openCapture(inputs, { parquet: loadParquet, ...options });
  // The index of a Parquet file is at its end: of a pipe all has to be kept.
  if (capture.files.every((file) => file.format !== 'parquet'))
    for (const input of inputs) input.readOnce?.();
  return capture;
}

/** The instrument that `--instrument` names (id or symbol), else the busiest outright. */
export function selectInstrument(capture: Capture, wanted: string | undefined): InstrumentInfo | undefined {
  return wanted === undefined ? capture.defaultInstrument() : capture.find(wanted);
}

/** Reads a capture and remembers what was wrong with it. */
export class CaptureRun {
  readonly #capture: Capture;
  readonly #io: CliIo;
  #damaged = false;
  #shownMs = 0;
  #startedMs = Date.now();

  constructor(capture: Capture, io: CliIo) {
    this.#capture = capture;
    this.#io = io;
    for (const warning of capture.warnings) this.warn(warning);
  }

  /** All parts but progress and warnings, which are shown. */
  async *parts(
    options: ReadOptions = {},
  ): AsyncGenerator<Exclude<CapturePart, { kind: 'progress' | 'warning' }>, void, void> {
    try {
      for await (const part of this.#capture.read(options)) {
        if (part.kind === 'progress') this.#showProgress(part.bytesRead, part.bytesTotal);
        else if (part.kind === 'warning') {
          this.#damaged ||= part.damage;
          this.warn(part.problem);
        } else yield part;
      }
    } finally {
      this.#clearProgress();
    }
  }

  warn(problem: Problem): void {
    this.#clearProgress();
    this.#io.stderr.write(`warning: ${formatProblem(problem)}\n`);
  }

  /** 1 after damage: what was whole has been put out. */
  get exitStatus(): number {
    return this.#damaged ? 1 : 0;
  }

  #clearProgress(): void {
    if (this.#shownMs > 0) this.#io.stderr.write('\r\x1b[K');
  }

  #showProgress(read: number, total: number | undefined): void {
    const now = Date.now();
    if (!this.#io.stderr.isTerminal || now - this.#shownMs < PROGRESS_EVERY_MS) return;
    this.#shownMs = now;
    const rate = read / 1e6 / Math.max(0.001, (now - this.#startedMs) / 1000);
    const share = total ? `${((100 * read) / total).toFixed(0)} %  ` : '';
    this.#io.stderr.write(`\r\x1b[K${share}${(read / 1e6).toFixed(1)} MB  ${rate.toFixed(0)} MB/s`);
  }
}
