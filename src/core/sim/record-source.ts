import type { MboBlock } from '#core/mbo/mbo-block';

/** MBO records that are pulled. */
export interface RecordSource {
  /**
   * Overwrites `block` with the next records, as many as fit.
   * @returns false = finished; the block is empty then
   */
  fill(block: MboBlock): boolean;
}
