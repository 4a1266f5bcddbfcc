/** Published serving specs: what a stream runs on, immutable and complete (vacuum-pressure.md section 16). */
import { jsonDigest } from '#base/canonical-json';
import { fail } from '#base/problem';

export interface ServingSource {
  readonly run_id: string;
  readonly experiment_name: string;
  readonly config_hash: string;
  /** ISO-8601 */
  readonly promoted_at_utc: string;
  readonly serving_spec_name?: string;
  readonly signal_name?: string;
}

export interface PublishedServingSpec {
  readonly serving_id: string;
  readonly description: string;
  /** All fields of the runtime configuration plus `stream_dt` and `stream_start_time`; other keys are kept. */
  readonly runtime_snapshot: Readonly<Record<string, unknown>>;
  readonly source: ServingSource;
  /** What was proved before it was published; absent for specs that come from no experiment. */
  readonly evidence?: Readonly<Record<string, unknown>>;
  /** Where its records come from. */
  readonly feed?: ServingFeed;
  /** `servingDigest` at the time of publishing. */
  readonly content_sha256?: string;
}

/** `sample`: shipped with the app, needs no relay. `relay`: a feed of that name, live or recorded, from the relay. */
export interface ServingFeed {
  readonly kind: 'sample' | 'relay';
  readonly name: string;
}

const NAME = /^[a-z0-9][a-z0-9_]*$/;

/**
 * A serving id or alias in its stored form: trimmed and lower case, as it is also resolved (experiments.md, registry).
 *
 * @throws ProblemError `serving/bad-name` where that is not of the pattern of vacuum-pressure.md section 16
 */
export function servingName(text: string): string {
  const name = text.trim().toLowerCase();
  if (!NAME.test(name)) {
    fail(
      'serving/bad-name',
      `A serving name consists of a-z, 0-9 and _, not starting with _; got ${JSON.stringify(text)}`,
    );
  }
  return name;
}

/** Lower case, every run of other characters than a-z and 0-9 one `_`, none at the ends; `x` when nothing is left. */
export function servingSlug(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
  return slug === '' ? 'x' : slug;
}

/** `srv_{experiment}_{run}_{config}`, the latter two cut to 8 characters. */
export function servingId(source: Pick<ServingSource, 'experiment_name' | 'run_id' | 'config_hash'>): string {
  const run = servingSlug(source.run_id).slice(0, 8);
  const config = servingSlug(source.config_hash).slice(0, 8);
  return `srv_${servingSlug(source.experiment_name)}_${run}_${config}`;
}

/**
 * Reads a published spec from parsed YAML or JSON. The snapshot is checked when it is resolved.
 *
 * @throws ProblemError `serving/bad-name`, `serving/malformed`
 */
export function parsePublishedServingSpec(raw: unknown): PublishedServingSpec {
  const spec = asMapping(raw, 'A published serving spec');
  const source = asMapping(spec['source'], 'source');
  const servingSpecName = optionalText(source, 'serving_spec_name');
  const signalName = optionalText(source, 'signal_name');
  const digest = optionalText(spec, 'content_sha256');
  return Object.freeze({
    serving_id: servingName(requiredText(spec, 'serving_id')),
    description: optionalText(spec, 'description') ?? '',
    runtime_snapshot: Object.freeze({ ...asMapping(spec['runtime_snapshot'], 'runtime_snapshot') }),
    source: Object.freeze({
      run_id: requiredText(source, 'run_id'),
      experiment_name: requiredText(source, 'experiment_name'),
      config_hash: requiredText(source, 'config_hash'),
      promoted_at_utc: requiredText(source, 'promoted_at_utc'),
      ...(servingSpecName === undefined ? {} : { serving_spec_name: servingSpecName }),
      ...(signalName === undefined ? {} : { signal_name: signalName }),
    }),
    ...(spec['evidence'] == null
      ? {}
      : { evidence: Object.freeze({ ...asMapping(spec['evidence'], 'evidence') }) }),
    ...(spec['feed'] == null ? {} : { feed: parseFeed(spec['feed']) }),
    ...(digest === undefined ? {} : { content_sha256: digest }),
  });
}

function parseFeed(raw: unknown): ServingFeed {
  const { kind, name } = asMapping(raw, 'feed');
  if (kind !== 'sample' && kind !== 'relay') fail('serving/malformed', 'feed.kind must be sample or relay');
  if (typeof name !== 'string' || !FEED_NAME.test(name)) {
    fail('serving/malformed', 'feed.name must consist of a-z, 0-9, _ and -');
  }
  return Object.freeze({ kind, name });
}

/** Names of feeds and samples: they stand in paths and labels. */
export const FEED_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** SHA-256 of the canonical JSON of what a stream depends on: id, snapshot, source, evidence (experiments.md section 12.2). */
export function servingDigest({
  serving_id,
  runtime_snapshot,
  source,
  evidence,
}: PublishedServingSpec): string {
  return jsonDigest({ serving_id, runtime_snapshot, source, evidence });
}

/** @throws ProblemError `serving/tampered` where the spec is no longer what was published */
export function requireUntampered(spec: PublishedServingSpec): void {
  if (spec.content_sha256 === undefined || spec.content_sha256 === servingDigest(spec)) return;
  fail('serving/tampered', `The content of ${spec.serving_id} is not what was published`, {
    tip: 'Versions never change: restore the file, or publish the change as a version of its own.',
  });
}

/** @throws ProblemError `serving/malformed` unless `value` is a mapping */
export function asMapping(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail('serving/malformed', `${what} must be a mapping`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function requiredText(mapping: Readonly<Record<string, unknown>>, key: string): string {
  const value = mapping[key];
  if (typeof value !== 'string' || value.trim() === '')
    fail('serving/malformed', `${key} must be non-empty text`);
  return value;
}

function optionalText(mapping: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = mapping[key] ?? undefined;
  if (value !== undefined && typeof value !== 'string') fail('serving/malformed', `${key} must be text`);
  return value;
}
