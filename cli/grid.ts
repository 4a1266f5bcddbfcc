import { fail } from '#base/problem';
import { runtimeConfigForInstrument } from '#core/config/instrument-config';
import { parseRuntimeConfig, type VpRuntimeConfig } from '#core/config/runtime-config';
import { emissionLimits, sessionWindow } from '#core/config/time-boundaries';
import type { Capture, InstrumentInfo } from '#core/capture/capture-types';
import type { BinHead, GridFrame } from '#core/vp/frame';
import { streamWarnings } from '#core/vp/stream-warnings';
import { VpPipeline } from '#core/vp/vp-pipeline';
import { GridDigest } from '#protocol/grid-digest';
import { runtimeConfigMessage } from '#protocol/grid-encode';
import { GridIpcLayout } from '#protocol/grid-ipc';
import type { CliCommand } from '#cli/main';
import { CaptureRun, openFiles, selectInstrument } from '#cli/capture';
import { readMapping } from '#cli/config-file';
import { createGridOutput, type BinOutput } from '#cli/grid-output';
import type { CliIo } from '#cli/io';
import { jsonLine } from '#cli/table-output';
import {
  choice,
  flag,
  instant,
  parseCommand,
  requireFiles,
  text,
  UsageError,
  type CommandLine,
} from '#cli/usage';

const HELP = `Usage: spymaster grid FILE… [--config CFG] [options]

The vacuum–pressure grid: per time cell the grid_update fields and the columns of all rows.

  --config CFG     YAML or JSON with the runtime-configuration fields; stream_dt (YYYY-MM-DD) limits the run
                   to that day's session, stream_start_time (HH:MM New York) sets where bins begin.
                   Without it: the defaults on the price grid of the instrument
  --instrument I   id or symbol (default: the busiest outright)
  --start T        only bins that start at T or later (ns, or 2026-10-06T14:00:00Z)
  --end T          only bins that end at T or earlier
  --bins A:B       only bins A (included) to B (excluded); either may be left out
  --rows R         window: the rows around the spot (default)
                   full: all slots of the price grid, mechanics and forces only
  --format F       ndjson (default): {"grid_update":{…},"columns":{…}} per bin
                   arrow, parquet: one table, a row per bin and price row
  --with-config    ndjson: the runtime_config message as the first line
  --digest         instead of rows: one JSON line with the SHA-256 over all grid columns of the bins
  -o, --output OUT write to OUT instead of standard output

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
    const rows = choice(line, 'rows', ['window', 'full'], 'window');
    const format = choice(line, 'format', ['ndjson', 'arrow', 'parquet'], 'ndjson');
    const selects = binSelection(line);
    const source = readConfigFile(line, io);
    const capture = await openFiles(requireFiles(line), io);
    const instrument =
      selectInstrument(capture, text(line, 'instrument')) ??
      fail('capture/no-records', 'The capture holds no market-by-order records.');
    const pipeline = makePipeline(capture, instrument, source, rows === 'window');
    const run = new CaptureRun(capture, io);
    const output = io.openOutput(text(line, 'output') ?? '-');
    const bins: BinOutput = flag(line, 'digest')
      ? new DigestOutput(pipeline)
      : await createGridOutput(format, rows, pipeline, output);
    if (flag(line, 'with-config') && format === 'ndjson') {
      await output.write(jsonLine(runtimeConfigMessage(pipeline.config)));
    }
    await drive(pipeline, run, instrument, selects, bins);
    for (const warning of streamWarnings(pipeline.diagnostics)) run.warn(warning);
    await bins.finish();
    if (bins instanceof DigestOutput) await output.write(jsonLine(bins.report()));
    await output.close();
    return run.exitStatus;
  },
};

/** Bins closed between two writes, so that a long quiet stretch does not pile up in memory. */
const BINS_PER_FLUSH = 256;

async function drive(
  pipeline: VpPipeline,
  run: CaptureRun,
  instrument: InstrumentInfo,
  selects: BinSelection,
  output: BinOutput,
): Promise<void> {
  const sink = (head: Readonly<BinHead>, frame: GridFrame): void => {
    if (selects(head, pipeline.timeBaseNs)) output.add(head, frame);
  };
  for await (const part of run.parts(instrument)) {
    if (part.kind !== 'mbo') continue;
    for (let from = 0; from < part.block.count;) {
      from = pipeline.process(part.block, from, part.block.count, sink, BINS_PER_FLUSH);
      await output.flush();
    }
  }
  while (!pipeline.finish(sink, BINS_PER_FLUSH)) await output.flush();
  await output.flush();
}

function makePipeline(
  capture: Capture,
  instrument: InstrumentInfo,
  source: Readonly<Record<string, unknown>> | undefined,
  spectrum: boolean,
): VpPipeline {
  const config: VpRuntimeConfig = source
    ? parseRuntimeConfig(source)
    : runtimeConfigForInstrument(capture.facts(instrument));
  const { publisherId, instrumentId } = instrument;
  return new VpPipeline(config, { publisherId, instrumentId, spectrum, run: runLimits(config, source) });
}

/** `stream_dt` and `stream_start_time` stand beside the configuration fields and are not part of them. */
function runLimits(config: VpRuntimeConfig, source: Readonly<Record<string, unknown>> | undefined) {
  const dt = textField(source, 'stream_dt');
  const startTime = textField(source, 'stream_start_time');
  if (dt === undefined) {
    if (startTime !== undefined) fail('config/missing-field', 'stream_start_time needs stream_dt');
    return {};
  }
  const window = sessionWindow(config.product_type, dt);
  return { ...emissionLimits(dt, startTime), sessionStartNs: window.startNs, sessionEndNs: window.endNs };
}

function textField(source: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = source?.[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') fail('config/not-text', `${name} must be text`);
  return value;
}

function readConfigFile(line: CommandLine, io: CliIo): Readonly<Record<string, unknown>> | undefined {
  const path = text(line, 'config');
  return path === undefined ? undefined : readMapping(path, io.readText(path));
}

type BinSelection = (head: Readonly<BinHead>, timeBaseNs: bigint) => boolean;

function binSelection(line: CommandLine): BinSelection {
  const start = instant(line, 'start');
  const end = instant(line, 'end');
  const range = text(line, 'bins');
  const match = /^(\d*):(\d*)$/.exec(range ?? ':');
  if (!match) throw new UsageError(`--bins must be A:B with whole numbers, got ${range}`);
  const first = match[1] === '' ? 0 : Number(match[1]);
  const limit = match[2] === '' ? Infinity : Number(match[2]);
  return (head, timeBaseNs) => {
    if (head.binSeq < first || head.binSeq >= limit) return false;
    if (start !== undefined && timeBaseNs + BigInt(head.startNs) < start) return false;
    return end === undefined || timeBaseNs + BigInt(head.endNs) <= end;
  };
}

/** Hashes the wire bytes of the bins instead of printing them. */
class DigestOutput implements BinOutput {
  readonly #digest = new GridDigest();
  readonly #layout: GridIpcLayout;
  readonly #message: Uint8Array;
  readonly #pipeline: VpPipeline;
  #bins = 0;

  constructor(pipeline: VpPipeline) {
    this.#pipeline = pipeline;
    this.#layout = GridIpcLayout.of(2 * pipeline.config.grid_radius_ticks + 1);
    this.#message = new Uint8Array(this.#layout.stride);
  }

  add(_: Readonly<BinHead>, frame: GridFrame): void {
    this.#bins++;
    this.#layout.write(frame, this.#message, 0);
    this.#digest.update(this.#message);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  report() {
    return {
      bins: this.#bins,
      records: this.#pipeline.diagnostics.events,
      config_version: this.#pipeline.config.config_version,
      grid_sha256: this.#digest.hex(),
      orders_sha256: this.#pipeline.book.stateHash(),
      anomalies: this.#pipeline.anomalies(),
    };
  }
}
