/** Moments of the engine's run: what it keeps while records come, and the answers to questions about them. */
import { transfer } from 'comlink';
import { fail } from '#base/problem';
import { hashOfOrders, topLevels, type BookLevel } from '#core/book/book-queries';
import type { MboBlock } from '#core/mbo/mbo-block';
import { BOOK_SHELF, BookMoments } from '#core/moment/book-moments';
import { Cell } from '#core/moment/cell-orders';
import { ENGINE_SHELF, engineMoments, type EngineMoments } from '#core/moment/engine-moments';
import { Timeline } from '#core/moment/timeline';
import type { BinStream } from '#core/vp/bin-stream';
import type { VpPipelineOptions } from '#core/vp/vp-options';
import { SLOT_COLUMNS } from '#core/vp/vp-kernel';
import type { EngineStart } from '#protocol/engine-contract';
import type {
  MomentAddress,
  MomentApi,
  MomentBook,
  MomentBudgets,
  MomentColumns,
  MomentLevel,
  MomentOrders,
  MomentPlace,
} from '#protocol/moment-contract';
import { nextTurn } from './event-loop';

/** Pages of records looked through between two turns of the event loop: a few milliseconds. */
const PAGES_PER_TURN = 8;

/** For a run that asks for it; a resumed one also needs the book where it resumes. */
export function momentHost(start: EngineStart, options: VpPipelineOptions): MomentHost | undefined {
  const { moments, resume } = start;
  return moments && (!resume || resume.bookState) ? new MomentHost(start, options, moments) : undefined;
}

export class MomentHost implements MomentApi {
  readonly #timeline: Timeline;
  readonly #books: BookMoments;
  readonly #engines: EngineMoments | undefined;

  constructor({ config, resume }: EngineStart, options: VpPipelineOptions, budgets: MomentBudgets) {
    this.#timeline = new Timeline(budgets.records, resume?.records);
    const books = { ...BOOK_SHELF, budgetBytes: budgets.books };
    this.#books = new BookMoments(this.#timeline, books, resume?.bookState);
    if (budgets.engines === undefined) return;
    const engines = { ...ENGINE_SHELF, budgetBytes: budgets.engines };
    this.#engines = engineMoments(this.#timeline, config, options, engines, resume?.state);
  }

  /** Takes records that the stream has consumed: all bins before the last of them are closed, and none after it. */
  append(block: MboBlock, from: number, to: number): void {
    this.#books.append(block, from, to);
  }

  /** Told of the stream when it stands exactly after the records so far. */
  note(stream: BinStream): void {
    this.#engines?.note(stream);
  }

  /** Of the book after all records so far, for a run that resumes from there. */
  bookState(): Uint8Array {
    return this.#books.save();
  }

  bookAt(at: MomentAddress, levels: number): Promise<MomentBook> {
    const index = this.#resolve(at);
    const book = this.#books.at(index);
    const { bids, asks } = topLevels(book, levels);
    return Promise.resolve({
      ...this.#place(index),
      orders: book.orderCount,
      bids: bids.map(plain),
      asks: asks.map(plain),
      ordersSha256: hashOfOrders(book),
    });
  }

  async ordersAt(at: MomentAddress, priceInt: bigint, side?: number): Promise<MomentOrders> {
    const index = this.#resolve(at);
    const cell = new Cell(this.#books, index, priceInt, side);
    const { fates } = cell;
    let pages = 0;
    for (const part of this.#timeline.parts(index, this.#timeline.count, fates.mayMatter)) {
      fates.follow(part);
      if (fates.isSettled) break;
      if (++pages % PAGES_PER_TURN === 0) await nextTurn();
    }
    return { ...this.#place(index), orders: cell.orders() };
  }

  columnsAt(at: MomentAddress): Promise<MomentColumns> {
    const engines = this.#engines ?? failNone();
    const index = this.#resolve(at);
    const stream = engines.at(index);
    const slots = stream.config.n_absolute_ticks;
    const columns = new Float64Array(SLOT_COLUMNS * slots);
    stream.readSlots(columns);
    const reply = { ...this.#place(index), slots, anchorTick: stream.anchorTick, columns };
    return Promise.resolve(transfer(reply, [columns.buffer]));
  }

  #resolve(at: MomentAddress): number {
    const timeline = this.#timeline;
    if ('ns' in at) return timeline.indexAt(at.ns);
    let index = Math.min(Math.max(at.records, timeline.origin), timeline.count);
    for (let left = Math.abs(at.events); left > 0; left--) {
      const next = at.events > 0 ? timeline.eventEndAfter(index) : timeline.eventEndBefore(index);
      if (next === undefined) break;
      index = next;
    }
    return index;
  }

  #place(index: number): MomentPlace {
    const { count } = this.#timeline;
    return { records: index, marketNs: this.#timeline.timeAt(index), isLatest: index === count };
  }
}

/** The run was not asked to keep what the question needs. */
export function failNone(): never {
  return fail('moment/none', 'This run keeps no moments of its session.', {
    tip: 'Start it with a memory budget for them.',
  });
}

function plain({ priceInt, qty, orders }: BookLevel): MomentLevel {
  return { priceInt, qty, orders };
}
