import { fail, problem } from '#base/problem';
import { Cell, type CellOrder } from '#core/moment/cell-orders';
import { CaptureRun, openFiles, selectInstrument } from '#cli/capture';
import type { CliCommand } from '#cli/main';
import { MomentReader } from '#cli/moment-reader';
import { decimalPrice, requirePrice } from '#cli/price';
import { csvLine, jsonLine, type CsvValue } from '#cli/table-output';
import { choice, parseCommand, requireFiles, requireInstant, text } from '#cli/usage';

const HELP = `Usage: spymaster orders FILE… --at T --price P [options]

The orders that rest at a price at an instant, in queue order, and what became of each.

  --at T           ns, or 2026-10-06T14:00:00.5Z: after all records whose market time is T or earlier (see book --help)
  --price P        4750.25 in currency units (with a point), or 4750250000000 in units of 1e-9
  --side S         B (bids) or A (asks); default both: a crossed book has both at one price
  --instrument I   id or symbol (default: the busiest outright)
  --format F       json (default): one object with the rows in "orders" · ndjson · csv
  -o, --output OUT write to OUT instead of standard output

Each row:
  order_id, side, price, size
  place, size_ahead     in the queue: place 1 is next to be filled
  entered, age          ts_event of its entry at this price; ns from there to T
  priority_since        its entry, or the last modify that put it to the back of the queue: one to a larger size. (One to a
                        smaller size keeps the place; one to another price is a new entry.)
  priority_lost         how many such modifies there were since its entry
  filled_before         quantity filled since its entry, until T
  end                   filled: a trade took all that was left · cancelled: the rest was taken away · moved to another
                        price · cleared with the book · resting at the end of the capture
  end_time              ts_event of the record that ended it
  filled_after, left    quantity filled after T until then; quantity that rests at the end of the capture
  moved_to              its new price
  priority_lost_after   modifies after T that put it to the back of the queue

priority_since, priority_lost and filled_before are empty for orders that entered more than some twenty million records
before T. Times are ns, prices units of 1e-9. Reading stops when all orders have ended.

Examples:
  spymaster orders es.dbn.zst --at 2026-10-06T14:00:00Z --price 4750.25
  spymaster orders es.dbn.zst --at 1791295205000000000 --price 4750.25 --side B --format csv
`;

const RECORD_BYTES = 512 << 20;

export const ordersCommand: CliCommand = {
  name: 'orders',
  summary: 'the orders at a price at an instant, and how each ended',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, {
      at: { type: 'string' },
      price: { type: 'string' },
      side: { type: 'string' },
      instrument: { type: 'string' },
      format: { type: 'string' },
      output: { type: 'string', short: 'o' },
    });
    const atNs = requireInstant(line, 'at');
    const priceInt = requirePrice(line, 'price');
    const format = choice(line, 'format', ['json', 'ndjson', 'csv'], 'json');
    const side = { both: undefined, B: 0, A: 1 }[choice(line, 'side', ['both', 'B', 'A'], 'both')];
    const capture = await openFiles(requireFiles(line), io);
    const instrument =
      selectInstrument(capture, text(line, 'instrument')) ??
      fail('capture/no-records', 'The capture holds no market-by-order records.');
    const output = io.openOutput(text(line, 'output') ?? '-');
    const run = new CaptureRun(capture, io);
    const reader = new MomentReader(run, instrument, RECORD_BYTES);
    const index = await reader.readUntil(atNs);
    const cell = new Cell(reader.moments, index, priceInt, side);
    await follow(cell, reader, index);
    await reader.close();
    const rows = cell.orders().map((order) => rowOf(order, atNs));
    if (rows.length === 0) run.warn(noOrders(priceInt));
    if (format === 'json') {
      const { symbol, publisherId, instrumentId } = instrument;
      await output.write(
        jsonLine({
          file: capture.files.map((f) => f.name).join(' + '),
          symbol,
          publisher_id: publisherId,
          instrument_id: instrumentId,
          at: atNs,
          records: index,
          market_time: reader.moments.timeline.timeAt(index) ?? null,
          price: priceInt,
          orders: rows,
        }),
      );
    } else if (format === 'ndjson') {
      await output.write(rows.map(jsonLine).join(''));
    } else {
      await output.write(
        csvLine(COLUMNS) + rows.map((row) => csvLine(COLUMNS.map((c) => row[c] ?? ''))).join(''),
      );
    }
    await output.close();
    return run.exitStatus;
  },
};

/** Through the records that were read beyond the moment, then through those that follow. */
async function follow({ fates }: Cell, reader: MomentReader, index: number): Promise<void> {
  const { timeline } = reader.moments;
  for (const part of timeline.parts(index, timeline.count, fates.mayMatter)) fates.follow(part);
  while (!fates.isSettled) {
    const block = await reader.next();
    if (!block) return;
    fates.follow({ block, from: 0, to: block.count });
  }
}

const COLUMNS = [
  'order_id',
  'side',
  'price',
  'size',
  'place',
  'size_ahead',
  'entered',
  'age',
  'priority_since',
  'priority_lost',
  'filled_before',
  'end',
  'end_time',
  'filled_after',
  'left',
  'moved_to',
  'priority_lost_after',
] as const;

type Row = Record<(typeof COLUMNS)[number], Exclude<CsvValue, undefined> | null>;

function rowOf({ history, fate, ...order }: CellOrder, atNs: bigint): Row {
  return {
    order_id: order.orderId,
    side: order.side === 0 ? 'B' : 'A',
    price: order.priceInt,
    size: order.size,
    place: order.place + 1,
    size_ahead: order.qtyAhead,
    entered: order.enteredNs,
    age: atNs - order.enteredNs,
    priority_since: history?.priorityNs ?? null,
    priority_lost: history?.priorityLost ?? null,
    filled_before: history?.filled ?? null,
    end: fate.end,
    end_time: fate.endNs ?? null,
    filled_after: fate.filled,
    left: fate.left,
    moved_to: fate.movedTo ?? null,
    priority_lost_after: fate.priorityLost,
  };
}

function noOrders(priceInt: bigint) {
  return problem('orders/none', `No order rests at ${decimalPrice(priceInt)} at that instant.`, {
    tip: 'A price without a point is in units of 1e-9. The command book --at shows which prices have orders.',
  });
}
