import { MBO_WORDS, MboBlock, W_TS_RECV } from '#core/mbo/mbo-block';
import type { RecordSource } from '#core/sim/record-source';

const CHUNK_RECORDS = 1024;

interface Input {
  readonly source: RecordSource;
  readonly block: MboBlock;
  /** Next record of `block`. */
  at: number;
}

/**
 * Several sources as one stream, ordered by `ts_recv`; at equal times the earlier source of the list goes first, so
 * the records of an event stay together.
 */
export class MergedSource implements RecordSource {
  /** Those that have not ended; each holds at least one record. */
  private inputs: Input[];

  constructor(sources: readonly RecordSource[]) {
    this.inputs = sources
      .map((source) => ({ source, block: MboBlock.withCapacity(CHUNK_RECORDS), at: 0 }))
      .filter((input) => input.source.fill(input.block));
  }

  fill(block: MboBlock): boolean {
    block.count = 0;
    while (block.count < block.capacity && this.inputs.length > 0) this.moveOne(this.earliest(), block);
    return block.count > 0;
  }

  private earliest(): Input {
    let best = this.inputs[0];
    for (let i = 1; i < this.inputs.length; i++) if (isEarlier(this.inputs[i], best)) best = this.inputs[i];
    return best;
  }

  private moveOne(input: Input, block: MboBlock): void {
    const from = input.at * MBO_WORDS;
    const to = block.count * MBO_WORDS;
    for (let k = 0; k < MBO_WORDS; k++) block.words[to + k] = input.block.words[from + k];
    block.count++;
    input.at++;
    if (input.at < input.block.count) return;
    input.at = 0;
    if (!input.source.fill(input.block)) this.inputs = this.inputs.filter((other) => other !== input);
  }
}

function isEarlier(a: Input, b: Input): boolean {
  const wa = a.block.words;
  const wb = b.block.words;
  const ia = a.at * MBO_WORDS + W_TS_RECV;
  const ib = b.at * MBO_WORDS + W_TS_RECV;
  return wa[ia + 1] < wb[ib + 1] || (wa[ia + 1] === wb[ib + 1] && wa[ia] < wb[ib]);
}
