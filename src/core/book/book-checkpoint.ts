import type { OrderBook } from '#core/book/order-book';
export function writeCheckpoint(_book: OrderBook): Uint8Array { return new Uint8Array(0); }
export function readCheckpoint(_bytes: Uint8Array, _book: OrderBook): void { /* */ }
