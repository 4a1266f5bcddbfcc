/**
 * The registry on disk: `serving_registry.jsonl`, and under `versions/` one immutable file per version.
 *
 *   publish: lock → version file (new name, flushed, renamed) → log line (whole log replaced by rename) → unlock
 *
 * A log line that cannot be written takes its version file back; a version file without a line is an orphan and is
 * only listed.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '#base/canonical-json';
import { fail } from '#base/problem';
import { sha256Hex } from '#base/sha256';
import { parseServingCatalog } from '#core/config/serving-catalog';
import {
  nextServingLine,
  replayServingLog,
  versionOfRun,
  type ServingEvent,
  type ServingLog,
} from '#core/config/serving-log';
import { resolveServing, type ServingRegistry } from '#core/config/serving-registry';
import {
  parsePublishedServingSpec,
  servingDigest,
  servingId,
  servingName,
  type PublishedServingSpec,
} from '#core/config/serving-spec';
import { isMissing, parseJson, readTextFile, refuseSystem } from '#relay/files';

const LOG_FILE = 'serving_registry.jsonl';
const VERSIONS = 'versions';
const LOCK_FILE = 'registry.lock';

export interface StoredRegistry {
  readonly registry: ServingRegistry;
  /** Absent for a registry in one document. */
  readonly log?: ServingLog;
  /** Version files that no line of the log names. */
  readonly orphans: readonly string[];
}

/** Who moves an alias, and why. */
export interface Promotion {
  readonly alias: string;
  readonly actor: string;
  readonly reason: string;
  readonly now: Date;
}

/**
 * Reads a folder, or a catalogue in one document where `path` ends in `.json`. A folder that does not exist yet is an
 * empty registry.
 *
 * @throws ProblemError `serving/log-broken`, `serving/tampered`, `serving/malformed`, `file/…`
 */
export function readRegistry(path: string): StoredRegistry {
  if (path.endsWith('.json')) {
    return { registry: parseServingCatalog(parseJson(readTextFile(path), path)), orphans: [] };
  }
  const log = readLog(path);
  const versions = new Map<string, PublishedServingSpec>();
  for (const [id, entry] of log.versions) {
    const text = readTextFile(join(path, entry.spec_path));
    if (sha256Hex(text) !== entry.spec_sha256) {
      fail('serving/tampered', `The file of ${id} is not what was published: ${entry.spec_path}`, {
        tip: 'Versions never change: restore the file, or publish the change as a version of its own.',
      });
    }
    versions.set(id, parsePublishedServingSpec(parseJson(text, entry.spec_path)));
  }
  const aliases = new Map([...log.aliases].map(([alias, { serving_id: id }]) => [alias, id]));
  return { registry: { versions, aliases }, log, orphans: orphansOf(path, log) };
}

export interface Published {
  readonly serving_id: string;
  readonly alias: string;
  readonly reused_existing: boolean;
  readonly event: ServingEvent;
}

/**
 * Publishes a spec under an alias. Where its run and configuration were published before, only the alias moves.
 *
 * @param raw the spec as read from YAML or JSON; `serving_id` and `content_sha256` may be absent
 * @throws ProblemError `serving/id-collision`, `serving/bad-id`, `serving/locked`, as `resolveServing`, `file/…`
 */
export function publishServing(
  path: string,
  raw: Readonly<Record<string, unknown>>,
  to: Promotion,
): Published {
  const spec = completeSpec(raw);
  const { serving_id: id, source } = spec;
  return underLock(path, () => {
    const stored = readRegistry(path);
    const log = stored.log!;
    const existing = versionOfRun(log, source.run_id, source.config_hash);
    const holder = stored.registry.versions.get(existing ?? id);
    if (holder && (existing === undefined || !sameContent(holder, spec))) {
      fail('serving/id-collision', `${id} is published already, with another content`, {
        tip: 'A version never changes. A changed configuration has another config_hash, a repeated run another run_id.',
      });
    }
    const kind = spec.evidence ? 'promote' : 'register';
    if (existing !== undefined) return { ...append(path, log, kind, existing, to), reused_existing: true };

    const text = `${JSON.stringify(spec, undefined, 2)}\n`;
    const specPath = `${VERSIONS}/${id}.json`;
    mkdirSync(join(path, VERSIONS), { recursive: true });
    writeWhole(join(path, specPath), text);
    try {
      const entry = {
        spec_path: specPath,
        spec_sha256: sha256Hex(text),
        source_run_id: source.run_id,
        source_experiment_name: source.experiment_name,
        source_config_hash: source.config_hash,
      };
      return { ...append(path, log, kind, id, to, entry), reused_existing: false };
    } catch (error) {
      rmSync(join(path, specPath), { force: true });
      throw error;
    }
  });
}

/**
 * Points an alias to a version: also the way back to an older one.
 *
 * @param selector alias or id of the version
 * @throws ProblemError as `resolveServing`, `serving/locked`, `file/…`
 */
export function activateServing(path: string, selector: string, to: Promotion): Published {
  return underLock(path, () => {
    const { registry, log } = readRegistry(path);
    const { spec } = resolveServing(registry, selector);
    return { ...append(path, log!, 'activate', spec.serving_id, to), reused_existing: true };
  });
}

function completeSpec(raw: Readonly<Record<string, unknown>>): PublishedServingSpec {
  const { source } = parsePublishedServingSpec({ ...raw, serving_id: raw['serving_id'] ?? 'unnamed' });
  const id = servingId(source);
  const spec = parsePublishedServingSpec({ ...raw, serving_id: id });
  if (raw['serving_id'] !== undefined && parsePublishedServingSpec(raw).serving_id !== id) {
    fail(
      'serving/bad-id',
      `The source of the spec gives the id ${id}, not ${JSON.stringify(raw['serving_id'])}`,
    );
  }
  resolveServing({ versions: new Map([[id, spec]]), aliases: new Map() }, id);
  return { ...spec, content_sha256: servingDigest(spec) };
}

/** When it was promoted, and on what evidence, may differ between two promotions of the same thing. */
function sameContent(a: PublishedServingSpec, b: PublishedServingSpec): boolean {
  const content = ({ runtime_snapshot, source, feed }: PublishedServingSpec) =>
    canonicalJson({ runtime_snapshot, feed, source: { ...source, promoted_at_utc: undefined } });
  return content(a) === content(b);
}

function append(
  path: string,
  log: ServingLog,
  kind: ServingEvent['kind'],
  id: string,
  { alias: name, actor, reason, now }: Promotion,
  version?: ServingEvent['version'],
): Omit<Published, 'reused_existing'> {
  const alias = servingName(name);
  const line = nextServingLine(log, {
    kind,
    alias,
    to_serving_id: id,
    actor,
    reason,
    timestamp_utc: now.toISOString(),
    ...(version ? { version } : {}),
  });
  const before = log.events.length === 0 ? '' : readTextFile(join(path, LOG_FILE));
  writeWhole(join(path, LOG_FILE), before + line);
  return { serving_id: id, alias, event: JSON.parse(line) as ServingEvent };
}

function readLog(path: string): ServingLog {
  try {
    return replayServingLog(readFileSync(join(path, LOG_FILE), 'utf8'));
  } catch (error) {
    if (isMissing(error)) return replayServingLog('');
    return refuseSystem(error, join(path, LOG_FILE));
  }
}

function orphansOf(path: string, log: ServingLog): string[] {
  const named = new Set([...log.versions.values()].map((entry) => entry.spec_path));
  try {
    const files = readdirSync(join(path, VERSIONS)).filter((name) => name.endsWith('.json'));
    return files.map((name) => `${VERSIONS}/${name}`).filter((file) => !named.has(file));
  } catch (error) {
    return isMissing(error) ? [] : refuseSystem(error, join(path, VERSIONS));
  }
}

/** The file appears whole or not at all. */
function writeWhole(path: string, text: string): void {
  const fresh = `${path}.${process.pid}.new`;
  try {
    const handle = openSync(fresh, 'w');
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    refuseSystem(error, path);
  }
}

function underLock<T>(path: string, act: () => T): T {
  const lock = join(path, LOCK_FILE);
  try {
    mkdirSync(path, { recursive: true });
    takeLock(lock);
  } catch (error) {
    refuseSystem(error, path);
  }
  try {
    return act();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): void {
  try {
    const handle = openSync(lock, 'wx');
    writeSync(handle, String(process.pid));
    closeSync(handle);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    fail('serving/locked', `Another program is changing the registry: ${lock}`, {
      tip: 'Try again. If no such program runs (it was killed), remove the lock file.',
    });
  }
}
