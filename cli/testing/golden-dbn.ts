import { encodeMbo } from '#core/dbn/dbn-encoder';
import { dbnFile } from '#cli/testing/record-files';
import { fixturePath, readJson } from '#testdata/fixtures';
import { GOLDEN_INSTRUMENT, goldenEvents, type VpGoldenName } from '#testdata/vp-golden';

/** The events of a golden set as a DBN file made by our own encoder, under the symbol of its configuration. */
export function goldenDbn(name: VpGoldenName): Uint8Array {
  const { config } = readJson<{ config: { symbol: string } }>(fixturePath('vp', name, 'meta.json'));
  const { symbol } = config;
  const interval = { startDate: 20260101, endDate: 20270101, symbol: String(GOLDEN_INSTRUMENT) };
  return dbnFile(
    {
      dataset: 'TEST.GOLDEN',
      symbols: [symbol],
      mappings: [{ rawSymbol: symbol, intervals: [interval] }],
    },
    [encodeMbo(goldenEvents(name))],
  );
}
