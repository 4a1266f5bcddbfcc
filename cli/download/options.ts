/** The command line of `download`. */
import { fail, ProblemError } from '#base/problem';
import {
  checkBatchRequest,
  SPLIT_DURATIONS,
  STYPES_IN,
  type BatchRequest,
} from '#core/databento/batch-request';
import type { FamilyPlanOptions } from '#core/databento/plan';
import { SCHEMA_CHOICES, type Family } from '#core/databento/products';
import { addDays, civilDate } from '#core/lake/dates';
import { choice, flag, parseCommand, text, UsageError, wholeNumber, type CommandLine } from '#cli/usage';

export const ACTIONS = ['plan', 'estimate', 'submit', 'poll', 'fetch', 'daemon', 'list'] as const;
export type Action = (typeof ACTIONS)[number];

/** What to fetch: days of a family, or one range of anything. */
export type Target =
  | ({ readonly kind: 'family' } & FamilyPlanOptions)
  | { readonly kind: 'range'; readonly request: BatchRequest };

export interface DownloadOptions {
  readonly action: Action;
  /** `undefined` where only the tracker is worked off. */
  readonly target: Target | undefined;
  readonly lake: string;
  readonly tracker: string;
  readonly logFile: string;
  readonly maxCostUsd: number;
  readonly isConfirmed: boolean;
  readonly isDryRun: boolean;
  readonly resubmits: boolean;
  readonly waits: boolean;
  readonly json: boolean;
  readonly pauseMs: number;
  readonly pollMs: number;
  readonly lostAfterMs: number;
}

const TRACKERS = {
  futures: 'logs/futures_jobs.json',
  equities: 'logs/equity_options_jobs.json',
  range: 'logs/range_jobs.json',
} as const;
type TargetName = keyof typeof TRACKERS;
const TARGETS = Object.keys(TRACKERS) as TargetName[];

const ROOTS: Readonly<Record<Family, string>> = { futures: 'ES', equities: 'SPY,QQQ' };
const NEEDS_TARGET: readonly Action[] = ['plan', 'estimate', 'submit', 'daemon'];
const DEFAULT_MAX_COST_USD = 5;

const string = { type: 'string' } as const;
const boolean = { type: 'boolean' } as const;

/** @throws UsageError */
export function parseDownload(args: readonly string[]): DownloadOptions {
  const line = parseCommand(args, {
    start: string,
    end: string,
    symbols: string,
    dataset: string,
    schema: string,
    'stype-in': string,
    split: string,
    'include-futures': boolean,
    'options-schemas': string,
    'equity-schemas': string,
    lake: string,
    tracker: string,
    'log-file': string,
    'max-cost': string,
    'pause-seconds': string,
    'poll-interval': string,
    'lost-after': string,
    yes: boolean,
    'dry-run': boolean,
    resubmit: boolean,
    wait: boolean,
    json: boolean,
  });
  const action = one(line.files, ACTIONS, 'an action');
  const name = one(line.files, TARGETS, 'what to fetch');
  const strange = line.files.find((word) => word !== action && word !== name);
  if (strange !== undefined) throw new UsageError(`download does not know ${strange}`);
  const tracker = text(line, 'tracker') ?? TRACKERS[name];
  return {
    action,
    target: NEEDS_TARGET.includes(action) ? inUsage(() => parseTarget(line, name)) : undefined,
    lake: text(line, 'lake') ?? 'lake',
    tracker,
    logFile: text(line, 'log-file') ?? `${tracker.replace(/\.json$/, '')}.log`,
    maxCostUsd: decimal(line, 'max-cost') ?? DEFAULT_MAX_COST_USD,
    isConfirmed: flag(line, 'yes'),
    isDryRun: flag(line, 'dry-run'),
    resubmits: flag(line, 'resubmit'),
    waits: flag(line, 'wait'),
    json: flag(line, 'json'),
    pauseMs: (decimal(line, 'pause-seconds') ?? 5) * 1000,
    pollMs: (decimal(line, 'poll-interval') ?? 60) * 1000,
    lostAfterMs: (wholeNumber(line, 'lost-after', 1) ?? 120) * 1000,
  };
}

function one<T extends string>(words: readonly string[], known: readonly T[], what: string): T {
  const found = known.filter((word) => words.includes(word));
  if (found.length !== 1) throw new UsageError(`Name ${what}, one of ${known.join(', ')}`);
  return found[0];
}

/** What a wrong option leads to is the command line's fault. */
function inUsage<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof ProblemError) throw new UsageError(error.message);
    throw error;
  }
}

function parseTarget(line: CommandLine, name: TargetName): Target {
  const [start, end] = [required(line, 'start'), required(line, 'end')];
  if (name === 'range') return { kind: 'range', request: parseRange(line, start, end) };
  refuse(line, name, ['dataset', 'schema', 'stype-in', 'split']);
  const choices = SCHEMA_CHOICES[name];
  if (name === 'futures') refuse(line, name, ['equity-schemas']);
  else refuse(line, name, ['include-futures']);
  civilDate(start);
  civilDate(end);
  if (end < start) fail('download/bad-request', `--end ${end} is before --start ${start}`);
  const underlying =
    name === 'equities'
      ? listed(line, 'equity-schemas', choices.underlying, 'mbo')
      : flag(line, 'include-futures')
        ? choices.underlying
        : [];
  return {
    kind: 'family',
    family: name,
    roots: split(text(line, 'symbols') ?? ROOTS[name]).map((root) => {
      if (!/^[A-Z0-9]{1,8}$/.test(root))
        throw new UsageError(`--symbols takes roots such as ES, got ${root}`);
      return root;
    }),
    first: start,
    last: end,
    schemas: {
      underlying,
      options: listed(line, 'options-schemas', choices.options, choices.options.join()),
    },
  };
}

function parseRange(line: CommandLine, start: string, end: string): BatchRequest {
  refuse(line, 'range', ['include-futures', 'options-schemas', 'equity-schemas']);
  return checkBatchRequest({
    dataset: required(line, 'dataset'),
    schema: required(line, 'schema'),
    symbols: split(required(line, 'symbols')),
    stype_in: choice(line, 'stype-in', STYPES_IN, 'raw_symbol'),
    start,
    // A date is meant with all of its day, as for the families; the service takes it as its first instant.
    end: /^\d{4}-\d\d-\d\d$/.test(end) ? addDays(end, 1) : end,
    split_duration: choice(line, 'split', SPLIT_DURATIONS, 'day'),
  });
}

function refuse(line: CommandLine, name: TargetName, options: readonly string[]): void {
  const given = options.find((option) => line.values[option] !== undefined);
  if (given !== undefined) throw new UsageError(`--${given} does not go with ${name}`);
}

function required(line: CommandLine, name: string): string {
  return text(line, name) ?? fail('download/bad-request', `--${name} is missing`);
}

function split(list: string): string[] {
  return [...new Set(list.split(',').map((part) => part.trim()))].filter((part) => part !== '');
}

function listed(line: CommandLine, name: string, choices: readonly string[], fallback: string): string[] {
  const given = split(text(line, name) ?? fallback);
  const strange = given.find((schema) => !choices.includes(schema));
  if (strange !== undefined) {
    throw new UsageError(`--${name} takes ${choices.join(', ')}; got ${strange}`);
  }
  return given;
}

function decimal(line: CommandLine, name: string): number | undefined {
  const value = text(line, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(value)) {
    throw new UsageError(`--${name} must be a number of at least 0, got ${value}`);
  }
  return Number(value);
}
