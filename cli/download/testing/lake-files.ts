/** Small captures as a lake holds them: futures of a day, definitions of options. */
import { encodeDbn, encodeMetadata } from '#core/dbn/dbn-encoder';
import type { DbnMetadata, DbnSchema } from '#core/dbn/dbn-types';
import { writeRow, type DbnRow } from '#core/dbn/read-row';
import { recordLayout } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { appendMbo, MboBlock, TRADE } from '#core/mbo/mbo-block';

const DAY_NS = 86_400_000_000_000n;

export const nsOf = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;

function metadata(schema: DbnSchema, date: string, symbols: readonly string[]): DbnMetadata {
  const start = nsOf(`${date}T00:00:00Z`);
  const digits = Number(date.replaceAll('-', ''));
  return {
    version: 3,
    dataset: 'GLBX.MDP3',
    schema,
    start,
    end: start + DAY_NS,
    limit: undefined,
    stypeIn: 'parent',
    stypeOut: 'instrument_id',
    tsOut: false,
    symbols: ['ES.FUT'],
    partial: [],
    notFound: [],
    mappings: symbols.map((rawSymbol, i) => ({
      rawSymbol,
      intervals: [{ startDate: digits, endDate: digits + 1, symbol: String(i + 1) }],
    })),
  };
}

/** Trades of each symbol at 06:00 New York time (winter), and once more at noon. */
export function futuresDay(date: string, volumes: Readonly<Record<string, number>>): Uint8Array {
  const symbols = Object.keys(volumes);
  const block = MboBlock.withCapacity(2 * symbols.length);
  for (const clock of ['11:00', '17:00']) {
    for (const [i, symbol] of symbols.entries()) {
      const ns = nsOf(`${date}T${clock}:00Z`);
      appendMbo(block, {
        publisherId: 1,
        instrumentId: i + 1,
        tsEvent: ns,
        orderId: 1n,
        price: 6_900_000_000_000n,
        size: clock === '11:00' ? 1 : volumes[symbol] - 1,
        flags: 128,
        channelId: 0,
        action: TRADE,
        side: 66,
        tsRecv: ns,
        tsInDelta: 0,
        sequence: i,
      });
    }
  }
  return encodeDbn(metadata('mbo', date, symbols), [block]);
}

/** Options as definition records. */
export function definitionsDay(
  date: string,
  options: readonly { symbol: string; asset: string; underlying: string; expiration: string }[],
): Uint8Array {
  const layout = recordLayout(RTYPE.definition, 3)!;
  const blank: DbnRow = {};
  for (const { name, type, bytes } of layout.fields) {
    blank[name] = type === 'cstr' ? '' : type === 'char' ? ' ' : bytes === 8 ? 0n : 0;
  }
  const rows = options.map((option, i) =>
    writeRow(layout, {
      ...blank,
      rtype: RTYPE.definition,
      publisher_id: 1,
      instrument_id: i + 1,
      ts_event: nsOf(`${date}T00:00:00Z`),
      ts_recv: nsOf(`${date}T00:00:00Z`),
      raw_symbol: option.symbol,
      instrument_class: / P\d/.test(option.symbol) ? 'P' : 'C',
      asset: option.asset,
      underlying: option.underlying,
      expiration: nsOf(option.expiration),
    }),
  );
  const head = encodeMetadata(metadata('definition', date, []));
  return new Uint8Array(Buffer.concat([head, ...rows]));
}
