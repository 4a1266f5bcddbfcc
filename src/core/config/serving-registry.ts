/** From the selector in a stream's address to everything the stream needs (vacuum-pressure.md section 16). */
import { fail } from '#base/problem';
import type { RuntimeField } from '#core/config/field';
import { parseRuntimeConfig, type VpRuntimeConfig } from '#core/config/runtime-config';
import { RUNTIME_FIELDS } from '#core/config/runtime-fields';
import { requireUntampered, servingName, type PublishedServingSpec } from '#core/config/serving-spec';
import { emissionLimits } from '#core/config/time-boundaries';

export interface ServingRegistry {
  /** By `serving_id`. */
  readonly versions: ReadonlyMap<string, PublishedServingSpec>;
  /** Alias to `serving_id`; aliases move, versions do not. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** The one instrument of the opened data source. */
export interface InstrumentLock {
  readonly productType: string;
  readonly symbol: string;
}

export interface ResolvedServing {
  /** The alias or id that was asked for. */
  readonly servingName: string;
  readonly spec: PublishedServingSpec;
  readonly config: VpRuntimeConfig;
  /** `YYYY-MM-DD` */
  readonly streamDt: string;
  /** `HH:MM` New York */
  readonly streamStartTime: string;
}

/**
 * Resolves an alias (tried first) or a `serving_id`, checks the instrument, and builds the configuration from the
 * snapshot alone: no default of this build can leak in.
 *
 * @throws ProblemError `serving/bad-name`, `serving/unknown`, `serving/tampered`, `serving/missing-field`,
 * `serving/instrument-lock`, `serving/version-mismatch`, or any `config/…` of the snapshot
 */
export function resolveServing(
  registry: ServingRegistry,
  selector: string,
  lock?: InstrumentLock,
): ResolvedServing {
  const name = servingName(selector);
  const spec = registry.versions.get(registry.aliases.get(name) ?? name);
  if (!spec) fail('serving/unknown', `There is no serving ${name}`, { tip: known(registry) });

  requireUntampered(spec);

  const snapshot = spec.runtime_snapshot;
  const productType = requiredText(spec, 'product_type');
  const symbol = requiredText(spec, 'symbol');
  const streamDt = requiredText(spec, 'stream_dt');
  const streamStartTime = requiredText(spec, 'stream_start_time');
  if (lock) requireInstrument(lock, { productType, symbol });
  emissionLimits(streamDt, streamStartTime);

  const fields: readonly RuntimeField[] = RUNTIME_FIELDS;
  for (const field of fields) {
    if (!field.derived && !field.extension && snapshot[field.name] === undefined) missing(spec, field.name);
  }
  const config = parseRuntimeConfig(snapshot);
  const stored = snapshot['config_version'];
  if (stored !== undefined && stored !== config.config_version) {
    fail(
      'serving/version-mismatch',
      `config_version of ${spec.serving_id} is stored as ${JSON.stringify(stored)} but its fields give ${config.config_version}`,
      { tip: 'The snapshot was changed after it was published; promote the run again.' },
    );
  }
  return { servingName: name, spec, config, streamDt, streamStartTime };
}

/** @throws ProblemError `serving/instrument-lock` when the two are not the same instrument */
export function requireInstrument(lock: InstrumentLock, requested: InstrumentLock): void {
  if (lock.productType === requested.productType && lock.symbol === requested.symbol) return;
  fail(
    'serving/instrument-lock',
    `Requested is ${requested.productType} ${requested.symbol}, but the open data holds ${lock.productType} ${lock.symbol}`,
    { tip: `Open a capture of ${requested.symbol}, or choose a serving for ${lock.symbol}.` },
  );
}

function requiredText(spec: PublishedServingSpec, key: string): string {
  const value = spec.runtime_snapshot[key];
  if (typeof value !== 'string' || value.trim() === '') missing(spec, key);
  return value.trim();
}

function missing(spec: PublishedServingSpec, key: string): never {
  return fail('serving/missing-field', `${key} is missing in the snapshot of ${spec.serving_id}`);
}

const SHOWN_NAMES = 8;

function known(registry: ServingRegistry): string {
  const names = [...registry.aliases.keys(), ...registry.versions.keys()];
  if (names.length === 0) return 'The registry is empty.';
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return `Known: ${shown}${names.length > SHOWN_NAMES ? `, and ${names.length - SHOWN_NAMES} more` : ''}.`;
}
