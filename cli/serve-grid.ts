/** `spymaster serve-grid`: the stream contract for other clients, from the same core. */
import { formatProblem, toProblem } from '#base/problem';
import type { Capture } from '#core/capture/capture-types';
import { openCapture } from '#core/capture/open-capture';
import { resolveServing } from '#core/config/serving-registry';
import { GRID_STREAM_PATH } from '#protocol/grid-stream-path';
import { systemClock } from '#relay/clock';
import { GridServer } from '#relay/grid/grid-server';
import { openSource } from '#relay/replay/file-source';
import { readRegistry } from '#relay/serving-folder';
import { gridMessages } from '#cli/grid-messages';
import type { CliCommand } from '#cli/main';
import { loadParquet } from '#cli/parquet';
import { parseCommand, requireFiles, text, UsageError, wholeNumber } from '#cli/usage';

const HELP = `Usage: spymaster serve-grid FILE… --registry PATH [--port N] [--speed S] [--origin O] [--clients N]

Serves the vacuum–pressure grid of a capture to clients of the stream contract, without a browser:
ws://127.0.0.1:PORT${GRID_STREAM_PATH}?serving=NAME sends one runtime_config, then per bin a grid_update
and its Arrow message. Each client gets a run of its own from the beginning. Listens on this machine only.

  --registry PATH  folder or catalogue of servings; a serving is held to its instrument
  --port N         default 8003; 0: any free one
  --speed S        market time per time (default 1); max as fast as the reader takes it
  --origin O       a page that may connect, such as http://localhost:5174; programs that name no origin always may
  --clients N      at a time (default 4)

Prints one JSON line with its address when it listens. SIGINT or SIGTERM ends it.

Example:
  spymaster serve-grid public/samples/demo.dbn.gz --registry public/servings/registry.json --speed max
`;

const DEFAULT_PORT = 8003;
const DEFAULT_CLIENTS = 4;

export const serveGridCommand: CliCommand = {
  name: 'serve-grid',
  summary: 'the grid of a capture for clients of the stream contract',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, {
      registry: { type: 'string' },
      port: { type: 'string' },
      speed: { type: 'string' },
      origin: { type: 'string' },
      clients: { type: 'string' },
    });
    const files = requireFiles(line);
    if (files.includes('-')) throw new UsageError('Standard input can be read once only: name files.');
    const registry = text(line, 'registry');
    if (registry === undefined) throw new UsageError('Name the servings with --registry PATH.');
    const speed = readSpeed(text(line, 'speed') ?? '1');
    const origin = text(line, 'origin');
    readRegistry(registry);
    await (await open(files)).close();
    const server = new GridServer({
      host: '127.0.0.1',
      port: wholeNumber(line, 'port', 0) ?? DEFAULT_PORT,
      origins: origin === undefined ? [] : [origin],
      clients: wholeNumber(line, 'clients', 1) ?? DEFAULT_CLIENTS,
      messages: async function* (selector, signal) {
        const resolved = resolveServing(readRegistry(registry).registry, selector);
        const { capture, close } = await open(files);
        try {
          yield* gridMessages(resolved, capture, speed, systemClock, signal);
        } catch (error) {
          io.stderr.write(`${formatProblem(toProblem(error))}\n`);
          throw error;
        } finally {
          await close();
        }
      },
    });
    const ended = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    const port = await server.listen();
    await io.stdout.write(`${JSON.stringify({ url: `ws://127.0.0.1:${port}${GRID_STREAM_PATH}`, port })}\n`);
    await ended;
    await server.close();
    return 0;
  },
};

/** Files of the command line without its progress, and to be closed: clients come and go. */
async function open(
  files: readonly string[],
): Promise<{ capture: Capture; readonly close: () => Promise<void> }> {
  const sources = await Promise.all(files.map((file) => openSource(file)));
  const close = async () => {
    await Promise.all(sources.map((source) => source.close()));
  };
  try {
    return { capture: await openCapture(sources, { parquet: loadParquet }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readSpeed(value: string): number {
  const speed = value === 'max' ? Infinity : Number(value);
  if (!(speed > 0)) throw new UsageError(`--speed must be a number above 0 or max, got ${value}`);
  return speed;
}
