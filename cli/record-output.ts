/** Runs of DBN records as rows of any format. */
import { appendRecords, recordColumns } from '#core/arrow/record-rows';
import type { CapturePart } from '#core/capture/capture-types';
import { encodeMbo } from '#core/dbn/dbn-encoder';
import type { DbnVersion } from '#core/dbn/dbn-types';
import { columnNames, readRow, type DbnRow } from '#core/dbn/read-row';
import { recordLayout, TS_OUT_BYTES, type DbnField, type RecordLayout } from '#core/dbn/record-layouts';
import { isGatewayMessage } from '#core/dbn/rtype';
import { MBO_BYTES, MBO_RTYPE } from '#core/mbo/mbo-block';
import type { Output } from '#cli/file-output';
import { ColumnarOutput, csvLine, jsonLine, type TableFormat } from '#cli/table-output';

/** How the records of a run are laid out; the first fields of a run, and of formats with fixed columns. */
export interface RecordShape {
  readonly rtype: number;
  readonly layout: RecordLayout;
  /** Each record is followed by its `ts_out`. */
  readonly tsOut: boolean;
}

/** A run of equal records, wherever they came from. */
export interface RecordRun extends RecordShape {
  readonly bytes: Uint8Array;
  /** Bytes from one record to the next. */
  readonly stride: number;
  readonly count: number;
}

export interface RecordOutput {
  /** @returns how many of the records were written: all up to `most`, or none where they have other columns */
  write(run: RecordRun, most: number): Promise<number>;
  finish(): Promise<void>;
}

type Records = Exclude<CapturePart, { kind: 'progress' | 'warning' }>;

/**
 * `undefined` for what holds no records, or records of a type that the version does not have.
 *
 * @param tsOut whether market-by-order records are to have one, known or not; absent: where they have it
 */
export function recordRun(part: Records, version: DbnVersion, tsOut?: boolean): RecordRun | undefined {
  if (part.kind === 'metadata') return undefined;
  if (part.kind === 'mbo') return mboRun(part, version, tsOut ?? part.tsOut !== undefined);
  const { rtype, bytes, recordBytes: stride, count } = part;
  const layout = recordLayout(rtype, part.version);
  const hasTsOut = layout !== undefined && part.tsOut && stride >= layout.bytes + TS_OUT_BYTES;
  return layout && { layout, rtype, bytes, stride, tsOut: hasTsOut, count };
}

/** An unknown `ts_out` is the undefined time. */
function mboRun(
  { block, tsOut: times }: Extract<Records, { kind: 'mbo' }>,
  version: DbnVersion,
  tsOut: boolean,
): RecordRun | undefined {
  const layout = recordLayout(MBO_RTYPE, version);
  if (!layout) return undefined;
  const shape = { layout, rtype: MBO_RTYPE, tsOut, count: block.count };
  if (!tsOut) return { ...shape, bytes: block.bytes, stride: MBO_BYTES };
  const known = times ?? new Uint32Array(2 * block.count).fill(0xffffffff);
  return { ...shape, bytes: encodeMbo(block, known), stride: MBO_BYTES + TS_OUT_BYTES };
}

/**
 * @param expected what the capture says its records are; else the first data record decides on the columns
 * @param origin texts for the metadata of formats that have any
 */
export function createRecordOutput(
  format: TableFormat,
  output: Output,
  expected: RecordShape | undefined,
  origin: ReadonlyMap<string, string>,
): RecordOutput {
  if (format === 'ndjson') return new LineOutput(output);
  return new FixedColumns(expected, format === 'csv' ? csvSink(output) : tableSink(format, output, origin));
}

class LineOutput implements RecordOutput {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  async write(run: RecordRun, most: number): Promise<number> {
    const count = Math.min(run.count, most);
    await writeText(this.#output, run, count, (row) => jsonLine(row));
    return count;
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }
}

/** A format in which all rows have the same columns. */
interface ColumnSink {
  begin(shape: RecordShape): Promise<void>;
  write(run: RecordRun, count: number): Promise<void>;
  finish(): Promise<void>;
}

/** Takes the records of one type; gateway messages among them have other columns. */
class FixedColumns implements RecordOutput {
  readonly #sink: ColumnSink;
  #shape: RecordShape | undefined;
  #begun = false;

  constructor(expected: RecordShape | undefined, sink: ColumnSink) {
    this.#shape = expected;
    this.#sink = sink;
  }

  async write(run: RecordRun, most: number): Promise<number> {
    if (!this.#shape && !isGatewayMessage(run.rtype)) this.#shape = run;
    if (!this.#shape || !sameColumns(this.#shape, run)) return 0;
    await this.#begin(this.#shape);
    const count = Math.min(run.count, most);
    await this.#sink.write(run, count);
    return count;
  }

  async finish(): Promise<void> {
    if (!this.#shape) return;
    await this.#begin(this.#shape);
    await this.#sink.finish();
  }

  async #begin(shape: RecordShape): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    await this.#sink.begin(shape);
  }
}

/** Versions may lay the same fields out in different places. */
function sameColumns(a: RecordShape, b: RecordShape): boolean {
  if (a.rtype !== b.rtype || a.tsOut !== b.tsOut) return false;
  return a.layout === b.layout || columnNames(a.layout).join() === columnNames(b.layout).join();
}

function csvSink(output: Output): ColumnSink {
  return {
    begin: ({ layout, tsOut }) => output.write(csvLine(columnNames(layout, tsOut))),
    write: (run, count) => writeText(output, run, count, (row) => csvLine(Object.values(row))),
    finish: () => Promise.resolve(),
  };
}

function tableSink(
  format: 'arrow' | 'parquet',
  output: Output,
  origin: ReadonlyMap<string, string>,
): ColumnSink {
  let columnar: ColumnarOutput | undefined;
  return {
    begin: async (shape) => {
      columnar = await ColumnarOutput.create(format, recordColumns(tableFields(shape)), output, origin);
    },
    write: async (run, count) => {
      if (!columnar) return;
      appendRecords(columnar.table, tableFields(run), run.bytes, run.stride, count);
      await columnar.settle();
    },
    finish: async () => columnar?.finish(),
  };
}

function tableFields({ layout, tsOut }: RecordShape): readonly DbnField[] {
  if (!tsOut) return layout.fields;
  return [
    ...layout.fields,
    { name: 'ts_out', type: 'u64', unit: 'ns', offset: layout.bytes, bytes: TS_OUT_BYTES },
  ];
}

const TEXT_CHUNK = 1 << 16;

async function writeText(
  output: Output,
  run: RecordRun,
  count: number,
  format: (row: Readonly<DbnRow>) => string,
): Promise<void> {
  let pending = '';
  for (let i = 0; i < count; i++) {
    pending += format(readRow(run.layout, run.bytes, i * run.stride, run.tsOut));
    if (pending.length > TEXT_CHUNK) {
      await output.write(pending);
      pending = '';
    }
  }
  await output.write(pending);
}
