import { fail } from '#base/problem';
import { OrderBook } from '#core/book/order-book';
import { hashOfOrders, topLevels, type BookLevel } from '#core/book/book-queries';
import {
  F_LAST,
  F_SNAPSHOT,
  MBO_WORDS,
  W_INSTRUMENT,
  W_HEAD,
  W_TAGS,
  W_TS_EVENT,
  W_TS_RECV,
  joinU64,
  type MboBlock,
} from '#core/mbo/mbo-block';
import type { InstrumentKey } from '#core/capture/capture-types';
import { bookAt, triple } from '#cli/book-at';
import { BookStats } from '#cli/book-stats';
import type { CliCommand } from '#cli/main';
import { CaptureRun, openFiles, selectInstrument } from '#cli/capture';
import type { Output } from '#cli/file-output';
import { csvLine, jsonLine, type CsvValue } from '#cli/table-output';
import {
  choice,
  flag,
  instant,
  parseCommand,
  requireFiles,
  signedNumber,
  text,
  UsageError,
  wholeNumber,
  type CommandLine,
} from '#cli/usage';

const HELP = `Usage: spymaster book FILE… [--instrument I] [--levels N] [--every E] [--format F] [-o OUT]
       spymaster book FILE… --final --json [--levels N]
       spymaster book FILE… --at T [--step N] [--levels N] [--json]

The order book through time, taken only at the end of events (F_LAST); as it stands at the end; or at an instant.

  --instrument I   id or symbol (default: the busiest outright)
  --levels N       levels per side (default 1; with --final and --at all)
  --every E        bbo: at every change of the best prices, sizes or counts (default)
                   event: after every event · Nms: every N milliseconds of market time
  --format F       ndjson (default) or csv
  --final          only the whole book at the end, as one JSON object with the hash of its orders
  --at T           the whole book at an instant (ns, or 2026-10-06T14:00:00.5Z): after all records whose market time is T
                   or earlier. Market time is ts_event and never runs backwards; orders of a snapshot do not move it,
                   and a snapshot at the head of the capture starts it at its ts_recv. Reading stops there
  --step N         N events after that, or before it where N is negative (--step=-1); an event ends with F_LAST
  --json           one JSON object; with --final it always is one
  -o, --output OUT write to OUT instead of standard output

Prices are in units of 1e-9; rec is the 0-based index among the instrument's records. In the objects of --final and --at:
  orders           resting orders
  bids, asks       [price, quantity, orders] of each level, best first
  orders_sha256    SHA-256 of the lines order_id,side,price,remaining of all resting orders, by id, joined by newlines
  stats            (--final) number of records by their action: A, C, M, R, T, F, N; cancel_full and cancel_partial, cancels
                   that took all or a part of an order; last, events that ended outside of snapshots; twosided, those
                   that left a bid and an ask; crossed, those that left the bid above the ask. What was 0 is left out
  at, market_time  (--at) the instant asked for; the latest market time until then
  records          (--at) the instrument's records until then

Examples:
  spymaster book es.dbn.zst --every bbo --format csv
  spymaster book es.dbn.zst --levels 10 --every 1000ms
  spymaster book es.dbn.zst --final --json
  spymaster book es.dbn.zst --at 2026-10-06T14:00:00Z --levels 5
  spymaster book es.dbn.zst --at 2026-10-06T14:00:00Z --step=-1 --json
`;

const TWO_32 = 4294967296;

type Every = { kind: 'bbo' } | { kind: 'event' } | { kind: 'time'; stepMs: number };

export const bookCommand: CliCommand = {
  name: 'book',
  summary: 'the order book through time, at an instant, or at the end',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, {
      instrument: { type: 'string' },
      levels: { type: 'string' },
      every: { type: 'string' },
      format: { type: 'string' },
      final: { type: 'boolean' },
      at: { type: 'string' },
      step: { type: 'string' },
      json: { type: 'boolean' },
      output: { type: 'string', short: 'o' },
    });
    requireOneMode(line);
    const format = choice(line, 'format', ['ndjson', 'csv'], 'ndjson');
    const every = parseEvery(text(line, 'every') ?? 'bbo');
    const levels = wholeNumber(line, 'levels', 1);
    const atNs = instant(line, 'at');
    const step = signedNumber(line, 'step') ?? 0;
    const capture = await openFiles(requireFiles(line), io);
    const instrument =
      selectInstrument(capture, text(line, 'instrument')) ??
      fail('capture/no-records', 'The capture holds no market-by-order records.');
    const output = io.openOutput(text(line, 'output') ?? '-');
    const run = new CaptureRun(capture, io);
    if (atNs !== undefined) {
      const request = { atNs, step, levels: levels ?? Infinity, json: flag(line, 'json') };
      await output.write(await bookAt(capture, instrument, run, request));
      await output.close();
      return run.exitStatus;
    }
    const book = new OrderBook();
    const stats = new BookStats();
    const rows = flag(line, 'final') ? undefined : new BookRows(book, every, levels ?? 1, format, output);
    await rows?.begin();
    for await (const part of run.parts({ instrument })) {
      if (part.kind !== 'mbo') continue;
      applyBlock(part.block, instrument, book, (words, base) => {
        stats.count(words, base, book);
        rows?.look(words, base);
      });
      await rows?.flush();
    }
    await rows?.flush();
    book.credits.endAll();
    if (!rows) {
      const name = capture.files.map((f) => f.name).join(' + ');
      await output.write(jsonLine(finalBook(name, book, stats, levels ?? Infinity)));
    }
    await output.close();
    return run.exitStatus;
  },
};

/** Rows through time, the book at the end, or the book at an instant: options of another mode would have no effect. */
function requireOneMode(line: CommandLine): void {
  const isFinal = flag(line, 'final');
  const isAt = text(line, 'at') !== undefined;
  const conflict = (message: string): never => {
    throw new UsageError(message, 'usage/conflict');
  };
  if (isFinal && isAt) conflict('--final and --at exclude each other.');
  if (!isAt && text(line, 'step') !== undefined) conflict('--step goes with --at.');
  if (!isFinal && !isAt) {
    if (flag(line, 'json')) conflict('--json goes with --final and --at; rows are --format ndjson.');
    return;
  }
  for (const name of ['every', 'format']) {
    if (text(line, name) !== undefined)
      conflict(`--${name} has no meaning with ${isAt ? '--at' : '--final'}.`);
  }
}

function parseEvery(value: string): Every {
  if (value === 'bbo' || value === 'event') return { kind: value };
  const match = /^([1-9]\d*)ms$/.exec(value);
  if (!match) throw new UsageError(`--every must be bbo, event or a time such as 100ms, got ${value}`);
  return { kind: 'time', stepMs: Number(match[1]) };
}

function applyBlock(
  block: MboBlock,
  instrument: InstrumentKey,
  book: OrderBook,
  after: (words: Uint32Array, base: number) => void,
): void {
  const { words } = block;
  for (let i = 0, base = 0; i < block.count; i++, base += MBO_WORDS) {
    if (words[base + W_INSTRUMENT] !== instrument.instrumentId) continue;
    if (words[base + W_HEAD] >>> 16 !== instrument.publisherId) continue;
    book.apply(words, base);
    after(words, base);
  }
}

/** Emits a row at the end of events, by one of three rules. */
class BookRows {
  readonly #book: OrderBook;
  readonly #every: Every;
  readonly #levels: number;
  readonly #format: 'ndjson' | 'csv';
  readonly #output: Output;
  #pending = '';
  #lastBbo = '';
  #nextStep = -1;

  constructor(book: OrderBook, every: Every, levels: number, format: 'ndjson' | 'csv', output: Output) {
    this.#book = book;
    this.#every = every;
    this.#levels = levels;
    this.#format = format;
    this.#output = output;
  }

  async begin(): Promise<void> {
    if (this.#format !== 'csv') return;
    const sides = Array.from({ length: this.#levels }, (_, i) => {
      const suffix = this.#levels === 1 ? '' : `_${String(i).padStart(2, '0')}`;
      return ['bid_px', 'bid_sz', 'bid_ct', 'ask_px', 'ask_sz', 'ask_ct'].map((name) => `${name}${suffix}`);
    });
    await this.#output.write(csvLine(['rec', 'ts_recv', ...sides.flat()]));
  }

  look(words: Uint32Array, base: number): void {
    const flags = words[base + W_TAGS] & 255;
    if ((flags & F_LAST) === 0 || (flags & F_SNAPSHOT) !== 0) return;
    if (!this.#isDue(words, base)) return;
    const { bids, asks } = topLevels(this.#book, this.#levels);
    const rec = this.#book.eventCount - 1;
    const tsRecv = joinU64(words[base + W_TS_RECV], words[base + W_TS_RECV + 1]);
    if (this.#format === 'csv') {
      const cells: CsvValue[] = [rec, tsRecv];
      for (let i = 0; i < this.#levels; i++) cells.push(...levelCells(bids[i]), ...levelCells(asks[i]));
      this.#pending += csvLine(cells);
    } else {
      const tsEvent = joinU64(words[base + W_TS_EVENT], words[base + W_TS_EVENT + 1]);
      this.#pending += jsonLine({
        rec,
        ts_recv: tsRecv,
        ts_event: tsEvent,
        bids: bids.map(triple),
        asks: asks.map(triple),
      });
    }
  }

  async flush(): Promise<void> {
    if (this.#pending === '') return;
    const pending = this.#pending;
    this.#pending = '';
    await this.#output.write(pending);
  }

  #isDue(words: Uint32Array, base: number): boolean {
    if (this.#every.kind === 'event') return true;
    if (this.#every.kind === 'time') {
      const ms = (words[base + W_TS_EVENT + 1] * TWO_32 + words[base + W_TS_EVENT]) / 1e6;
      const step = Math.floor(ms / this.#every.stepMs);
      if (step <= this.#nextStep) return false;
      this.#nextStep = step;
      return true;
    }
    const bbo = this.#bboText();
    if (bbo === this.#lastBbo) return false;
    this.#lastBbo = bbo;
    return true;
  }

  #bboText(): string {
    const { bestBidLevel: bid, bestAskLevel: ask, levelPrice, levelQty, levelOrders } = this.#book;
    const side = (level: number): string =>
      level < 0 ? '-' : `${levelPrice[level]},${levelQty[level]},${levelOrders[level]}`;
    return `${side(bid)}|${side(ask)}`;
  }
}

function levelCells(level: BookLevel | undefined): CsvValue[] {
  return level ? [level.priceInt, level.qty, level.orders] : ['', '', ''];
}

function finalBook(file: string, book: OrderBook, stats: BookStats, levels: number) {
  const { bids, asks } = topLevels(book, levels);
  return {
    file,
    orders: book.orderCount,
    bids: bids.map(triple),
    asks: asks.map(triple),
    stats: stats.report(),
    orders_sha256: hashOfOrders(book),
  };
}
