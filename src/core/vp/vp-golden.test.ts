import { describe, expect, it } from 'vitest';
import { VpPipeline } from '#core/vp/vp-pipeline';
import {
  GOLDEN_INSTRUMENT,
  GOLDEN_PUBLISHER,
  GoldenComparer,
  VP_GOLDEN_SETS,
  goldenBin,
  goldenEvents,
  loadVpGolden,
} from '#testdata/vp-golden';

describe.each(VP_GOLDEN_SETS)('golden stream %s', (name) => {
  const set = loadVpGolden(name);
  const events = goldenEvents(name);
  it('reproduces every bin', () => {
    const pipeline = new VpPipeline(set.config, { publisherId: GOLDEN_PUBLISHER, instrumentId: GOLDEN_INSTRUMENT, run: set.limits });
    const comparer = new GoldenComparer(set);
    const sink = (head, frame) => comparer.bin(goldenBin(head, frame, pipeline.timeBaseNs));
    pipeline.process(events, 0, events.count, sink);
    pipeline.finish(sink);
    expect(comparer.finish()).toEqual([]);
    console.log(comparer.flowClose / comparer.flowCells);
  });
});
