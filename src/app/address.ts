/**
 * The page's address: `serving` is the only query parameter there is, and what it names decides everything about
 * the run (vacuum-pressure.md sections 16 and 22.7).
 */
import { fail } from '#base/problem';
import { resolveServing, type ResolvedServing, type ServingRegistry } from '#core/config/serving-registry';
import type { PublishedServingSpec, ServingFeed } from '#core/config/serving-spec';
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

/** Configuration, times and source of a serving. @throws ProblemError `serving/no-feed`, and as `resolveServing` */
export function servingRun(
  registry: ServingRegistry,
  selector: string,
): { settings: RunSettings; feed: ServingFeed } {
  const resolved = resolveServing(registry, selector);
  const { feed } = resolved.spec;
  if (feed?.kind !== 'sample') {
    fail('serving/no-feed', `The serving ${resolved.servingName} names no source that this page can open`);
  }
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
