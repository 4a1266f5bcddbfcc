import { encodeDbn } from '#core/dbn/dbn-encoder';
import { GOLDEN_INSTRUMENT, goldenEvents, type VpGoldenName } from '#testdata/vp-golden';

/** The events of a golden set as a DBN file made by our own encoder. */
export function goldenDbn(name: VpGoldenName): Uint8Array {
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
      symbols: ['TESTH6'],
      partial: [],
      notFound: [],
      mappings: [
        {
          rawSymbol: 'TESTH6',
          intervals: [{ startDate: 20260101, endDate: 20270101, symbol: String(GOLDEN_INSTRUMENT) }],
        },
      ],
    },
    [goldenEvents(name)],
  );
}
