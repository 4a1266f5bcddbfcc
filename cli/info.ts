import { OrderBook } from '#core/book/order-book';
import type { Capture, InstrumentInfo } from '#core/capture/capture-types';
import { MBO_WORDS, W_HEAD, W_INSTRUMENT, type MboBlock } from '#core/mbo/mbo-block';
import type { CliCommand } from '#cli/main';
import { CaptureRun, openFiles } from '#cli/capture';
import { jsonLine } from '#cli/table-output';
import { flag, parseCommand, requireFiles } from '#cli/usage';

const HELP = `Usage: spymaster info FILE… [--json]

What is in a capture: format, dataset, schema, symbols, instruments with record counts, times, anomalies.
Reads the whole capture.

  --json     one JSON object; 64-bit integers are strings

Examples:
  spymaster info es.dbn.zst
  spymaster info day1.dbn.zst day2.dbn.zst --json
`;

export const infoCommand: CliCommand = {
  name: 'info',
  summary: 'what is in a capture',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, { json: { type: 'boolean' } });
    const capture = await openFiles(requireFiles(line), io, { needs: 'any' });
    const run = new CaptureRun(capture, io);
    const books = new Books();
    const otherRecords = new Map<number, number>();
    for await (const part of run.parts()) {
      if (part.kind === 'mbo') books.apply(part.block);
      else if (part.kind === 'records') {
        otherRecords.set(part.rtype, (otherRecords.get(part.rtype) ?? 0) + part.count);
      }
    }
    const report = makeReport(capture, books, otherRecords);
    await io.stdout.write(flag(line, 'json') ? jsonLine(report) : describe(report));
    return run.exitStatus;
  },
};

/** One book per instrument, only to count what their feeds should not have sent. */
class Books {
  readonly #byKey = new Map<string, OrderBook>();
  #lastKey = '';
  #last: OrderBook | undefined;

  apply(block: MboBlock): void {
    const { words } = block;
    for (let i = 0, base = 0; i < block.count; i++, base += MBO_WORDS) {
      this.#bookOf(words[base + W_HEAD] >>> 16, words[base + W_INSTRUMENT]).apply(words, base);
    }
  }

  anomalies(key: { publisherId: number; instrumentId: number }): Record<string, number> {
    const counts = Object.entries(
      this.#byKey.get(keyText(key.publisherId, key.instrumentId))?.anomalies ?? {},
    );
    return Object.fromEntries(counts.filter(([, n]) => n > 0));
  }

  #bookOf(publisherId: number, instrumentId: number): OrderBook {
    const key = keyText(publisherId, instrumentId);
    if (key === this.#lastKey && this.#last) return this.#last;
    let book = this.#byKey.get(key);
    if (!book) {
      book = new OrderBook();
      this.#byKey.set(key, book);
    }
    this.#lastKey = key;
    this.#last = book;
    return book;
  }
}

function keyText(publisherId: number, instrumentId: number): string {
  return `${publisherId}/${instrumentId}`;
}

type Report = ReturnType<typeof makeReport>;

function makeReport(capture: Capture, books: Books, otherRecords: ReadonlyMap<number, number>) {
  const { metadata } = capture;
  const { dbn } = metadata;
  const instruments = capture.instruments();
  return {
    files: capture.files.map((f) => ({
      name: f.name,
      bytes: f.size,
      format: f.format,
      description: f.description,
    })),
    fingerprint: capture.fingerprint,
    dataset: metadata.dataset,
    schema: metadata.schema,
    version: dbn?.version,
    synthetic: metadata.synthetic,
    symbols: dbn?.symbols ?? [],
    mappings: dbn?.mappings ?? [],
    instruments: instruments.map((i) => instrumentReport(i, books)),
    other_records: Object.fromEntries(otherRecords),
    first_ns: earliest(instruments),
    last_ns: latest(instruments),
  };
}

function instrumentReport(i: InstrumentInfo, books: Books) {
  return {
    publisher_id: i.publisherId,
    instrument_id: i.instrumentId,
    symbol: i.symbol,
    records: i.records,
    is_spread: i.isSpread,
    first_ns: i.firstNs,
    last_ns: i.lastNs,
    anomalies: books.anomalies(i),
  };
}

function earliest(instruments: readonly InstrumentInfo[]): bigint | undefined {
  return instruments
    .map((i) => i.firstNs)
    .reduce<bigint | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
}

function latest(instruments: readonly InstrumentInfo[]): bigint | undefined {
  return instruments
    .map((i) => i.lastNs)
    .reduce<bigint | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined);
}

function describe(report: Report): string {
  const lines = report.files.map((f) => `${f.name}  ${f.description}`);
  lines.push(`dataset      ${report.dataset || '–'}${report.synthetic ? '  (synthetic)' : ''}`);
  lines.push(`schema       ${report.schema ?? 'several'}`);
  lines.push(`fingerprint  ${report.fingerprint}`);
  if (report.first_ns !== undefined && report.last_ns !== undefined) {
    lines.push(`time         ${isoTime(report.first_ns)} to ${isoTime(report.last_ns)}`);
  }
  for (const i of report.instruments) {
    const anomalies = Object.entries(i.anomalies).map(([name, n]) => `${name} ${n}`);
    const spread = i.is_spread ? '  spread' : '';
    lines.push(
      `instrument   ${i.symbol}  id ${i.instrument_id}, publisher ${i.publisher_id}  ${i.records} records${spread}`,
    );
    if (anomalies.length > 0) lines.push(`             anomalies: ${anomalies.join(', ')}`);
  }
  for (const [rtype, count] of Object.entries(report.other_records)) {
    lines.push(`other        ${count} records of type ${rtype}`);
  }
  return `${lines.join('\n')}\n`;
}

/** ISO 8601 in UTC with nanoseconds. */
export function isoTime(ns: bigint): string {
  const whole = ns / 1_000_000_000n;
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19)}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`;
}
