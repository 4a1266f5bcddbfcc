import { ProblemError } from '#base/problem';
import type { BinHead, GridFrame } from '#core/vp/frame';
import { streamWarnings } from '#core/vp/stream-warnings';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { runtimeConfigMessage } from '#protocol/grid-encode';
import type { CliCommand } from '#cli/main';
import { CaptureRun, openFiles } from '#cli/capture';
import { emptyGrid, parseConfigFile, setUpGrid, type ConfigFile, type GridSetup } from '#cli/grid-config';
import { DigestOutput } from '#cli/grid-digest-output';
import { createGridOutput, type BinOutput } from '#cli/grid-output';
import { BinSelection } from '#cli/grid-selection';
import type { CliIo } from '#cli/io';
import { jsonLine } from '#cli/table-output';
import {
  choice,
  flag,
  parseCommand,
  requireFiles,
  requireOneStandardInput,
  text,
  UsageError,
  type CommandLine,
} from '#cli/usage';

const HELP = `Usage: spymaster grid FILE… [--config CFG] [options]

The vacuum–pressure grid: per time cell the grid_update fields and the columns of all rows.

  --config CFG     YAML or JSON with the runtime-configuration fields; stream_dt (YYYY-MM-DD) limits the run
                   to that day's session, stream_start_time (HH:MM New York) sets where bins begin.
                   Without it: the defaults on the price grid of the instrument
  --instrument I   id or symbol (default: the symbol of the configuration, without one the busiest outright)
  --start T        only bins that start at T or later (ns, or 2026-10-06T14:00:00Z)
  --end T          only bins that end at T or earlier
  --bins A:B       only bins A (included) to B (excluded); either may be left out
  --rows R         window: the rows around the spot (default)
                   full: all slots of the price grid, mechanics and forces only
  --format F       ndjson (default): {"grid_update":{…},"columns":{…}} per bin
                   arrow, parquet: one table, a row per bin and price row
  --with-config    ndjson: the runtime_config message as the first line
  --digest         instead of rows: one JSON line with the SHA-256 over all grid columns of the bins, and the
                   state at the end of the last one
  -o, --output OUT write to OUT instead of standard output

Reading stops after the last bin that --bins and --end allow.

Examples:
  spymaster grid es.dbn.zst --bins 0:10
  spymaster grid es.dbn.zst --config es.yaml --format parquet -o grid.parquet
`;

export const gridCommand: CliCommand = {
  name: 'grid',
  summary: 'the vacuum–pressure grid, bin by bin',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, {
      config: { type: 'string' },
      instrument: { type: 'string' },
      start: { type: 'string' },
      end: { type: 'string' },
      bins: { type: 'string' },
      rows: { type: 'string' },
      format: { type: 'string' },
      'with-config': { type: 'boolean' },
      digest: { type: 'boolean' },
      output: { type: 'string', short: 'o' },
    });
    requireMeaning(line);
    const rows = choice(line, 'rows', ['window', 'full'], 'window');
    const format = choice(line, 'format', ['ndjson', 'arrow', 'parquet'], 'ndjson');
    const selection = new BinSelection(line);
    const files = requireFiles(line);
    const configFile = readConfigFile(line, files, io);
    const capture = await openFiles(files, io);
    const run = new CaptureRun(capture, io);
    const setup = setUpGrid(capture, configFile, text(line, 'instrument'));
    for (const warning of setup.warnings) run.warn(warning);
    const { config, limits, instrument } = setup;
    const { publisherId, instrumentId } = instrument;
    const spectrum = rows === 'window';
    // These outputs read the pipeline as it is at the end of the bin that they are given.
    const readsState = rows === 'full' || (flag(line, 'digest') && selection.hasEnd);
    const pipeline = new VpPipeline(config, {
      publisherId,
      instrumentId,
      spectrum,
      run: limits,
      ...(readsState ? { binByBin: true } : {}),
    });
    const output = io.openOutput(text(line, 'output') ?? '-');
    const binOutput: BinOutput = flag(line, 'digest')
      ? new DigestOutput(pipeline, output)
      : await createGridOutput(format, rows, pipeline, output);
    if (flag(line, 'with-config')) await output.write(jsonLine(runtimeConfigMessage(config)));
    const { bins, binsInSession } = await drive(pipeline, run, setup, selection, binOutput);
    for (const warning of streamWarnings(pipeline.diagnostics)) run.warn(warning);
    await binOutput.finish();
    await output.close();
    if (bins === 0 || (binsInSession === 0 && pipeline.diagnostics.outsideSession > 0)) {
      const records = capture
        .instruments()
        .find((i) => i.publisherId === publisherId && i.instrumentId === instrumentId);
      throw new ProblemError(emptyGrid(setup, bins, records));
    }
    return pipeline.diagnostics.timelineBreak ? 1 : run.exitStatus;
  },
};

/** Options that would have no effect together. */
function requireMeaning(line: CommandLine): void {
  if (flag(line, 'digest')) {
    for (const name of ['rows', 'format', 'with-config']) {
      if (line.values[name] !== undefined) {
        throw new UsageError(
          `--${name} has no meaning with --digest, which hashes the grid as the page receives it.`,
        );
      }
    }
  }
  if (flag(line, 'with-config') && (text(line, 'format') ?? 'ndjson') !== 'ndjson') {
    throw new UsageError('--with-config goes with --format ndjson.');
  }
}

function readConfigFile(line: CommandLine, files: readonly string[], io: CliIo): ConfigFile | undefined {
  const path = text(line, 'config');
  if (path === undefined) return undefined;
  requireOneStandardInput([path, ...files]);
  return parseConfigFile(path, io.readText(path));
}

/** Reads until the selection ends. @returns how many bins were put out, and how many of them reach into the session */
async function drive(
  pipeline: VpPipeline,
  run: CaptureRun,
  { instrument, limits }: GridSetup,
  selection: BinSelection,
  output: BinOutput,
): Promise<{ bins: number; binsInSession: number }> {
  const { sessionStartNs = 0n, sessionEndNs = 2n ** 64n } = limits;
  let bins = 0;
  let binsInSession = 0;
  let isOver = false;
  const sink = (head: Readonly<BinHead>, frame: GridFrame): void => {
    if (isOver) return;
    const { timeBaseNs } = pipeline;
    if (selection.has(head, timeBaseNs)) {
      bins++;
      const endsAfter = timeBaseNs + BigInt(head.endNs) > sessionStartNs;
      if (endsAfter && timeBaseNs + BigInt(head.startNs) < sessionEndNs) binsInSession++;
      output.add(head, frame);
    }
    if (!selection.endsWith(head, timeBaseNs)) return;
    isOver = true;
    output.end();
  };
  for await (const part of run.parts({ instrument })) {
    if (part.kind !== 'mbo') continue;
    for (let from = 0; from < part.block.count && !isOver;) {
      from = pipeline.process(part.block, from, part.block.count, sink, output.binsPerFlush);
      await output.flush();
    }
    if (isOver) return { bins, binsInSession };
  }
  while (!pipeline.finish(sink, output.binsPerFlush)) await output.flush();
  await output.flush();
  if (!isOver) output.end();
  return { bins, binsInSession };
}
