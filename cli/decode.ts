import { recordColumns, appendRecords } from '#core/arrow/record-rows';
import { DBN_SCHEMAS, type DbnSchema, type DbnVersion } from '#core/dbn/dbn-types';
import { columnNames, readRow, type DbnRow } from '#core/dbn/read-row';
import { recordLayout, TS_OUT_BYTES, type RecordLayout } from '#core/dbn/record-layouts';
import { MBO_BYTES, MBO_RTYPE } from '#core/mbo/mbo-block';
import type { CapturePart } from '#core/capture/capture-types';
import type { CliCommand } from '#cli/main';
import { CaptureRun, openFiles } from '#cli/capture';
import type { Output } from '#cli/io';
import { ColumnarOutput, csvLine, jsonLine, TABLE_FORMATS, type TableFormat } from '#cli/table-output';
import { choice, parseCommand, requireFiles, text, UsageError, wholeNumber } from '#cli/usage';

const HELP = `Usage: spymaster decode FILE… [--format F] [--limit N] [-o OUT] [--schema S [--dbn-version V]]

The records of a capture as rows: DBN field names, prices in units of 1e-9, times in ns, integers exact.

  --format F       ndjson (default), csv, arrow, parquet; all but ndjson hold records of one type
  --limit N        stop after N records
  -o, --output OUT write to OUT instead of standard output
  --schema S       read DBN records without a header as schema S
  --dbn-version V  their version: 1, 2 or 3 (default)

Examples:
  spymaster decode es.dbn.zst --limit 3
  spymaster decode es.dbn.zst --format parquet -o es.parquet
`;

/** A run of equal records, wherever they came from. */
interface RecordRun {
  readonly layout: RecordLayout;
  readonly rtype: number;
  readonly bytes: Uint8Array;
  readonly stride: number;
  readonly tsOut: boolean;
  count: number;
}

export const decodeCommand: CliCommand = {
  name: 'decode',
  summary: 'records as rows',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, {
      format: { type: 'string' },
      limit: { type: 'string' },
      output: { type: 'string', short: 'o' },
      schema: { type: 'string' },
      'dbn-version': { type: 'string' },
    });
    const format = choice(line, 'format', TABLE_FORMATS, 'ndjson');
    const limit = wholeNumber(line, 'limit', 1) ?? Infinity;
    const fragment = fragmentOf(text(line, 'schema'), choice(line, 'dbn-version', ['1', '2', '3'], '3'));
    const files = requireFiles(line);
    const capture = await openFiles(files, io, { needs: 'any', ...(fragment ? { fragment } : {}) });
    const output = io.openOutput(text(line, 'output') ?? '-');
    const run = new CaptureRun(capture, io);
    const version = capture.metadata.dbn?.version ?? 3;
    const writer = new RowWriter(format, output);
    let written = 0;
    for await (const part of run.parts()) {
      const records = recordRun(part, version);
      if (!records) continue;
      records.count = Math.min(records.count, limit - written);
      await writer.write(records);
      written += records.count;
      if (written >= limit) break;
    }
    await writer.finish();
    await output.close();
    return run.exitStatus;
  },
};

function fragmentOf(schema: string | undefined, version: string) {
  if (schema === undefined) return undefined;
  const known: DbnSchema | undefined = DBN_SCHEMAS.find((s) => s === schema);
  if (!known) throw new UsageError(`--schema must be one of ${DBN_SCHEMAS.join(', ')}, got ${schema}`);
  return { schema: known, version: Number(version) as DbnVersion };
}

type Records = Exclude<CapturePart, { kind: 'progress' | 'warning' }>;

function recordRun(part: Records, version: DbnVersion): RecordRun | undefined {
  if (part.kind === 'mbo') {
    const layout = recordLayout(MBO_RTYPE, version);
    const { bytes, count } = part.block;
    return layout && { layout, rtype: MBO_RTYPE, bytes, stride: MBO_BYTES, tsOut: false, count };
  }
  if (part.kind !== 'records') return undefined;
  const layout = recordLayout(part.rtype, part.version);
  const { rtype, bytes, recordBytes: stride, tsOut, count } = part;
  return (
    layout && { layout, rtype, bytes, stride, tsOut: tsOut && stride >= layout.bytes + TS_OUT_BYTES, count }
  );
}

class RowWriter {
  readonly #format: TableFormat;
  readonly #output: Output;
  #columnar: ColumnarOutput | undefined;
  /** The record type of formats with fixed columns. */
  #rtype: number | undefined;

  constructor(format: TableFormat, output: Output) {
    this.#format = format;
    this.#output = output;
  }

  async write(run: RecordRun): Promise<void> {
    if (this.#format === 'ndjson') {
      await this.#writeText(run, (row) => jsonLine(row));
      return;
    }
    const first = this.#rtype === undefined;
    this.#rtype ??= run.rtype;
    if (run.rtype !== this.#rtype) return; // gateway messages between records have other columns
    if (this.#format === 'csv') {
      if (first) await this.#output.write(csvLine(columnNames(run.layout, run.tsOut)));
      await this.#writeText(run, (row) => csvLine(Object.values(row)));
      return;
    }
    this.#columnar ??= await ColumnarOutput.create(
      this.#format,
      recordColumns(run.layout.fields),
      this.#output,
    );
    appendRecords(this.#columnar.table, run.layout.fields, run.bytes, run.stride, run.count);
    await this.#columnar.settle();
  }

  async finish(): Promise<void> {
    await this.#columnar?.finish();
  }

  async #writeText(run: RecordRun, format: (row: Readonly<DbnRow>) => string): Promise<void> {
    let pending = '';
    for (let i = 0; i < run.count; i++) {
      pending += format(readRow(run.layout, run.bytes, i * run.stride, run.tsOut));
      if (pending.length > 1 << 16) {
        await this.#output.write(pending);
        pending = '';
      }
    }
    await this.#output.write(pending);
  }
}
