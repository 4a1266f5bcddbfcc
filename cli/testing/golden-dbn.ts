import { encodeDbn } from '#core/dbn/dbn-encoder';
import { fixturePath, readJson } from '#testdata/fixtures';
import { GOLDEN_INSTRUMENT, goldenEvents, type VpGoldenName } from '#testdata/vp-golden';

/** The events of a golden set as a DBN file made by our own encoder, under the symbol of its configuration. */
export function goldenDbn(name: VpGoldenName): Uint8Array {
  const { config } = readJson<{ config: { symbol: string } }>(fixturePath('vp', name, 'meta.json'));
  const { symbol } = config;
  return encodeDbn(
    {
      version: 3,
      dataset: 'TEST.GOLDEN',
      schema: 'mbo',
      start: undefined,
      end: undefined,
      limit: undefined,
      stypeIn: 'raw_symbol',
      stypeOut: 'instrument_id',
      tsOut: false,
      symbols: [symbol],
      partial: [],
      notFound: [],
      mappings: [
        {
          rawSymbol: symbol,
          intervals: [{ startDate: 20260101, endDate: 20270101, symbol: String(GOLDEN_INSTRUMENT) }],
        },
      ],
    },
    [goldenEvents(name)],
  );
}
