/** Which sessions a raw lake holds, found in a list of paths alone: what dropping its folder offers. */
import { isJobFolder, parseRawFileName, type RawFileName } from '#core/lake/raw-layout';
import type { OptionFamily } from '#core/lake/same-day-options';

/** One symbol on one day: the market itself, its options, and what describes them. Paths as they were given. */
export interface RawSession {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** Later than `date` where a file holds several days. */
  readonly lastDate: string;
  readonly family: OptionFamily;
  /** `ES`, `SPY`; empty where neither folder nor file names one. */
  readonly symbol: string;
  /** Market-by-order records of the future or share. */
  readonly underlying: readonly string[];
  /** Market-by-order or consolidated quotes of its options. */
  readonly options: readonly string[];
  readonly definitions: readonly string[];
  readonly statistics: readonly string[];
}

export interface RawSessions {
  /** By date, then symbol. */
  readonly sessions: readonly RawSession[];
  /** Data files that belong to no session: other schemas. Notes of jobs and unfinished parts are not listed at all. */
  readonly unused: readonly string[];
}

type Kind = 'underlying' | 'options' | 'definitions' | 'statistics' | 'unused';

interface RawFile {
  readonly path: string;
  readonly name: RawFileName;
  readonly kind: Kind;
  readonly family: OptionFamily;
  readonly symbol: string;
  /** Folder of the product, without that of the job. */
  readonly folder: string;
  readonly inJobFolder: boolean;
}

/**
 * @param paths relative to any folder of the lake, parts joined by `/` (or `\`); a part of the lake will do
 */
export function listSessions(paths: readonly string[]): RawSessions {
  const files = withoutCopies(paths.flatMap((path) => readPath(path) ?? []));
  const sessions = new Map<string, SessionDraft>();
  const definitions: RawFile[] = [];
  const unused: string[] = [];
  for (const file of files) {
    if (file.kind === 'unused') unused.push(file.path);
    else if (file.kind === 'definitions') definitions.push(file);
    else draft(file)[file.kind].push(file.path);
  }
  for (const file of definitions) {
    const same = [...sessions.values()].filter((s) => s.family === file.family && s.date === file.name.date);
    const named = same.filter((s) => file.symbol === '' || s.symbol === file.symbol);
    for (const session of named.length > 0 ? named : [draft(file)]) session.definitions.push(file.path);
  }
  const sorted = [...sessions.values()].sort(
    (a, b) => compare(a.date, b.date) || compare(a.family, b.family) || compare(a.symbol, b.symbol),
  );
  return { sessions: sorted.map(sortPaths), unused: unused.sort() };

  function draft(file: RawFile): SessionDraft {
    const { date, lastDate } = file.name;
    const key = `${date}|${file.family}|${file.symbol}`;
    const known = sessions.get(key) ?? newDraft(date, file);
    if (lastDate > known.lastDate) known.lastDate = lastDate;
    sessions.set(key, known);
    return known;
  }
}

interface SessionDraft {
  readonly date: string;
  lastDate: string;
  readonly family: OptionFamily;
  readonly symbol: string;
  readonly underlying: string[];
  readonly options: string[];
  readonly definitions: string[];
  readonly statistics: string[];
}

function newDraft(date: string, { family, symbol }: RawFile): SessionDraft {
  return {
    date,
    lastDate: date,
    family,
    symbol,
    underlying: [],
    options: [],
    definitions: [],
    statistics: [],
  };
}

function sortPaths(session: SessionDraft): RawSession {
  for (const list of [session.underlying, session.options, session.definitions, session.statistics]) {
    list.sort();
  }
  return session;
}

function readPath(path: string): RawFile | undefined {
  const parts = path.split(/[/\\]/);
  const name = parseRawFileName(parts.pop() ?? '');
  if (!name) return undefined;
  const inJobFolder = isJobFolder(parts.at(-1) ?? '');
  if (inJobFolder) parts.pop();
  const valueOf = (key: string): string =>
    parts
      .findLast((part) => part.startsWith(`${key}=`))
      ?.slice(key.length + 1)
      .trim() ?? '';
  const product = valueOf('product_type');
  const symbol = valueOf('symbol') || name.symbol;
  const isOption =
    product.includes('option') ||
    (product === '' && (name.dataset.startsWith('opra-') || symbol.endsWith('.OPT')));
  const isFutures = product === '' ? name.dataset.startsWith('glbx-') : product.startsWith('future');
  return {
    path,
    name,
    kind: kindOf(name, isOption),
    family: isFutures ? 'futures' : 'equities',
    symbol: symbol.replace(/\.(FUT|OPT)$/, ''),
    folder: parts.join('/'),
    inJobFolder,
  };
}

function kindOf({ schema }: RawFileName, isOption: boolean): Kind {
  if (schema === 'definition') return 'definitions';
  if (schema === 'statistics') return 'statistics';
  if (isOption) return schema === 'mbo' || schema === 'cmbp-1' ? 'options' : 'unused';
  return schema === 'mbo' ? 'underlying' : 'unused';
}

/** A file lies in the folder of its job and, under its own name, above it: the one above is taken. */
function withoutCopies(files: readonly RawFile[]): RawFile[] {
  const identity = ({ folder, name }: RawFile) => `${folder}|${name.dataset}|${name.date}|${name.schema}`;
  const above = new Set(files.filter((file) => !file.inJobFolder).map(identity));
  return files.filter((file) => !file.inJobFolder || !above.has(identity(file)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
