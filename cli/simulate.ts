import { gzipSync } from 'node:zlib';
import { encodeMbo, encodeMetadata } from '#core/dbn/dbn-encoder';
import { MboBlock } from '#core/mbo/mbo-block';
import { MarketSimulator } from '#core/sim/market-simulator';
import { PRESETS, type PresetName } from '#core/sim/presets';
import { simulationMetadata } from '#core/sim/simulation-metadata';
import type { CliCommand } from '#cli/main';
import { choice, parseCommand, text, UsageError, wholeNumber } from '#cli/usage';

const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

const HELP = `Usage: spymaster simulate [--preset P] [--seed N] [--seconds S] [--rate R] [--records N] -o OUT

A synthetic market-by-order capture (DBN version 3): equal arguments give equal bytes on every machine.
OUT ending in .gz is compressed; - is standard output.

${PRESET_NAMES.map((name) => `  ${name.padEnd(8)} ${PRESETS[name].description}`).join('\n')}

  --preset P       one of the above (default busy)
  --seed N         another market of the same kind
  --seconds S      duration in market time
  --rate R         mean records per second of the background flow
  --records N      stop after at most N records
  -o, --output OUT where to write

Example:
  spymaster simulate --preset storm --seed 7 --seconds 60 -o storm.dbn.gz
`;

const BLOCK_RECORDS = 16_384;

export const simulateCommand: CliCommand = {
  name: 'simulate',
  summary: 'a synthetic capture',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, {
      preset: { type: 'string' },
      seed: { type: 'string' },
      seconds: { type: 'string' },
      rate: { type: 'string' },
      records: { type: 'string' },
      output: { type: 'string', short: 'o' },
    });
    if (line.files.length > 0) throw new UsageError(`simulate reads no file, got ${line.files[0]}`);
    const path = text(line, 'output');
    if (path === undefined) throw new UsageError('Name the output with -o OUT.');
    const preset = PRESETS[choice(line, 'preset', PRESET_NAMES, 'busy')].options;
    const simulator = new MarketSimulator({
      ...preset,
      seed: wholeNumber(line, 'seed', 0) ?? preset.seed,
      durationSeconds: wholeNumber(line, 'seconds', 1) ?? preset.durationSeconds,
      rate: wholeNumber(line, 'rate', 1) ?? preset.rate,
      recordLimit: wholeNumber(line, 'records', 1) ?? preset.recordLimit,
    });
    const output = io.openOutput(path);
    // Gzip members may simply follow one another.
    const pack = path.endsWith('.gz')
      ? (bytes: Uint8Array) => gzipSync(bytes, { level: 9 })
      : (bytes: Uint8Array) => bytes;
    await output.write(pack(encodeMetadata(simulationMetadata(simulator.options))));
    const block = MboBlock.withCapacity(BLOCK_RECORDS);
    while (simulator.fill(block)) await output.write(pack(encodeMbo(block)));
    await output.close();
    return 0;
  },
};
