/** The engine on real captures, where they are present: finite columns, the known final book, few anomalies. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCapture } from '#core/capture/open-capture';
import { runtimeConfigForInstrument } from '#core/config/instrument-config';
import type { VpRuntimeConfig } from '#core/config/runtime-config';
import { memorySource } from '#core/io/byte-source';
import type { BinHead, BinSink } from '#core/vp/frame';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { readJson, sharedPath } from '#testdata/fixtures';

interface CaptureRun {
  pipeline: VpPipeline;
  heads: BinHead[];
  /** Cells that are not finite. */
  broken: number;
  /** Rows in which some flow score differs from 0. */
  scored: number;
}

async function run(path: string, config: VpRuntimeConfig): Promise<CaptureRun> {
  const capture = await openCapture([memorySource(path, new Uint8Array(readFileSync(path)))]);
  const { publisherId, instrumentId } = capture.defaultInstrument()!;
  const pipeline = new VpPipeline(config, { publisherId, instrumentId });
  const result: CaptureRun = { pipeline, heads: [], broken: 0, scored: 0 };
  const sink: BinSink = (head, frame) => {
    result.heads.push({ ...head, model: { ...head.model } });
    result.broken += frame.floats.filter((x) => !Number.isFinite(x)).length;
    result.scored += frame.columns[31].some((x: number) => x !== 0) ? 1 : 0;
  };
  for await (const part of capture.read()) {
    if (part.kind === 'mbo') pipeline.process(part.block, 0, part.block.count, sink);
  }
  pipeline.finish(sink);
  return result;
}

const esh4 = sharedPath('data', 'mbo', 'esh4-20231225.first20000.mbo.dbn.zst');
const arl = sharedPath('data', 'mbo', 'arl-xnas-itch-20250717.mbo.dbn.zst');
const golden = (name: string) =>
  readJson<{ orders: number; bids: [string, number, number][]; asks: [string, number, number][] }>(
    sharedPath('golden', 'book', `${name}.final.json`)!,
  );

describe('a real capture', () => {
  it.skipIf(esh4 === undefined)(
    'of a future whose snapshot comes without a clear, hours before the open',
    async () => {
      const config = runtimeConfigForInstrument({ symbol: 'ESH4', tickSize: 0.25 }, { cell_width_ms: 1000 });
      const { pipeline, heads, broken, scored } = await run(esh4!, config);
      const book = golden('esh4-20231225.first20000');
      expect(broken).toBe(0);
      expect(scored).toBeGreaterThan(100);
      expect(pipeline.diagnostics.events).toBe(20_000);
      expect(pipeline.book().orderCount).toBe(book.orders);
      // The quiet hours after the midnight snapshot are not binned.
      expect(heads[0].eventCount).toBeGreaterThan(8725);
      expect(heads.length).toBeLessThan(5000);
      const last = heads[heads.length - 1];
      expect(String(last.bestBidPriceInt)).toBe(book.bids[0][0]);
      expect(String(last.bestAskPriceInt)).toBe(book.asks[0][0]);
      expect(last.bookValid).toBe(true);
      expect(pipeline.anomalies()['unknown_cancel']).toBeLessThan(20);
    },
  );

  it.skipIf(arl === undefined)('of a thinly traded share, in one-cent buckets', async () => {
    const config = runtimeConfigForInstrument(
      { symbol: 'ARL', tickSize: 0.01, productType: 'equity_mbo' },
      { cell_width_ms: 10_000 },
    );
    const { pipeline, heads, broken } = await run(arl!, config);
    const book = golden('arl-20250717');
    expect(broken).toBe(0);
    expect(pipeline.diagnostics.events).toBe(5886);
    expect(pipeline.book().orderCount).toBe(book.orders);
    expect(heads.some((head) => head.midPrice > 0)).toBe(true);
    expect(heads[heads.length - 1].eventId).toBe(5886);
    // Every execution comes as T, F, C: the fills are found by the cancels that follow them.
    expect(pipeline.anomalies()['unused_credit']).toBe(0);
  });
});
