import { describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { emptyHead, type BinHead, type StateModelOutput } from '#core/vp/frame';
import { gridUpdateMessage } from '#protocol/grid-encode';
import { GridHeads } from '#protocol/grid-heads';
import { GRID_UPDATE_FIELDS, type GridUpdateMessage } from '#protocol/grid-messages';

const BASE_NS = 1_770_388_200_000_000_000n;
const I64_MAX = 2n ** 63n - 1n;
const F64_INT_MAX = Number.MAX_SAFE_INTEGER;

const model = (value: () => number, ready: boolean): StateModelOutput => ({
  score: value(),
  ready,
  sampleCount: Math.trunc(value()),
  base: value(),
  d1: value(),
  d2: value(),
  d3: value(),
  z1: value(),
  z2: value(),
  z3: value(),
  bullIntensity: value(),
  bearIntensity: value(),
  mixedIntensity: value(),
  dominantState5Code: Math.trunc(value()),
});

function randomHead(random: Random): BinHead {
  const value = (): number => (random.unit() - 0.5) * 10 ** random.between(-9, 9);
  const count = (): number => Math.floor(random.unit() * 2 ** random.between(0, 53));
  return {
    ...emptyHead(model(value, random.chance(0.5))),
    binSeq: count(),
    startNs: count(),
    endNs: count(),
    eventCount: count(),
    eventId: count(),
    midPrice: value(),
    spotPriceInt: count(),
    bestBidPriceInt: -count(),
    bestAskPriceInt: count(),
    bookValid: random.chance(0.5),
  };
}

/** The message field by field, as the stream contract defines it. */
function contractMessage(head: BinHead, baseNs: bigint): GridUpdateMessage {
  const { model: m } = head;
  return {
    type: 'grid_update',
    ts_ns: String(baseNs + BigInt(head.endNs)),
    bin_seq: head.binSeq,
    bin_start_ns: String(baseNs + BigInt(head.startNs)),
    bin_end_ns: String(baseNs + BigInt(head.endNs)),
    bin_event_count: head.eventCount,
    event_id: head.eventId,
    mid_price: head.midPrice,
    spot_ref_price_int: String(head.spotPriceInt),
    best_bid_price_int: String(head.bestBidPriceInt),
    best_ask_price_int: String(head.bestAskPriceInt),
    book_valid: head.bookValid,
    state_model_name: 'derivative',
    state_model_score: m.score,
    state_model_ready: m.ready,
    state_model_sample_count: m.sampleCount,
    state_model_base: m.base,
    state_model_d1: m.d1,
    state_model_d2: m.d2,
    state_model_d3: m.d3,
    state_model_z1: m.z1,
    state_model_z2: m.z2,
    state_model_z3: m.z3,
    state_model_bull_intensity: m.bullIntensity,
    state_model_bear_intensity: m.bearIntensity,
    state_model_mixed_intensity: m.mixedIntensity,
    state_model_dominant_state5_code: m.dominantState5Code,
  };
}

/** What a receiver has after the buffer was transferred. */
function sent(heads: GridHeads): GridHeads | undefined {
  const { data } = heads;
  const received = structuredClone(data, { transfer: [data.buffer] });
  expect(data.buffer.byteLength).toBe(0);
  return GridHeads.of(received);
}

describe('the fields of bins as columns', () => {
  it('give back every message, also after they were transferred and when there is room for more', () => {
    const random = new Random(11);
    const heads = Array.from({ length: 40 }, () => randomHead(random));
    const columns = GridHeads.withCapacity(64);
    for (const head of heads) columns.append(head, BASE_NS);
    const received = sent(columns);
    expect(received?.count).toBe(heads.length);
    heads.forEach((head, i) => {
      const message = received?.message(i);
      expect(message).toStrictEqual(contractMessage(head, BASE_NS));
      // The order of fields is that of the text on the command line.
      expect(JSON.stringify(message)).toBe(JSON.stringify(contractMessage(head, BASE_NS)));
      expect(gridUpdateMessage(head, BASE_NS)).toStrictEqual(message);
    });
  });

  it('hold the extremes of 64-bit integers and of doubles exactly', () => {
    const limits = emptyHead(model(() => Number.MAX_VALUE, true));
    limits.endNs = F64_INT_MAX;
    limits.spotPriceInt = F64_INT_MAX;
    limits.bestBidPriceInt = -F64_INT_MAX;
    limits.midPrice = Number.MIN_VALUE;
    limits.model.score = -0;
    const latest = I64_MAX - BigInt(F64_INT_MAX);
    const columns = GridHeads.withCapacity(2);
    columns.append(limits, latest);
    columns.append({ ...limits, endNs: 0 }, -I64_MAX - 1n);
    const received = sent(columns);
    expect(received?.message(0)).toStrictEqual(contractMessage(limits, latest));
    expect(received?.message(0)).toMatchObject({
      bin_end_ns: '9223372036854775807',
      spot_ref_price_int: '9007199254740991',
      best_bid_price_int: '-9007199254740991',
      state_model_score: -0,
    });
    expect(received?.message(1).ts_ns).toBe('-9223372036854775808');
  });

  it('know a bin before the book was first two-sided: no prices, no anchor, an empty model', () => {
    const none = emptyHead(model(() => 0, false));
    expect(none.anchorTick).toBeUndefined();
    const columns = GridHeads.withCapacity(1);
    columns.append(none, BASE_NS);
    expect(columns.message(0)).toStrictEqual(contractMessage(none, BASE_NS));
    expect(columns.message(0)).toMatchObject({ spot_ref_price_int: '0', book_valid: false });
  });

  it('have a column for every field of the message but its texts', () => {
    const numeric = Object.entries(GRID_UPDATE_FIELDS).filter(([, type]) => type !== 'string');
    expect(Object.keys(GridHeads.withCapacity(1).columns)).toEqual(numeric.map(([name]) => name));
  });

  it('are not read from a buffer of another size', () => {
    const { data } = GridHeads.withCapacity(4);
    expect(GridHeads.of({ ...data, count: 4 })).toBeDefined();
    expect(GridHeads.of({ ...data, count: 5 })).toBeUndefined();
    expect(GridHeads.of({ ...data, buffer: new ArrayBuffer(24) })).toBeUndefined();
  });
});
