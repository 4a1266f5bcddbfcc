/**
 * Speed of the book on a DBN file of MBO records, with the digests by which the generator of synthetic captures
 * states what the book must be. Times are CPU times of this process; compare only what one run measured.
 */
import { OrderBook } from '#core/book/order-book';
import { BBO_CHAIN_START, hex32, nextBboChain, ordersDigest } from '#core/book/testing/digests';
import { DbnDecoder } from '#core/dbn/dbn-decoder';
import { F_LAST, MBO_BYTES, MBO_WORDS, MboBlock, W_HEAD, W_INSTRUMENT, W_TAGS } from '#core/mbo/mbo-block';
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';
import { VpPipeline } from '#core/vp/vp-pipeline';

import { rateRow, type BenchRow, type Target } from './rows';
import { cpuSeconds } from './timing';

export interface BookBench {
  readonly block: MboBlock;
  readonly rows: readonly BenchRow[];
  /** FNV chain over the best prices and sizes at each F_LAST, as in the generator's oracle (`bbo_chain`). */
  readonly bboChain: string;
  /** FNV-64 over all resting orders in queue order (`l3_final`). */
  readonly ordersDigest: string;
}

/** Small enough for a slice, its copy in the decoder and the book to share the second-level cache. */
const SLICE_BYTES = 1 << 17;
/** After any capture: 2100. */
const FAR_NS = 4_102_444_800_000_000_000n;
/** The first repetitions run before the code is compiled. */
const WARM_UP = 3;

/**
 * @param bytes a whole, decompressed DBN file with one instrument
 * @param bound speed of the native book, records per second
 */
export function benchBook(bytes: Uint8Array, repetitions: number, bound: number | undefined): BookBench {
  const block = decodeWhole(bytes);
  let chain = BBO_CHAIN_START;
  let book = new OrderBook();
  const fromBytes = (): void => {
    book = new OrderBook();
    chain = bboOfBytes(bytes, book);
  };
  let pipeline: VpPipeline | undefined;
  const throughKernel = (): void => {
    pipeline = fastForwarded(bytes, block);
  };
  const measure = (name: string, run: () => unknown, target: Target = {}): BenchRow =>
    rateRow(name, block.count, cpuSeconds(repetitions, WARM_UP, run), {
      ...target,
      comparator: 'the native book',
      speed: bound,
    });
  const rows = [
    measure('DBN bytes, decode only', () => decodeOnly(bytes)),
    measure('book in memory', () => applyAll(block, new OrderBook())),
    measure('book in memory, BBO at F_LAST', () => bboOfBlock(block, new OrderBook())),
    measure('DBN bytes to book, BBO at F_LAST', fromBytes),
    measure('DBN bytes to book, compiled', throughKernel, { floor: '20 M/s', goal: '0.6 of native' }),
  ];
  const digest = ordersDigest(book);
  if (!pipeline || ordersDigest(pipeline.book()) !== digest)
    throw new Error('the compiled book is another one: its speed means nothing');
  return { block, rows, bboChain: hex32(chain), ordersDigest: digest };
}

/** All records before the start time: they go through the kernel and change the book alone, best prices included. */
function fastForwarded(bytes: Uint8Array, { words }: MboBlock): VpPipeline {
  const limits = { warmupStartNs: FAR_NS, emitAfterNs: FAR_NS };
  const pipeline = new VpPipeline(DEFAULT_RUNTIME_CONFIG, {
    publisherId: words[W_HEAD] >>> 16,
    instrumentId: words[W_INSTRUMENT],
    run: limits,
  });
  forEachBlock(bytes, (block) => pipeline.process(block, 0, block.count, () => undefined));
  return pipeline;
}

function applyAll(block: MboBlock, book: OrderBook): void {
  const { words } = block;
  const end = block.count * MBO_WORDS;
  for (let base = 0; base < end; base += MBO_WORDS) book.apply(words, base);
}

function bboOfBlock(block: MboBlock, book: OrderBook, start = BBO_CHAIN_START): number {
  const { words } = block;
  const end = block.count * MBO_WORDS;
  let chain = start;
  for (let base = 0; base < end; base += MBO_WORDS) {
    book.apply(words, base);
    if ((words[base + W_TAGS] & F_LAST) !== 0) chain = nextBboChain(chain, book);
  }
  return chain;
}

function bboOfBytes(bytes: Uint8Array, book: OrderBook): number {
  let chain = BBO_CHAIN_START;
  forEachBlock(bytes, (block) => (chain = bboOfBlock(block, book, chain)));
  return chain;
}

function decodeOnly(bytes: Uint8Array): number {
  let records = 0;
  forEachBlock(bytes, (block) => (records += block.count));
  return records;
}

/** All records of the file in one block. */
function decodeWhole(bytes: Uint8Array): MboBlock {
  const whole = MboBlock.withCapacity(Math.ceil(bytes.length / MBO_BYTES));
  forEachBlock(bytes, (block) => {
    whole.bytes.set(block.bytes.subarray(0, block.count * MBO_BYTES), whole.count * MBO_BYTES);
    whole.count += block.count;
  });
  return whole;
}

function forEachBlock(bytes: Uint8Array, each: (block: MboBlock) => void): void {
  const decoder = new DbnDecoder();
  const drain = (next: () => ReturnType<DbnDecoder['next']>): void => {
    for (let part = next(); part !== undefined; part = next()) {
      if (part.kind === 'problem') throw new Error(part.problem.message);
      if (part.kind === 'mbo') each(part.block);
    }
  };
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    decoder.push(bytes.subarray(at, at + SLICE_BYTES));
    drain(() => decoder.next());
  }
  drain(() => decoder.end());
}
