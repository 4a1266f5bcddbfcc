import { describe, expect, it } from 'vitest';
import { columnBatchTransfers } from './render-contract';

describe('the transfer list of a batch', () => {
  it('names every buffer once, shared ones included', () => {
    const shared = new ArrayBuffer(64);
    const batch = {
      firstBin: 0,
      count: 2,
      spotTick: new Float64Array(shared, 0, 2),
      bestBidTick: new Float64Array(shared, 16, 2),
      bestAskTick: new Float64Array(2),
      score: new Float64Array(2),
      ready: new Uint8Array(2),
      layers: { rest_depth: new Float32Array(6), flow_score: new Float32Array(6) },
    };
    const list = columnBatchTransfers(batch);
    expect(list.length).toBe(6);
    expect(new Set(list).size).toBe(6);
    const copy = structuredClone(batch, { transfer: list });
    expect(copy.layers.rest_depth.length).toBe(6);
    expect(batch.layers.rest_depth.length).toBe(0);
    expect(batch.spotTick.length).toBe(0);
  });
});
