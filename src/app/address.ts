/**
 * The page's address: `serving` is the only query parameter there is, and what it names decides everything about
 * the run (vacuum-pressure.md sections 16 and 22.7).
 */
import { fail } from '#base/problem';
import { resolveServing, type ResolvedServing, type ServingRegistry } from '#core/config/serving-registry';
import { asMapping, parsePublishedServingSpec, type PublishedServingSpec } from '#core/config/serving-spec';
import { emissionLimits, sessionWindow } from '#core/config/time-boundaries';
import type { RunSettings } from '#app/session';
import type { ServingInfo } from '#protocol/grid-messages';

/**
 * The selector in the query, or undefined without a query.
 *
 * @throws ProblemError `address/extra-parameter`, `address/missing-serving`, `address/repeated-serving`
 */
export function servingSelector(search: string): string | undefined {
  const params = new URLSearchParams(search);
  const names = [...params.keys()];
  if (names.length === 0) return undefined;
  const extra = names.find((name) => name !== 'serving');
  if (extra !== undefined) {
    fail('address/extra-parameter', `This page does not take the parameter ${JSON.stringify(extra)}`, {
      tip: 'The only parameter is serving. Everything else about a view is in the part after #.',
    });
  }
  if (names.length > 1) fail('address/repeated-serving', 'The address names more than one serving');
  const selector = params.get('serving') ?? '';
  if (selector.trim() === '') {
    fail('address/missing-serving', 'The address has a serving parameter without a value', {
      tip: 'Write ?serving=demo, or leave the parameter out.',
    });
  }
  return selector;
}

/** Where a serving's records come from. */
export interface SampleFeed {
  readonly kind: 'sample';
  readonly name: string;
}

export interface ServingCatalog {
  readonly registry: ServingRegistry;
  readonly feeds: ReadonlyMap<string, SampleFeed>;
}

/**
 * Reads `servings/registry.json`: `{aliases: {name: id}, versions: [spec + feed]}`.
 *
 * @throws ProblemError `serving/malformed`, `serving/bad-name`
 */
export function parseServingCatalog(raw: unknown): ServingCatalog {
  const file = asMapping(raw, 'The serving registry');
  const list = file['versions'];
  if (!Array.isArray(list)) fail('serving/malformed', 'versions must be a list');
  const versions = new Map<string, PublishedServingSpec>();
  const feeds = new Map<string, SampleFeed>();
  for (const item of list as unknown[]) {
    const spec = parsePublishedServingSpec(item);
    const feed = asMapping(asMapping(item, 'A version')['feed'], 'feed');
    if (feed['kind'] !== 'sample' || typeof feed['name'] !== 'string') {
      fail('serving/malformed', `The feed of ${spec.serving_id} must be a sample with a name`);
    }
    versions.set(spec.serving_id, spec);
    feeds.set(spec.serving_id, { kind: 'sample', name: feed['name'] });
  }
  const aliases = new Map<string, string>();
  for (const [alias, id] of Object.entries(asMapping(file['aliases'], 'aliases'))) {
    if (typeof id !== 'string' || !versions.has(id))
      fail('serving/malformed', `The alias ${alias} names no version`);
    aliases.set(alias, id);
  }
  return { registry: { versions, aliases }, feeds };
}

/** Configuration, times and source of a serving. @throws ProblemError as `resolveServing` */
export function servingRun(
  catalog: ServingCatalog,
  selector: string,
): { settings: RunSettings; feed: SampleFeed } {
  const resolved = resolveServing(catalog.registry, selector);
  const feed = catalog.feeds.get(resolved.spec.serving_id);
  if (!feed) fail('serving/no-feed', `The serving ${resolved.servingName} names no source`);
  return { settings: settingsOf(resolved), feed };
}

function settingsOf(resolved: ResolvedServing): RunSettings {
  const { config, spec, streamDt, streamStartTime } = resolved;
  const window = sessionWindow(config.product_type, streamDt);
  return {
    config,
    serving: servingInfo(resolved.servingName, spec),
    ...emissionLimits(streamDt, streamStartTime),
    sessionStartNs: window.startNs,
    sessionEndNs: window.endNs,
  };
}

function servingInfo(name: string, spec: PublishedServingSpec): ServingInfo {
  return { serving_name: name, serving_id: spec.serving_id, source: { ...spec.source } };
}
