import { problem, type Problem } from '#base/problem';
import type { Capture } from '#core/capture/capture-types';
import { originTexts } from '#core/capture/record-origin';
import { DBN_SCHEMAS, type DbnSchema, type DbnVersion } from '#core/dbn/dbn-types';
import { schemaLayout } from '#core/dbn/record-layouts';
import { schemaRtype } from '#core/dbn/rtype';
import type { CliCommand } from '#cli/main';
import { CaptureRun, openFiles } from '#cli/capture';
import { createRecordOutput, recordRun, type RecordShape } from '#cli/record-output';
import { TABLE_FORMATS, type TableFormat } from '#cli/table-output';
import { choice, parseCommand, requireFiles, text, UsageError, wholeNumber } from '#cli/usage';

const HELP = `Usage: spymaster decode FILE… [--format F] [--limit N] [-o OUT] [--schema S [--dbn-version V]]

The records of a capture as rows: DBN field names, prices in units of 1e-9, times in ns, integers exact. Arrow and
Parquet files keep dataset, schema, symbols and mappings of the header in the metadata of their schema.

  --format F       ndjson (default), csv, arrow, parquet; all but ndjson hold the records of the schema only
  --limit N        stop after N rows
  -o, --output OUT write to OUT instead of standard output
  --schema S       read DBN records without a header as schema S
  --dbn-version V  their version: 1, 2 or 3 (default)

Examples:
  spymaster decode es.dbn.zst --limit 3
  spymaster decode es.dbn.zst --format parquet -o es.parquet
`;

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
    const { origin, dbn } = capture.metadata;
    const rows = createRecordOutput(
      format,
      output,
      expectedShape(capture),
      origin ? originTexts(origin) : new Map(),
    );
    // Where all rows have the same columns the first file decides on them.
    const tsOut = format === 'ndjson' ? undefined : dbn?.tsOut === true;
    let written = 0;
    let others = 0;
    for await (const part of run.parts({ keepTsOut: true })) {
      const records = recordRun(part, version, tsOut);
      if (!records) continue;
      const taken = await rows.write(records, limit - written);
      if (taken === 0) others += records.count;
      written += taken;
      if (written >= limit) break;
    }
    await rows.finish();
    await output.close();
    if (others > 0) run.warn(leftOut(others, format));
    return run.exitStatus;
  },
};

function fragmentOf(schema: string | undefined, version: string) {
  if (schema === undefined) return undefined;
  const known: DbnSchema | undefined = DBN_SCHEMAS.find((s) => s === schema);
  if (!known) throw new UsageError(`--schema must be one of ${DBN_SCHEMAS.join(', ')}, got ${schema}`);
  return { schema: known, version: Number(version) as DbnVersion };
}

/** What the header says that the records are. */
function expectedShape({ metadata }: Capture): RecordShape | undefined {
  const schema = DBN_SCHEMAS.find((s) => s === metadata.schema);
  if (!schema) return undefined;
  const layout = schemaLayout(schema, metadata.dbn?.version ?? 3);
  return { rtype: schemaRtype(schema), layout, tsOut: metadata.dbn?.tsOut === true };
}

function leftOut(count: number, format: TableFormat): Problem {
  return problem(
    'decode/left-out',
    `${count} records have other columns and were left out of the ${format}.`,
    {
      tip: 'They are of another type than the schema, such as symbol mappings. The format ndjson holds all types.',
    },
  );
}
