/** Market-by-order records as Arrow batches, for tests of the table formats. */
import type { RecordBatch } from 'apache-arrow';
import { Random } from '#base/random';
import { appendRecords, recordColumns, type RecordField } from '#core/arrow/record-rows';
import { TableBuffer } from '#core/arrow/table-buffer';
import { recordLayout } from '#core/dbn/record-layouts';
import { appendMbo, MBO_BYTES, MBO_RTYPE, MboBlock, UNDEF_PRICE, type MboRecord } from '#core/mbo/mbo-block';

export const MBO_RECORD_FIELDS: readonly RecordField[] = recordLayout(MBO_RTYPE, 3)!.fields;

const U64_MAX = 2n ** 64n - 1n;

/** Records with every kind of extreme a field can hold. */
export function randomBlock(seed: number, count: number): MboBlock {
  const random = new Random(seed);
  const block = MboBlock.withCapacity(count);
  const pick = <T>(choices: readonly T[]): T => choices[random.below(choices.length)];
  const u64 = (): bigint => (BigInt(random.u32()) << 32n) | BigInt(random.u32());
  let time = 1_700_000_000_000_000_000n;
  for (let i = 0; i < count; i++) {
    time += BigInt(random.below(5000));
    const record: MboRecord = {
      publisherId: pick([1, 2, 65535]),
      instrumentId: pick([17077, 4294967295]),
      tsEvent: time,
      orderId: pick([u64(), 2n ** 53n + 1n, U64_MAX, 0n]),
      price: pick([5_000_250_000_000n, -37_630_000_000n, UNDEF_PRICE, BigInt.asIntN(64, u64())]),
      size: pick([0, 1, 500, 4294967295]),
      flags: random.below(256),
      channelId: random.below(256),
      action: 'ACMRTFN'.charCodeAt(random.below(7)),
      side: 'ABN'.charCodeAt(random.below(3)),
      tsRecv: pick([time + 99n, U64_MAX]),
      tsInDelta: pick([-2147483648, 2147483647, 0, -5]),
      sequence: random.u32(),
    };
    appendMbo(block, record);
  }
  return block;
}

export function batchOf(block: MboBlock): RecordBatch {
  const table = new TableBuffer(recordColumns(MBO_RECORD_FIELDS));
  appendRecords(table, MBO_RECORD_FIELDS, block.bytes, MBO_BYTES, block.count);
  return table.takeBatch();
}

export function recordBytes(block: MboBlock): Uint8Array {
  return block.bytes.slice(0, block.count * MBO_BYTES);
}
