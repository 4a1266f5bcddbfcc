import type { InstrumentKey } from '#core/capture/capture-types';
import { MBO_BYTES, MBO_WORDS, MboBlock, W_HEAD, W_INSTRUMENT } from '#core/mbo/mbo-block';

/**
 * A function that leaves of a block only the records of one instrument. It returns the block itself where nothing
 * is to be left out, otherwise a block that the next call overwrites.
 */
export function selectInstrument({
  publisherId,
  instrumentId,
}: InstrumentKey): (block: MboBlock) => MboBlock {
  let selected = MboBlock.withCapacity(0);
  const matches = (words: Uint32Array, i: number): boolean =>
    words[i * MBO_WORDS + W_INSTRUMENT] === instrumentId &&
    words[i * MBO_WORDS + W_HEAD] >>> 16 === publisherId;
  return (block) => {
    const { words, bytes, count } = block;
    let i = 0;
    while (i < count && matches(words, i)) i++;
    if (i === count) return block;
    if (selected.capacity < count) selected = MboBlock.withCapacity(count);
    let kept = 0;
    // Whole runs are copied: instruments come in bursts.
    for (let start = 0; start < count;) {
      let end = start;
      while (end < count && matches(words, end)) end++;
      if (end > start)
        selected.bytes.set(bytes.subarray(start * MBO_BYTES, end * MBO_BYTES), kept * MBO_BYTES);
      kept += end - start;
      start = end + 1;
    }
    selected.count = kept;
    return selected;
  };
}
