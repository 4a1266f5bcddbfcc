/** `spymaster relay`: feeds for pages, until a signal ends it. */
import { dirname } from 'node:path';
import { startRelay } from '#relay/relay';
import { readMapping } from '#cli/config-file';
import type { CliCommand } from '#cli/main';
import { parseCommand, text, UsageError, wholeNumber } from '#cli/usage';

const HELP = `Usage: spymaster relay --config FILE [--port N]

Serves live and recorded feeds to pages on this machine, over WebSocket. Nothing is computed in it. The configuration
is YAML; docs/relay.md explains every field. Keys and tokens come from environment variables that it names.

  --config FILE  the configuration
  --port N       another port than the configuration's (default there: 8002; 0: any free one)

Log lines go to standard error as JSON; when the relay listens, one JSON line with its address goes to standard output.
SIGINT or SIGTERM ends it: clients are told, what was kept on disk is removed.

Addresses: /v1/stream?serving=NAME and /v1/feeds/NAME (WebSocket), /v1/servings, /health, /metrics

Example:
  spymaster relay --config relay/demo/relay.yaml
`;

export const relayCommand: CliCommand = {
  name: 'relay',
  summary: 'live and recorded feeds for pages',
  help: HELP,
  async run(args, io) {
    const line = parseCommand(args, { config: { type: 'string' }, port: { type: 'string' } });
    if (line.files.length > 0) throw new UsageError(`relay takes no operand, got ${line.files[0]}`);
    const path = text(line, 'config');
    if (path === undefined) throw new UsageError('Name the configuration with --config FILE.');
    const port = wholeNumber(line, 'port', 0);
    const mapping = { ...readMapping(path, io.readText(path)), ...(port === undefined ? {} : { port }) };
    const ended = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    const relay = await startRelay(mapping, { folder: dirname(path), env: process.env });
    await io.stdout.write(`${JSON.stringify({ url: relay.url, port: relay.port })}\n`);
    await ended;
    await relay.stop();
    return 0;
  },
};
