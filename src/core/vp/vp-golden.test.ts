import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MboBlock, MBO_BYTES, MBO_WORDS } from '#core/mbo/mbo-block';
import { GRID_COLUMNS } from '#core/vp/columns';
import type { BinSink } from '#core/vp/frame';
import { IngestClock } from '#core/vp/ingest-clock';
import { midPriceOf, spotPriceOf } from '#core/vp/price-grid';
import { openPipeline } from '#core/vp/testing/shapes';
import { VpPipeline } from '#core/vp/vp-pipeline';
import {
  describeTick,
  GOLDEN_INSTRUMENT,
  GOLDEN_PUBLISHER,
  goldenBin,
  GoldenComparer,
  goldenEvents,
  liveTicks,
  loadVpGolden,
  loadVpTrace,
  VP_GOLDEN_SETS,
  type VpGoldenSet,
} from '#testdata/vp-golden';

function pipelineFor(set: VpGoldenSet): VpPipeline {
  const options = { publisherId: GOLDEN_PUBLISHER, instrumentId: GOLDEN_INSTRUMENT, run: set.limits };
  return new VpPipeline(set.config, options);
}

function openFor(set: VpGoldenSet): ReturnType<typeof openPipeline> {
  const options = { publisherId: GOLDEN_PUBLISHER, instrumentId: GOLDEN_INSTRUMENT, run: set.limits };
  return openPipeline(set.config, options);
}

/** SHA-256 over heads and all columns of all bins, the records given in pieces of the given lengths (repeated). */
function digest(set: VpGoldenSet, events: MboBlock, pieces: readonly number[], binBudget = Infinity): string {
  const pipeline = pipelineFor(set);
  const hash = createHash('sha256');
  const sink: BinSink = (head, frame) => {
    hash.update(JSON.stringify(head));
    for (const column of frame.columns) hash.update(column);
  };
  for (let from = 0, p = 0; from < events.count; p++) {
    // Every piece is a block of its own, as it comes from a decoder.
    const count = Math.min(pieces[p % pieces.length], events.count - from);
    const bytes = events.bytes.slice(from * MBO_BYTES, (from + count) * MBO_BYTES);
    const block = new MboBlock(bytes.buffer, count);
    for (let i = 0; i < count;) i = pipeline.process(block, i, count, sink, binBudget);
    from += count;
  }
  while (!pipeline.finish(sink, binBudget));
  return hash.digest('hex');
}

describe.each(VP_GOLDEN_SETS)('golden stream %s', (name) => {
  const set = loadVpGolden(name);
  const events = goldenEvents(name);

  it('is reproduced in every bin, row and checksum', () => {
    const pipeline = pipelineFor(set);
    const comparer = new GoldenComparer(set);
    const sink: BinSink = (head, frame) => comparer.bin(goldenBin(head, frame, pipeline.timeBaseNs));
    expect(pipeline.process(events, 0, events.count, sink)).toBe(events.count);
    expect(pipeline.finish(sink)).toBe(true);
    expect(comparer.finish()).toEqual([]);
    expect(comparer.cells).toBe(set.rows.size * (2 * set.config.grid_radius_ticks + 1) * GRID_COLUMNS.length);
  });

  it('leaves every live tick in the reference state', () => {
    const { pipeline, kernel } = openFor(set);
    const sink: BinSink = () => undefined;
    pipeline.process(events, 0, events.count, sink);
    pipeline.finish(sink);
    const { engine } = kernel;
    const { book } = engine;
    const reference = set.finalState;
    expect(String(engine.bestBidPrice())).toBe(reference.best_bid_price_int);
    expect(String(engine.bestAskPrice())).toBe(reference.best_ask_price_int);
    expect(engine.grid.anchorTick).toBe(reference.anchor_tick_idx);
    expect(book.eventCount).toBe(reference.event_count);
    expect(book.orderCount).toBe(reference.order_count);
    const live = liveTicks(engine, set.config, pipeline.clock);
    expect(live.map((tick) => tick['idx'])).toEqual(reference.ticks.map((tick) => tick['idx']));
    const comparer = new GoldenComparer(set);
    reference.ticks.forEach((tick, i) => comparer.tick(`tick ${tick['idx']}`, live[i], tick));
    expect(comparer.failures).toEqual([]);
  });

  it('gives the same bytes however the records are cut and however few bins are closed per call', () => {
    const whole = digest(set, events, [events.count]);
    expect(digest(set, events, [events.count])).toBe(whole);
    expect(digest(set, events, [1, 7, 64, 2])).toBe(whole);
    expect(digest(set, events, [997], 1)).toBe(whole);
  });
});

describe('the golden trace', () => {
  it('is followed event by event by an engine without bins', () => {
    const set = loadVpGolden('small');
    const { words } = goldenEvents('small');
    // The reference made the trace with touches alone: no tick is advanced between them.
    const { engine } = openFor(set).kernel;
    const { book, grid } = engine;
    const clock = new IngestClock();
    clock.start(words, 0);
    const comparer = new GoldenComparer(set);
    let ticks = 0;
    for (const row of loadVpTrace()) {
      while (book.eventCount < row.event_id) {
        const base = book.eventCount * MBO_WORDS;
        const inSnapshot = book.snapshotInProgress;
        const tNs = clock.read(words, base, inSnapshot);
        clock.advance(words, base, inSnapshot, tNs);
        engine.update(words, base, tNs);
      }
      const at = `event ${row.event_id}`;
      const bid = engine.bestBidPrice();
      const ask = engine.bestAskPrice();
      const isTwoSided = !Number.isNaN(bid + ask);
      const spot = isTwoSided ? spotPriceOf(bid, ask, grid.tickInt) : 0;
      comparer.equal(`${at} ts`, clock.toEpoch(clock.nowNs).toString(), row.ts_ns);
      comparer.equal(`${at} bid`, textOf(bid), row.best_bid_price_int);
      comparer.equal(`${at} ask`, textOf(ask), row.best_ask_price_int);
      comparer.equal(`${at} spot`, String(spot), row.spot_ref_price_int);
      expect(isTwoSided ? midPriceOf(bid, ask) : 0, at).toBeCloseTo(row.mid_price, 6);
      comparer.equal(`${at} valid`, book.bookValid, row.book_valid);
      comparer.equal(`${at} orders`, book.orderCount, row.order_count);
      comparer.equal(`${at} anchor`, grid.isAnchored ? grid.anchorTick : -1, row.anchor_tick_idx);
      for (const expected of row.touched) {
        comparer.tick(
          `${at} tick`,
          describeTick(engine, set.config, clock, Number(expected['idx'])),
          expected,
        );
        ticks++;
      }
    }
    expect(comparer.failures).toEqual([]);
    expect(ticks).toBeGreaterThan(200);
  });
});

function textOf(price: number): string {
  return Number.isNaN(price) ? '0' : String(price);
}
