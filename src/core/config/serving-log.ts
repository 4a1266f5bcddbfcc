/**
 * The promotion log: one JSON object per line, append-only, chained by hashes. Replaying it gives the tables of the
 * registry (experiments.md section 12.4): versions, aliases, events.
 */
import { canonicalJson } from '#base/canonical-json';
import { fail, ProblemError } from '#base/problem';
import { sha256Hex } from '#base/sha256';
import { asMapping, servingName } from '#core/config/serving-spec';

/** `promote`: with the evidence of an experiment. `register`: a spec without one. `activate`: only the alias moves. */
export type ServingEventKind = 'promote' | 'register' | 'activate';

/** What an event says of the version that it brings. */
export interface VersionEntry {
  /** Relative to the folder of the registry. */
  readonly spec_path: string;
  /** Of the bytes of that file. */
  readonly spec_sha256: string;
  readonly source_run_id: string;
  readonly source_experiment_name: string;
  readonly source_config_hash: string;
}

export interface ServingEvent {
  /** 1, 2, 3, … */
  readonly event_id: number;
  readonly kind: ServingEventKind;
  readonly alias: string;
  readonly from_serving_id: string | null;
  readonly to_serving_id: string;
  readonly actor: string;
  readonly reason: string;
  /** ISO-8601 */
  readonly timestamp_utc: string;
  /** Only where the version is new. */
  readonly version?: VersionEntry;
  /** SHA-256 of the line before without its line end; zeros in the first one. */
  readonly prev_sha256: string;
}

export interface ServingAlias {
  readonly serving_id: string;
  readonly updated_at_utc: string;
}

/** The tables after some events. */
export interface ServingLog {
  readonly events: readonly ServingEvent[];
  readonly versions: ReadonlyMap<string, VersionEntry>;
  readonly aliases: ReadonlyMap<string, ServingAlias>;
  /** What the next line must name as `prev_sha256`. */
  readonly headSha256: string;
}

const NO_LINE = '0'.repeat(64);
const KINDS: readonly unknown[] = ['promote', 'register', 'activate'];

/** @throws ProblemError `serving/log-broken` with the byte offset of the first line that does not fit its predecessors */
export function replayServingLog(text: string): ServingLog {
  const events: ServingEvent[] = [];
  const versions = new Map<string, VersionEntry>();
  const aliases = new Map<string, ServingAlias>();
  let headSha256 = NO_LINE;
  let offset = 0;
  const total = utf8Length(text);
  for (const line of text.split('\n')) {
    const end = offset + utf8Length(line);
    if (line === '') {
      if (offset < total) broken('A line is empty', offset);
      break;
    }
    if (end >= total) broken('The last line is incomplete', offset);
    const event = parseEvent(line, offset);
    if (event.event_id !== events.length + 1 || event.prev_sha256 !== headSha256) {
      broken('A line was removed, inserted or changed before this one', offset);
    }
    const { alias, to_serving_id: id, version } = event;
    if (version === undefined ? !versions.has(id) : versions.has(id)) {
      broken(version ? `The version ${id} comes twice` : `There is no version ${id} yet`, offset);
    }
    if ((aliases.get(alias)?.serving_id ?? null) !== event.from_serving_id) {
      broken(`The alias ${alias} did not point to ${event.from_serving_id}`, offset);
    }
    if (version) versions.set(id, version);
    aliases.set(alias, { serving_id: id, updated_at_utc: event.timestamp_utc });
    events.push(event);
    headSha256 = sha256Hex(line);
    offset = end + 1;
  }
  return { events, versions, aliases, headSha256 };
}

/** The line of the next event, with its line end. */
export function nextServingLine(
  log: ServingLog,
  event: Omit<ServingEvent, 'event_id' | 'from_serving_id' | 'prev_sha256'>,
): string {
  const complete: ServingEvent = {
    ...event,
    event_id: log.events.length + 1,
    from_serving_id: log.aliases.get(event.alias)?.serving_id ?? null,
    prev_sha256: log.headSha256,
  };
  return `${canonicalJson(complete)}\n`;
}

/** The version of that run and configuration, which is unique. */
export function versionOfRun(log: ServingLog, runId: string, configHash: string): string | undefined {
  for (const [id, entry] of log.versions) {
    if (entry.source_run_id === runId && entry.source_config_hash === configHash) return id;
  }
  return undefined;
}

/** Among the aliases that point to a version of the run the latest moved, ties by name. */
export function preferredAlias(
  log: ServingLog,
  runId: string,
): { alias: string; servingId: string } | undefined {
  const [first] = [...log.aliases]
    .filter(([, { serving_id: id }]) => log.versions.get(id)?.source_run_id === runId)
    .sort(([a, x], [b, y]) =>
      x.updated_at_utc === y.updated_at_utc ? (a < b ? -1 : 1) : x.updated_at_utc > y.updated_at_utc ? -1 : 1,
    );
  return first && { alias: first[0], servingId: first[1].serving_id };
}

function parseEvent(line: string, offset: number): ServingEvent {
  try {
    const event = asMapping(JSON.parse(line) as unknown, 'An event');
    for (const name of ['alias', 'to_serving_id'] as const) {
      const value = event[name];
      if (typeof value !== 'string' || servingName(value) !== value) throw new SyntaxError(name);
    }
    for (const name of ['actor', 'reason', 'timestamp_utc', 'prev_sha256']) {
      if (typeof event[name] !== 'string') throw new SyntaxError(name);
    }
    if (!KINDS.includes(event['kind'])) throw new SyntaxError('kind');
    if (event['version'] !== undefined) requireEntry(asMapping(event['version'], 'version'));
    return event as unknown as ServingEvent;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof ProblemError)) throw error;
    return broken('A line is no event of the log', offset);
  }
}

function requireEntry(entry: Readonly<Record<string, unknown>>): void {
  const names = ['spec_path', 'spec_sha256', 'source_run_id', 'source_experiment_name', 'source_config_hash'];
  for (const name of names) if (typeof entry[name] !== 'string') throw new SyntaxError(name);
}

function broken(what: string, offset: number): never {
  return fail('serving/log-broken', `${what} in the promotion log`, {
    offset,
    tip: 'The log is append-only: restore it from a copy. What was published before this line can be trusted.',
  });
}

/** Bytes of the text in UTF-8; lone surrogates count as the replacement character. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
