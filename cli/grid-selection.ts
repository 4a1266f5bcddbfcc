/** Which bins of a run are put out, from `--bins`, `--start` and `--end`. */
import type { BinHead } from '#core/vp/frame';
import { instant, text, UsageError, type CommandLine } from '#cli/usage';

export class BinSelection {
  readonly #first: number;
  /** Number of the first bin no longer wanted. */
  readonly #limit: number;
  readonly #startNs: bigint | undefined;
  readonly #endNs: bigint | undefined;

  /** @throws UsageError */
  constructor(line: CommandLine) {
    const range = text(line, 'bins') ?? ':';
    const match = /^(\d*):(\d*)$/.exec(range);
    if (!match) throw new UsageError(`--bins must be A:B with whole numbers, got ${range}`);
    this.#first = match[1] === '' ? 0 : Number(match[1]);
    this.#limit = match[2] === '' ? Infinity : Number(match[2]);
    if (this.#first >= this.#limit) throw new UsageError(`--bins A:B needs A below B, got ${range}`);
    this.#startNs = instant(line, 'start');
    this.#endNs = instant(line, 'end');
    if (this.#startNs !== undefined && this.#endNs !== undefined && this.#startNs >= this.#endNs) {
      throw new UsageError('--start must be before --end.');
    }
  }

  /** Whether the selection may end before the data. */
  get hasEnd(): boolean {
    return this.#limit < Infinity || this.#endNs !== undefined;
  }

  /** @param timeBaseNs what the times of the head count from */
  has(head: Readonly<BinHead>, timeBaseNs: bigint): boolean {
    if (head.binSeq < this.#first || head.binSeq >= this.#limit) return false;
    if (this.#startNs !== undefined && timeBaseNs + BigInt(head.startNs) < this.#startNs) return false;
    return this.#endNs === undefined || timeBaseNs + BigInt(head.endNs) <= this.#endNs;
  }

  /** Whether no bin after this one can be selected. */
  endsWith(head: Readonly<BinHead>, timeBaseNs: bigint): boolean {
    if (head.binSeq + 1 >= this.#limit) return true;
    const nextEndNs = 2 * head.endNs - head.startNs;
    return this.#endNs !== undefined && timeBaseNs + BigInt(nextEndNs) > this.#endNs;
  }
}
