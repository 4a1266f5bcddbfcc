/** Any seek gives, bit for bit, what the straight run to that moment gives. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { Random } from '#base/random';
import { stateOfBook } from '#core/book/book-queries';
import { OrderBook } from '#core/book/order-book';
import { blockOf } from '#core/book/testing/mbo-records';
import { openCapture } from '#core/capture/open-capture';
import { runtimeConfigForInstrument } from '#core/config/instrument-config';
import { DEFAULT_RUNTIME_CONFIG, overrideRuntimeConfig } from '#core/config/runtime-config';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { memorySource } from '#core/io/byte-source';
import { MBO_BYTES, MBO_WORDS, MboBlock, W_HEAD, W_INSTRUMENT } from '#core/mbo/mbo-block';
import { BookMoments } from '#core/moment/book-moments';
import type { ShelfLimits } from '#core/moment/checkpoint-shelf';
import { engineMoments, type EngineMoments } from '#core/moment/engine-moments';
import type { Moments } from '#core/moment/moments';
import { anyStream } from '#core/moment/testing/any-records';
import { Timeline } from '#core/moment/timeline';
import { MarketSimulator } from '#core/sim/market-simulator';
import { PRESETS } from '#core/sim/presets';
import { SLOT_COLUMNS } from '#core/vp/vp-kernel';
import { BinStream } from '#core/vp/bin-stream';
import { sharedPath } from '#testdata/fixtures';

const IS_LONG = process.env['SPYMASTER_LONG'] !== undefined;
/** A small grid makes small states; the long run takes the whole one. */
const SMALL = { n_absolute_ticks: 1025, grid_radius_ticks: 20 };
const DENSE: ShelfLimits = { everyNs: 1e9, everyRecords: 100, budgetBytes: 4 << 20 };
const ignore = (): void => undefined;

/** Orders, queues, levels, credits, counters. */
function hashOfBook(book: OrderBook): string {
  return createHash('sha256').update(stateOfBook(book)).digest('hex');
}

/** The book, the whole state of the engine, and every column of every price level. */
function hashOfEngine(stream: BinStream): string {
  const slots = new Float64Array(SLOT_COLUMNS * stream.config.n_absolute_ticks);
  stream.readSlots(slots);
  return createHash('sha256').update(stream.save()).update(slots).digest('hex');
}

describe('the book at a moment', () => {
  it('is that of the straight run, at every index and for any checkpoints', () => {
    fc.assert(
      fc.property(
        anyStream(200),
        fc.constantFrom(1, 7, 50),
        fc.constantFrom(2000, 1e6),
        (records, every, budgetBytes) => {
          const block = blockOf(records);
          const moments = new BookMoments(new Timeline(Infinity), {
            everyNs: 0,
            everyRecords: every,
            budgetBytes,
          });
          for (let i = 0; i < block.count; i += every)
            moments.append(block, i, Math.min(i + every, block.count));
          const straight = new OrderBook();
          for (let index = 0; index <= block.count; index++) {
            if (index > 0) straight.apply(block.words, (index - 1) * MBO_WORDS);
            expect(hashOfBook(moments.at(index))).toBe(hashOfBook(straight));
          }
        },
      ),
      { numRuns: IS_LONG ? 300 : 12 },
    );
  });

  it('continues from a state where the records before it never came', () => {
    fc.assert(
      fc.property(anyStream(100), fc.nat(), (records, where) => {
        const block = blockOf(records);
        const whole = new BookMoments(new Timeline(Infinity));
        whole.append(block);
        const origin = 1 + (where % block.count);
        const state = whole.moments.replica.save(whole.at(origin));
        const rest = new BookMoments(new Timeline(Infinity, origin), undefined, state);
        rest.append(block, origin, block.count);
        for (const index of [origin, block.count]) {
          expect(hashOfBook(rest.at(index))).toBe(hashOfBook(whole.at(index)));
        }
        expect(() => rest.at(origin - 1)).toThrow('no longer held');
      }),
      { numRuns: 20 },
    );
  });
});

describe('a cursor', () => {
  it('comes back to the same state by the previous event after the next, and the other way round', () => {
    fc.assert(
      fc.property(anyStream(150), fc.nat(), fc.integer({ min: -9, max: 9 }), (records, where, steps) => {
        const block = blockOf(records);
        const moments = new BookMoments(new Timeline(Infinity), {
          everyNs: 0,
          everyRecords: 10,
          budgetBytes: 1e5,
        });
        for (let i = 0; i < block.count; i += 10) moments.append(block, i, Math.min(i + 10, block.count));
        const cursor = moments.cursor();
        cursor.at(records[where % records.length].tsEvent);
        cursor.previousEvent(); // from the middle of an event to its beginning
        const [index, hash] = [cursor.index, hashOfBook(cursor.machine)];
        if (cursor.nextEvent()) {
          expect(cursor.index).toBeGreaterThan(index);
          expect(cursor.previousEvent()).toBe(true);
          expect([cursor.index, hashOfBook(cursor.machine)]).toEqual([index, hash]);
        } else expect(index).toBe(block.count);
        if (cursor.previousEvent()) {
          expect(cursor.nextEvent()).toBe(true);
          expect([cursor.index, hashOfBook(cursor.machine)]).toEqual([index, hash]);
        } else expect(index).toBe(0);
        const taken = cursor.step(steps);
        expect(hashOfBook(cursor.machine)).toBe(hashOfBook(moments.at(cursor.index)));
        expect(cursor.step(steps < 0 ? taken : -taken)).toBe(taken);
        expect([cursor.index, hashOfBook(cursor.machine)]).toEqual([index, hash]);
      }),
      { numRuns: IS_LONG ? 1000 : 60 },
    );
  });

  it('goes to an instant: the records until then and no others', () => {
    fc.assert(
      fc.property(anyStream(100), fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), (records, places) => {
        const block = blockOf(records);
        const moments = new BookMoments(new Timeline(Infinity));
        moments.append(block);
        const cursor = moments.cursor();
        for (const place of places) {
          const ns = records[place % records.length].tsEvent;
          cursor.at(ns);
          let latest = 0n;
          const upTo = records.filter(({ tsEvent, flags, action }) => {
            // Orders of a snapshot do not move the time.
            if ((flags & 32) === 0 || action === 82 || latest === 0n)
              latest = tsEvent > latest ? tsEvent : latest;
            return latest <= ns;
          });
          if ((records[0].flags & 32) === 0) expect(cursor.index).toBe(upTo.length);
          expect(hashOfBook(cursor.machine)).toBe(hashOfBook(moments.at(cursor.index)));
        }
      }),
      { numRuns: 40 },
    );
  });
});

interface Session {
  readonly block: MboBlock;
  readonly books: BookMoments;
  readonly engine: EngineMoments;
}

/** A session as it is held after loading. */
function load(block: MboBlock, config: VpRuntimeConfig): Session {
  const options = { publisherId: block.words[W_HEAD] >>> 16, instrumentId: block.words[W_INSTRUMENT] };
  const timeline = new Timeline(Infinity);
  const books = new BookMoments(timeline, DENSE);
  const engine = engineMoments(timeline, config, options, {
    ...DENSE,
    everyRecords: 500,
    budgetBytes: 32 << 20,
  });
  const stream = new BinStream(config, options);
  for (let i = 0; i < block.count; i += 300) {
    const end = Math.min(i + 300, block.count);
    books.append(block, i, end);
    stream.process(block, i, end, ignore);
    engine.note(stream);
  }
  return { block, books, engine };
}

/**
 * Seeks in random order, and runs straight in the order of time; the moments at which the two differ.
 */
function differences({ block, books, engine }: Session, seed: number, seeks: number): number[] {
  const random = new Random(seed);
  const { timeline } = books;
  const [first, last] = [timeline.timeAt(1)!, timeline.timeAt(timeline.count)!];
  const instants = Array.from(
    { length: seeks },
    () => first + BigInt(Math.floor(random.unit() * Number(last - first))),
  );
  const found = new Map<number, string>();
  for (const ns of instants) {
    const index = timeline.indexAt(ns);
    const stream = engine.at(index);
    const book = books.at(index);
    found.set(index, [hashOfEngine(stream), hashOfBook(book)].join(' '));
  }
  const straight = engine.replica.create();
  const book = new OrderBook();
  const wrong: number[] = [];
  let at = 0;
  for (const index of [...found.keys()].sort((a, b) => a - b)) {
    straight.process(block, at, index, ignore);
    for (; at < index; at++) book.apply(block.words, at * MBO_WORDS);
    const expected = [hashOfEngine(straight), hashOfBook(book)].join(' ');
    if (found.get(index) !== expected) wrong.push(index);
  }
  return wrong;
}

function simulatedDay(records: number): MboBlock {
  const block = MboBlock.withCapacity(records);
  const simulator = new MarketSimulator({
    ...PRESETS.busy.options,
    durationSeconds: 86_400,
    recordLimit: records,
  });
  simulator.fill(block);
  return block;
}

async function readAll(path: string): Promise<MboBlock> {
  const capture = await openCapture([memorySource(path, new Uint8Array(readFileSync(path)))]);
  const parts: Uint8Array[] = [];
  for await (const part of capture.read({ instrument: capture.defaultInstrument()! })) {
    if (part.kind === 'mbo') parts.push(part.block.bytes.slice(0, part.block.count * MBO_BYTES));
  }
  const bytes = new Uint8Array(Buffer.concat(parts));
  return new MboBlock(bytes.buffer, bytes.length / MBO_BYTES);
}

describe('any seek is the straight run to that instant', () => {
  const esh4 = sharedPath('data', 'mbo', 'esh4-20231225.first20000.mbo.dbn.zst');

  it.skipIf(!esh4)(
    'at 200 random instants of a real capture, engine and book',
    async () => {
      const config = runtimeConfigForInstrument(
        { symbol: 'ESH4', tickSize: 0.25 },
        { cell_width_ms: 5000, ...(IS_LONG ? {} : SMALL) },
      );
      const session = load(await readAll(esh4!), config);
      expect(session.books.timeline.count).toBe(20_000);
      expect(session.engine.shelf.kept.length).toBeGreaterThan(5);
      expect(differences(session, 1, 200)).toEqual([]);
    },
    600_000,
  );

  const config = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, SMALL);

  it('at random instants of a simulated day', () => {
    const session = load(simulatedDay(IS_LONG ? 1_000_000 : 20_000), config);
    expect(session.engine.shelf.kept.length).toBeGreaterThan(3);
    expect(differences(session, 2, IS_LONG ? 200 : 40)).toEqual([]);
  }, 600_000);

  it('and a corrupted checkpoint is noticed', () => {
    const { books, engine } = load(simulatedDay(12_000), config);
    expect(noticed(books.moments, hashOfBook)).toBeGreaterThan(35);
    expect(noticed(engine, hashOfEngine)).toBeGreaterThan(35);
  });
});

/** Of 40 bytes of a checkpoint that were changed in turn: how many changed the moment after it, or were refused. */
function noticed<T>(moments: Moments<T>, hashOf: (machine: T) => string): number {
  const random = new Random(5);
  const { kept } = moments.shelf;
  const { state, index } = kept[kept.length >> 1];
  const seek = (): string => {
    try {
      return hashOf(moments.at(index + 30));
    } catch (error) {
      expect(error).toBeInstanceOf(ProblemError);
      return 'refused';
    }
  };
  const whole = seek();
  let count = 0;
  for (let i = 0; i < 40; i++) {
    const offset = random.below(state.length);
    const flipped = 1 + random.below(255);
    state[offset] ^= flipped;
    if (seek() !== whole) count++;
    state[offset] ^= flipped;
  }
  expect(seek()).toBe(whole);
  return count;
}
