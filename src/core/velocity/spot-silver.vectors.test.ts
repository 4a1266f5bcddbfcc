import { describe, expect, it } from 'vitest';
import { equityGrid, futuresGrid, SpotSilver, type SpotGrid } from '#core/velocity/spot-silver';
import { depthRows, snapshotRow, type Row } from '#core/velocity/testing/silver-rows';
import { blockOf, differences, expectedRows, goldenRecords, velocityConfig } from '#testdata/velocity-golden';

const config = velocityConfig();

const SETS: readonly [string, 'expected' | 'edge', string, SpotGrid][] = [
  ['futures', 'expected', 'futures_mbo', futuresGrid(config)],
  ['futures', 'edge', 'futures_mbo', futuresGrid(config)],
  ['equity', 'expected', 'equity_mbo', equityGrid(config)],
];

describe.each(SETS)('silver of %s (%s)', (name, folder, events, grid) => {
  const snapshots: Row[] = [];
  const depth: Row[] = [];
  const silver = new SpotSilver(config.window_ns, grid);
  const block = blockOf(goldenRecords(events, folder === 'edge' ? 'edge' : 'events'));
  const sink = (w: Parameters<typeof snapshotRow>[0]) => {
    snapshots.push(snapshotRow(w));
    depth.push(...depthRows(w));
  };
  silver.process(block, 0, block.count, sink);
  silver.finish(sink);

  it('has the reference snapshots', () => {
    expect(
      differences(snapshots, expectedRows(`${name}_book_snapshot_1s`, folder), ['window_end_ts_ns'], {
        floats: { mid_price: 1e-9 },
      }),
    ).toEqual([]);
  });

  it('has the reference depth and flow, exactly', () => {
    const expected = expectedRows(`${name}_depth_and_flow_1s`, folder);
    expect(differences(depth, expected, ['window_end_ts_ns', 'side', 'price_int'])).toEqual([]);
  });
});
