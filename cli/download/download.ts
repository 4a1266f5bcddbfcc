/** `spymaster download`: from an account to a raw lake. */
import { join } from 'node:path';
import { ApiKey, KEY_VARIABLE } from '#cli/download/api-key';
import { DatabentoClient, serviceUrl, URL_VARIABLE, type ClientEvents } from '#cli/download/client';
import { DownloadContext } from '#cli/download/context';
import { EventLog } from '#cli/download/event-log';
import { SameDayAssets } from '#cli/download/lake';
import { makePlan } from '#cli/download/make-plan';
import { parseDownload, type DownloadOptions, type Target } from '#cli/download/options';
import { Progress } from '#cli/download/progress';
import { planJson, planText, trackerJson, trackerText, type PlannedLine } from '#cli/download/report';
import { price, reportUnsure } from '#cli/download/submit-jobs';
import { TrackerFile } from '#cli/download/tracker-file';
import { nodeWorld, type DownloadWorld } from '#cli/download/world';
import { reportLeft, Submitter, work } from '#cli/download/work';
import type { CliIo } from '#cli/io';
import type { CliCommand } from '#cli/main';
import { UsageError } from '#cli/usage';
import { RAW_FOLDER } from '#core/lake/raw-layout';

const HELP = `Usage: spymaster download ACTION WHAT [options]

Raw captures of Databento as batch jobs, into a lake: priced, submitted, fetched, checked, each once.

ACTION
  plan       what would be sent, exactly; needs no key and no network
  estimate   the same with prices and sizes; free of charge
  submit     submits what is new; needs --yes, because it is billed
  poll       asks for the states of the jobs
  fetch      asks, and fetches the files of finished jobs
  daemon     all of it until everything is here: submit, poll, fetch, then the options
  list       what the tracker knows; needs no key and no network

WHAT
  futures    options on futures that expire on the day, their definitions and statistics; GLBX.MDP3
  equities   shares, and their options that expire on the day; XNAS.ITCH, OPRA.PILLAR
  range      any dataset, schema, symbols and time as one job

Days
  --start DATE --end DATE     first and last day, both included; range also takes times, and then the end is excluded
  --symbols LIST              roots (default ES; SPY,QQQ); of a range its symbols
  --include-futures           futures: also market-by-order of the futures themselves
  --options-schemas LIST      default definition,mbo,statistics; definition,cmbp-1,statistics
  --equity-schemas LIST       default mbo; also definition
  --dataset --schema --stype-in --split      of a range; default raw_symbol, day

Money
  --yes                       submit and daemon: yes, this is billed
  --dry-run                   submit and daemon: show what would be sent, and its price if there is a key
  --max-cost USD              refuse a run (each start anew) that costs more; default 5, 0 = only what is free
  --resubmit                  submit again what has expired, or whose submission was lost; may be billed again

Places and times
  --lake DIR                  default lake; files go to ${RAW_FOLDER}/ in it
  --tracker FILE              default logs/futures_jobs.json, logs/equity_options_jobs.json, logs/range_jobs.json
  --log-file FILE             default beside the tracker
  --wait                      poll and fetch: until all jobs are finished
  --pause-seconds S           between submissions; default 5
  --poll-interval S           longest time between questions; default 60
  --lost-after S              how long to look for a job whose submission got no answer; default 120
  --json                      one JSON object on standard output

The key is taken from ${KEY_VARIABLE} and goes nowhere but to the service. ${URL_VARIABLE} is another address
of the service: https, or http on this machine. A killed download goes on where it was when it is started again. Exit
status: 0 done, 1 something failed or is missing, 2 usage error.

Examples:
  spymaster download plan futures --start 2026-01-05 --end 2026-01-09 --include-futures
  spymaster download daemon futures --start 2026-01-05 --end 2026-01-09 --include-futures --yes --max-cost 20
  spymaster download submit range --dataset XNAS.ITCH --schema mbo --symbols AAPL --start 2026-01-06 --end 2026-01-06 --dry-run
  spymaster download list futures
`;

export function downloadCommand(world: DownloadWorld = nodeWorld()): CliCommand {
  return {
    name: 'download',
    summary: 'raw captures from the vendor into a lake',
    help: HELP,
    run: (args, io) => run(parseDownload(args), io, world),
  };
}

async function run(options: DownloadOptions, io: CliIo, world: DownloadWorld): Promise<number> {
  const { action, target } = options;
  if (action === 'list') {
    const { tracker } = new TrackerFile(options.tracker, world);
    await io.stdout.write(options.json ? trackerJson(tracker) : trackerText(tracker));
    return 0;
  }
  const submits = action === 'submit' || action === 'daemon';
  if (target && (!submits || options.isDryRun)) return show(options, target, io, world);
  if (submits && !options.isConfirmed) {
    throw new UsageError(`${action} is billed: look at estimate, then add --yes (or --dry-run)`);
  }
  return change(options, io, world);
}

/** Plans, with prices where they are wanted and can be had; changes nothing. */
async function show(
  options: DownloadOptions,
  target: Target,
  io: CliIo,
  world: DownloadWorld,
): Promise<number> {
  const { tracker } = new TrackerFile(options.tracker, world);
  const plan = await makePlan(target, tracker, options.lake, assetsFor(target, io));
  const progress = new Progress(io.stderr, world);
  const isPriced = options.action === 'estimate' || (options.action !== 'plan' && hasKey(world));
  const client = isPriced ? connect(io, world, progress) : undefined;
  const lines: PlannedLine[] = [];
  for (const planned of plan.requests) {
    progress.note(`${lines.length + 1} of ${plan.requests.length}`);
    const cost = client && (await price(client, planned, true));
    lines.push({ planned, usd: cost?.usd, bytes: cost?.bytes });
  }
  progress.clear();
  await io.stdout.write(options.json ? planJson(lines, plan) : planText(lines, plan));
  for (const text of plan.stopped) io.stderr.write(`error: ${text}\n`);
  return plan.stopped.length > 0 ? 1 : 0;
}

function hasKey(world: DownloadWorld): boolean {
  return (world.env[KEY_VARIABLE] ?? '') !== '';
}

function assetsFor(target: Target, io: CliIo): SameDayAssets | undefined {
  return target.kind === 'family' ? new SameDayAssets(target.family, io) : undefined;
}

function connect(io: CliIo, world: DownloadWorld, progress: Progress, log?: EventLog): DatabentoClient {
  const events: ClientEvents = {
    warning: (text) => {
      progress.clear();
      io.stderr.write(`warning: the service says: ${text}\n`);
      log?.write('WARNING', '', { message: text });
    },
    retry: ({ code, message }, afterMs) => {
      progress.note(`${code}, again in ${Math.ceil(afterMs / 1000)} s`);
      log?.write('RETRY', '', { seconds: (afterMs / 1000).toFixed(1), code, message });
    },
  };
  return new DatabentoClient(serviceUrl(world.env), ApiKey.fromEnvironment(world.env), world, events);
}

/** Everything that writes the tracker, under its lock. */
async function change(options: DownloadOptions, io: CliIo, world: DownloadWorld): Promise<number> {
  const { action, target, waits, pollMs } = options;
  const progress = new Progress(io.stderr, world);
  const log = new EventLog(options.logFile, world);
  const client = connect(io, world, progress, log);
  const file = TrackerFile.lock(options.tracker, world);
  try {
    const raw = join(options.lake, ...RAW_FOLDER.split('/'));
    const context = new DownloadContext(io, world, client, file, log, progress, raw);
    client.countSubmissions(file.tracker.list().map((r) => Date.parse(r.submitted_at ?? r.intent_at)));
    const submitter = target && new Submitter(context, options, { target, assets: assetsFor(target, io) });
    if (action === 'submit') {
      await submitter?.round();
      reportUnsure(context);
    } else {
      await work(context, {
        ...(submitter ? { submitter } : {}),
        fetches: action !== 'poll',
        waits: waits || action === 'daemon',
        pollMs,
        lostAfterMs: options.lostAfterMs,
      });
      submitter?.reportWaiting();
      reportLeft(context);
    }
    progress.clear();
    await io.stdout.write(options.json ? trackerJson(file.tracker) : trackerText(file.tracker));
    return context.hasProblems ? 1 : 0;
  } finally {
    progress.clear();
    file.release();
  }
}
