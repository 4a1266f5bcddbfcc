/** `npm start`: builds the app if needed and serves it on loopback with the right headers. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serveStatic } from './static-server.mjs';

const HELP = `Usage: npm start -- [--port N] [--no-build]

  --port N     port on 127.0.0.1 (default 5174)
  --no-build   serve the last build as it is`;

const root = fileURLToPath(new URL('..', import.meta.url));

let options;
try {
  options = parseArgs({
    options: {
      port: { type: 'string', default: '5174' },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
} catch (error) {
  console.error(`${error.message}\n\n${HELP}`);
  process.exit(2);
}
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const port = Number(options.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`--port must be a number from 0 to 65535\n\n${HELP}`);
  process.exit(2);
}
if (!options['no-build']) {
  const build = spawnSync('npx', ['vite', 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
try {
  const { url } = await serveStatic(resolve(root, 'dist'), { port });
  console.log(`Spymaster is ready: ${url}\nDrop a capture on the page. Press Ctrl+C to stop.`);
} catch (error) {
  console.error(
    error.code === 'EADDRINUSE'
      ? `Port ${port} is in use: try npm start -- --port ${port + 1}`
      : error.message,
  );
  process.exit(1);
}
