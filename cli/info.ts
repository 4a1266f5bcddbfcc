import type { Capture, InstrumentInfo, InstrumentKey } from '#core/capture/capture-types';
import { InstrumentNames } from '#core/capture/instrument-names';
import type { CliCommand } from '#cli/main';
import { CaptureRun, openFiles } from '#cli/capture';
import { InstrumentTally, type InstrumentCount } from '#cli/instrument-tally';
import { isoTime } from '#cli/iso-time';
import { jsonLine } from '#cli/table-output';
import { flag, parseCommand, requireFiles } from '#cli/usage';

const HELP = `Usage: spymaster info FILE… [--json]

What is in a capture: format, dataset, schema, symbols, instruments with record counts, times, anomalies.
Reads the whole capture.

  --json     one JSON object; 64-bit integers are strings, what is not known is null

Instruments are counted over all records but gateway messages. Anomalies are what a book cannot use and times that
go back; the engine skips or repairs them.

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
    const tally = new InstrumentTally();
    const names = new InstrumentNames();
    const otherRecords = new Map<number, number>();
    for await (const part of run.parts()) {
      if (part.kind === 'mbo') tally.addMbo(part.block);
      else if (part.kind === 'metadata') names.addMetadata(part.metadata);
      else {
        tally.addRecords(part);
        names.addRecords(part);
        otherRecords.set(part.rtype, (otherRecords.get(part.rtype) ?? 0) + part.count);
      }
    }
    const report = makeReport(capture, tally.list(), names, otherRecords);
    await io.stdout.write(flag(line, 'json') ? jsonLine(report) : describe(report));
    return run.exitStatus;
  },
};

type Report = ReturnType<typeof makeReport>;

function makeReport(
  capture: Capture,
  counts: readonly InstrumentCount[],
  names: InstrumentNames,
  otherRecords: ReadonlyMap<number, number>,
) {
  const { metadata } = capture;
  const { dbn } = metadata;
  const known = new Map(capture.instruments().map((i) => [keyText(i), i]));
  return {
    files: capture.files.map((f) => ({
      name: f.name,
      bytes: f.size ?? null,
      format: f.format,
      description: f.description,
    })),
    fingerprint: capture.fingerprint,
    dataset: metadata.dataset,
    schema: metadata.schema ?? null,
    version: dbn?.version ?? null,
    synthetic: metadata.synthetic,
    symbols: metadata.origin?.symbols ?? [],
    mappings: metadata.origin?.mappings ?? [],
    instruments: counts.map((count) => instrumentReport(count, known.get(keyText(count)), names)),
    other_records: Object.fromEntries(otherRecords),
    first_ns: first(counts.map((c) => c.firstNs)) ?? null,
    last_ns: last(counts.map((c) => c.lastNs)) ?? null,
    anomalies: sums(counts.map((c) => c.anomalies)),
  };
}

function keyText({ publisherId, instrumentId }: InstrumentKey): string {
  return `${publisherId}/${instrumentId}`;
}

/** Classes of definition records: future, mixed and option spreads. */
const SPREAD_CLASSES = 'SMT';

/** @param known what the capture says of it; only of market-by-order instruments */
function instrumentReport(count: InstrumentCount, known: InstrumentInfo | undefined, names: InstrumentNames) {
  const { publisherId, instrumentId } = count;
  const symbol = known?.symbol ?? names.symbolOf(instrumentId, count.firstNs ?? 0n) ?? String(instrumentId);
  const definition = names.definition(instrumentId);
  return {
    publisher_id: publisherId,
    instrument_id: instrumentId,
    symbol,
    records: count.records,
    is_spread:
      known?.isSpread ?? (definition !== undefined && SPREAD_CLASSES.includes(definition.instrumentClass)),
    first_ns: count.firstNs ?? null,
    last_ns: count.lastNs ?? null,
    anomalies: count.anomalies,
  };
}

type Time = bigint | undefined;

function first(times: readonly Time[]): Time {
  return times.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined);
}

function last(times: readonly Time[]): Time {
  return times.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
}

function sums(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, n] of counts.flatMap((c) => Object.entries(c))) total[name] = (total[name] ?? 0) + n;
  return total;
}

function describe(report: Report): string {
  const lines = report.files.map((f) => `${f.name}  ${f.description}`);
  lines.push(`dataset      ${report.dataset || '–'}${report.synthetic ? '  (synthetic)' : ''}`);
  lines.push(`schema       ${report.schema ?? 'several'}`);
  lines.push(`fingerprint  ${report.fingerprint || '–'}`);
  if (report.first_ns !== null && report.last_ns !== null) {
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
