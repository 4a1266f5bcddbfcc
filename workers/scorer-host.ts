/**
 * Scores the bins that arrive on a port and hands them to the page in blocks. Holds no formula: everything numeric is
 * `BlockScorer`, everything on the wire is `src/protocol`.
 */
import { expose, transfer } from 'comlink';
import { ProblemError, toProblem } from '#base/problem';
import { BlockScorer } from '#core/vp/block-scorer';
import type { PackedBins } from '#core/vp/packed-bins';
import type { BlockSink, ScorerApi, ScorerEnd, ScorerOutput, ScorerStart } from '#protocol/engine-contract';
import { GridBlockWriter } from '#protocol/grid-block-writer';
import { GridDigest } from '#protocol/grid-digest';
import { gridBlockTransfers } from '#protocol/grid-messages';
import { InOrder } from './in-order';

/** A block leaves when it is full or this old, so that the first picture comes at once. */
const MESSAGE_BINS = 64;
const BLOCK_AGE_MS = 60;
/** Blocks under way to the page before the scorer waits for it. */
const BLOCKS_IN_FLIGHT = 2;

export class ScorerHost implements ScorerApi {
  ping(): number {
    return 0;
  }

  run(start: ScorerStart, blocks: MessagePort, output: ScorerOutput): Promise<ScorerEnd> {
    return new Promise((resolve, reject) => {
      const inOrder = new InOrder((error) => {
        run.stop();
        reject(error instanceof Error ? error : new ProblemError(toProblem(error)));
      });
      const run = new ScorerRun(start, output, () => void inOrder.run(() => run.flush()));
      const sink: BlockSink = {
        push: async (block) => {
          await inOrder.run(() => run.take(block));
          const { buffer } = block.numbers;
          return buffer instanceof ArrayBuffer ? transfer(buffer, [buffer]) : undefined;
        },
        save: () => inOrder.run(() => run.save()),
        end: () => inOrder.run(async () => resolve(await run.finish())),
      };
      void inOrder.run(() => run.begin());
      expose(sink, blocks);
    });
  }
}

class ScorerRun {
  readonly #start: ScorerStart;
  readonly #output: ScorerOutput;
  readonly #scorer: BlockScorer;
  readonly #writer: GridBlockWriter;
  readonly #digest: GridDigest | undefined;
  readonly #whenOld: () => void;
  #inFlight: Promise<void>[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param whenOld called when bins have waited long enough for others to travel with */
  constructor(start: ScorerStart, output: ScorerOutput, whenOld: () => void) {
    this.#start = start;
    this.#output = output;
    this.#whenOld = whenOld;
    this.#scorer = new BlockScorer(start.config);
    this.#writer = new GridBlockWriter(start.config, MESSAGE_BINS);
    this.#digest = start.digest && !start.resume ? new GridDigest() : undefined;
  }

  begin(): void {
    if (this.#start.resume) this.#scorer.restore(this.#start.resume);
  }

  async take(block: PackedBins): Promise<void> {
    this.#scorer.score(block, (head, frame) => {
      this.#writer.append(head, frame, block.timeBaseNs);
      if (this.#writer.isFull) this.#send();
    });
    if (this.#writer.ageMs(performance.now()) > BLOCK_AGE_MS) this.#send();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#whenOld();
    }, BLOCK_AGE_MS);
    while (this.#inFlight.length >= BLOCKS_IN_FLIGHT) await this.#inFlight.shift();
  }

  /** Sends what has been scored and waits until the page has it. */
  async flush(): Promise<void> {
    this.#send();
    await Promise.all(this.#inFlight.splice(0));
  }

  async save(): Promise<Uint8Array> {
    await this.flush();
    return this.#scorer.save();
  }

  async finish(): Promise<ScorerEnd> {
    await this.flush();
    this.stop();
    return { gridSha256: this.#digest?.hex() };
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #send(): void {
    const block = this.#writer.take();
    if (!block) return;
    this.#digest?.update(block.ipc);
    const stored = this.#output.onGrid(transfer(block, gridBlockTransfers(block))).then((emptied) => {
      if (emptied) this.#writer.recycle(emptied);
    });
    // A refusal is met where the block is awaited, which may be later than it comes.
    stored.catch(() => undefined);
    this.#inFlight.push(stored);
  }
}
