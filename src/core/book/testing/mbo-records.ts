import { MboBlock, appendMbo, type MboRecord } from '#core/mbo/mbo-block';

const TEMPLATE: MboRecord = {
  publisherId: 1,
  instrumentId: 1,
  tsEvent: 1_700_000_000_000_000_000n,
  orderId: 0n,
  price: 0n,
  size: 0,
  flags: 128,
  channelId: 0,
  action: 78,
  side: 78,
  tsRecv: 1_700_000_000_000_000_000n,
  tsInDelta: 0,
  sequence: 0,
};

/** A record by what matters to the book; action and side as letters. */
export function mbo(
  action: string,
  side: string,
  orderId: bigint | number,
  price: bigint | number,
  size: number,
  more: Partial<MboRecord> = {},
): MboRecord {
  return {
    ...TEMPLATE,
    action: action.charCodeAt(0),
    side: side.charCodeAt(0),
    orderId: BigInt(orderId),
    price: BigInt(price),
    size,
    ...more,
  };
}

export function blockOf(records: readonly MboRecord[]): MboBlock {
  const block = MboBlock.withCapacity(records.length);
  for (const record of records) appendMbo(block, record);
  return block;
}
