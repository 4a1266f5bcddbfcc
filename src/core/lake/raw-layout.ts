/**
 * Names of raw downloads (databento-api.md sections 16.4 and 18; folders of the velocity lake).
 *
 *   <lake>/raw/source=databento/<product folder>/<file>            what readers look for
 *   <lake>/raw/source=databento/<product folder>/<job id>/<file>   the same file as it came, and the job's own notes
 */
import { DBN_SCHEMAS, type DbnSchema } from '#core/dbn/dbn-types';

export const RAW_FOLDER = 'raw/source=databento';

/** What a data file's name says: `glbx-mdp3-20260106.mbo.dbn.zst`. */
export interface RawFileName {
  /** The dataset in lower case with hyphens: `glbx-mdp3`. */
  readonly dataset: string;
  /** `YYYY-MM-DD`, first and last day of the content; equal in a file of one day. */
  readonly date: string;
  readonly lastDate: string;
  /** What stands between date and schema: a symbol, or the root that we put into names of definitions. */
  readonly symbol: string;
  readonly schema: DbnSchema;
}

const DATA_FILE =
  /^([a-z0-9]+(?:-[a-z0-9]+)*?)-(\d{8})(?:-(\d{8}))?(?:\.(.+))?\.([a-z0-9-]+)\.dbn(?:\.zst|\.gz)?$/;

/** `undefined` for files that hold no records: notes of a job, unfinished parts. */
export function parseRawFileName(name: string): RawFileName | undefined {
  const match = DATA_FILE.exec(name);
  const schema = DBN_SCHEMAS.find((known) => known === match?.[5]);
  if (!match || schema === undefined) return undefined;
  const [, dataset, first, last] = match;
  return {
    dataset,
    date: dashed(first),
    lastDate: dashed(last ?? first),
    symbol: match[4] ?? '',
    schema,
  };
}

function dashed(digits: string): string {
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}

/** The name with a symbol before the schema; two roots share the name of their definitions otherwise. */
export function withSymbol(name: string, symbol: string): string {
  return name.replace(/(\.[a-z0-9-]+\.dbn(?:\.zst|\.gz)?)$/, `.${symbol}$1`);
}

/** `GLBX-20260106-ABCDEFGHJK` */
export function isJobFolder(name: string): boolean {
  return /^[A-Z0-9]+-\d{8}-[A-Z0-9]+$/.test(name);
}
