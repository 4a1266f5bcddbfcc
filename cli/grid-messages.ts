/** The grid of a serving over a capture, as the messages of the stream contract, at the pace of the market or faster. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fail } from '#base/problem';
import type { ResolvedServing } from '#core/config/serving-registry';
import { requireInstrument } from '#core/config/serving-registry';
import { emissionLimits, sessionWindow } from '#core/config/time-boundaries';
import type { Capture } from '#core/capture/capture-types';
import type { BinHead, GridFrame } from '#core/vp/frame';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { gridUpdateMessage, runtimeConfigMessage } from '#protocol/grid-encode';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { GridIpcWriter } from '#protocol/grid-ipc-writer';
import type { Clock } from '#relay/clock';

/** Bins made before they are sent. */
const BINS_PER_TURN = 32;

interface Bin {
  readonly endNs: bigint;
  readonly update: string;
  readonly arrow: Uint8Array;
}

/**
 * @param speed market time per time; Infinity as fast as the reader takes it
 * @throws ProblemError `serving/instrument-lock`, `capture/…`
 */
export async function* gridMessages(
  { spec, servingName, config, streamDt, streamStartTime }: ResolvedServing,
  capture: Capture,
  speed: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<string | Uint8Array, void, void> {
  const busiest =
    capture.defaultInstrument() ??
    fail('capture/no-records', 'The capture holds no market-by-order records.');
  const held = capture.instruments().find((i) => i.symbol === config.symbol);
  requireInstrument(
    { productType: config.product_type, symbol: (held ?? busiest).symbol },
    { productType: config.product_type, symbol: config.symbol },
  );
  const instrument = held ?? busiest;
  const session = sessionWindow(config.product_type, streamDt);
  const pipeline = new VpPipeline(config, {
    publisherId: instrument.publisherId,
    instrumentId: instrument.instrumentId,
    run: {
      ...emissionLimits(streamDt, streamStartTime),
      sessionStartNs: session.startNs,
      sessionEndNs: session.endNs,
    },
  });
  const { serving_id, source } = spec;
  yield JSON.stringify(
    runtimeConfigMessage(config, { serving_name: servingName, serving_id, source: { ...source } }),
  );

  const bins = new BinMaker(pipeline);
  const pace = new BinPace(speed, clock, signal);
  async function* made(): AsyncGenerator<string | Uint8Array, void, void> {
    for (const bin of bins.take()) {
      await pace.until(bin.endNs);
      if (signal.aborted) return;
      yield bin.update;
      yield bin.arrow;
    }
    await nextTurn();
  }
  for await (const part of capture.read({ instrument })) {
    if (part.kind !== 'mbo') continue;
    for (let from = 0; from < part.block.count && !signal.aborted;) {
      from = pipeline.process(part.block, from, part.block.count, bins.add, BINS_PER_TURN);
      yield* made();
    }
    if (signal.aborted) return;
  }
  for (let isDone = false; !isDone && !signal.aborted;) {
    isDone = pipeline.finish(bins.add, BINS_PER_TURN);
    yield* made();
  }
}

class BinMaker {
  readonly #pipeline: VpPipeline;
  readonly #writer: GridIpcWriter;
  #bins: Bin[] = [];

  constructor(pipeline: VpPipeline) {
    this.#pipeline = pipeline;
    const layout = GridIpcLayout.of(2 * pipeline.config.grid_radius_ticks + 1);
    this.#writer = new GridIpcWriter(layout, new ArrayBuffer(layout.stride));
  }

  readonly add = (head: Readonly<BinHead>, frame: GridFrame): void => {
    const { timeBaseNs } = this.#pipeline;
    this.#writer.write(frame, 0);
    this.#bins.push({
      endNs: timeBaseNs + BigInt(head.endNs),
      update: JSON.stringify(gridUpdateMessage(head, timeBaseNs)),
      arrow: new Uint8Array(this.#writer.buffer.slice(0)),
    });
  };

  take(): readonly Bin[] {
    const bins = this.#bins;
    this.#bins = [];
    return bins;
  }
}

/** A bin goes out when the market has reached its end. */
class BinPace {
  #first: { readonly endNs: bigint; readonly ms: number } | undefined;

  constructor(
    private readonly speed: number,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {}

  async until(endNs: bigint): Promise<void> {
    if (this.speed === Infinity) return;
    this.#first ??= { endNs, ms: this.clock.nowMs() };
    const dueMs = this.#first.ms + Number(endNs - this.#first.endNs) / 1e6 / this.speed;
    const waitMs = dueMs - this.clock.nowMs();
    if (waitMs > 0) await this.clock.sleep(waitMs, this.signal);
  }
}
