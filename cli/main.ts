/** `spymaster`: the core without a browser. Exit status 0 = done, 1 = the data, 2 = the command line. */
import { formatProblem, ProblemError, toProblem } from '#base/problem';
import { bookCommand } from '#cli/book';
import { downloadCommand } from '#cli/download/download';
import { OutputClosed } from '#cli/file-output';
import { nodeIo, type CliIo } from '#cli/io';
import { decodeCommand } from '#cli/decode';
import { gridCommand } from '#cli/grid';
import { infoCommand } from '#cli/info';
import { ordersCommand } from '#cli/orders';
import { relayCommand } from '#cli/relay';
import { selectContractCommand } from '#cli/select-contract';
import { serveGridCommand } from '#cli/serve-grid';
import { servingCommand } from '#cli/serving';
import { simulateCommand } from '#cli/simulate';
import { UsageError } from '#cli/usage';
import { velocityCommand } from '#cli/velocity';
import { version } from '../package.json';

export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  /** Resolves to the exit status. */
  run(args: readonly string[], io: CliIo): Promise<number>;
}

const COMMANDS: readonly CliCommand[] = [
  infoCommand,
  decodeCommand,
  bookCommand,
  ordersCommand,
  gridCommand,
  velocityCommand,
  simulateCommand,
  downloadCommand(),
  selectContractCommand,
  servingCommand,
  relayCommand,
  serveGridCommand,
];

const HELP = `Usage: spymaster COMMAND [options] FILE…

${COMMANDS.map((c) => `  ${c.name.padEnd(15)} ${c.summary}`).join('\n')}

Several FILEs are one timeline. - is standard input or output.
spymaster COMMAND --help tells more, spymaster --version which program it is. Exit status: 0 done, 1 data error, 2 usage error.
`;

export async function run(
  argv: readonly string[],
  io: CliIo,
  commands: readonly CliCommand[] = COMMANDS,
): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    await io.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-V') {
    await io.stdout.write(`spymaster ${version}\n`);
    return 0;
  }
  const command = commands.find((c) => c.name === name);
  if (!command) {
    io.stderr.write(`spymaster: usage/unknown-command: There is no command ${name}.\n\n${HELP}`);
    return 2;
  }
  try {
    if (args.includes('--help') || args.includes('-h')) {
      await io.stdout.write(command.help);
      return 0;
    }
    return await command.run(args, io);
  } catch (error) {
    if (error instanceof OutputClosed) return 0;
    if (error instanceof UsageError) {
      const { code, message } = error;
      const tip = `Try spymaster ${name} --help`;
      io.stderr.write(`spymaster ${name}: ${formatProblem({ code, message, tip })}\n`);
      return 2;
    }
    if (error instanceof ProblemError) {
      io.stderr.write(`spymaster ${name}: ${formatProblem(error.problem)}\n`);
      return 1;
    }
    io.stderr.write(`spymaster ${name}: ${formatProblem(toProblem(error))}\n`);
    if (process.env['SPYMASTER_DEBUG'] && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
    return 1;
  }
}

export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), nodeIo());
}
