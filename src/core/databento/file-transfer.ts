/**
 * Fetching one file so that it is either whole and proved or not there (databento-api.md section 16.4). Decides; bytes are
 * moved by the caller:
 *
 *   next(have) ─► request ─► answer(…) ─► append │ overwrite ─► bytes to the part ─► next(have) ─► verify ─► place
 *       ▲                        └─► discard ──┐                                                      │
 *       └──────────────────────────────────────┴──── once more, after a wrong hash or size ◄──────────┘
 */
import { ProblemError, problem, type Problem } from '#base/problem';
import type { BatchFile } from '#core/databento/api-answers';

export type TransferStep =
  | { readonly kind: 'request'; readonly from: number; readonly range: string | undefined }
  | { readonly kind: 'discard' }
  | { readonly kind: 'verify' };

export class FileTransfer {
  #attemptsLeft = 2;
  #failure: Problem | undefined;
  #rangeRefused = false;

  constructor(readonly file: BatchFile) {}

  /**
   * @param have bytes in the part, 0 where there is none
   * @throws ProblemError `databento/wrong-size`, `databento/wrong-checksum` after the second contradiction
   */
  next(have: number): TransferStep {
    if (this.#failure) throw new ProblemError(this.#failure);
    const { size } = this.file;
    if (have > size) return { kind: 'discard' };
    if (have === size) return { kind: 'verify' };
    return { kind: 'request', from: have, range: have > 0 ? `bytes=${have}-${size - 1}` : undefined };
  }

  /**
   * What to do with the body of a 200, 206 or 416.
   * @param from what was asked for
   */
  answer(status: number, contentRange: string | undefined, from: number): 'append' | 'overwrite' | 'discard' {
    if (status === 200) return 'overwrite';
    if (status === 416 && !this.#rangeRefused) {
      this.#rangeRefused = true;
      return 'discard';
    }
    const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(contentRange ?? '');
    const total = match?.[3] === '*' ? this.file.size : Number(match?.[3]);
    if (status === 206 && match && Number(match[1]) === from && total === this.file.size) return 'append';
    return this.#again(
      problem('databento/wrong-size', `The service serves another range than it lists: ${this.file.name}`),
    );
  }

  /** More bytes came than the file has. */
  overran(): 'discard' {
    return this.#again(
      problem(
        'databento/wrong-size',
        `The service sends more than the ${this.file.size} bytes it lists: ${this.file.name}`,
      ),
    );
  }

  /** Whether a hash can be checked; others are kept, as unverified. */
  get canVerify(): boolean {
    return SHA256.test(this.file.hash);
  }

  /** @param sha256 hex digits */
  isContent(sha256: string): boolean {
    return SHA256.exec(this.file.hash)?.[1].toLowerCase() === sha256;
  }

  /** @param sha256 hex digits of the whole part */
  verify(sha256: string): 'place' | 'discard' {
    if (!this.canVerify || this.isContent(sha256)) return 'place';
    return this.#again(
      problem(
        'databento/wrong-checksum',
        `The content has another SHA-256 than the service lists: ${this.file.name}`,
      ),
    );
  }

  #again(p: Problem): 'discard' {
    if (--this.#attemptsLeft === 0) {
      const tip = 'It was fetched twice and thrown away. Fetch again later; if it stays, ask the vendor.';
      this.#failure = { ...p, tip };
    }
    return 'discard';
  }
}

const SHA256 = /^sha256:([0-9a-fA-F]{64})$/;
