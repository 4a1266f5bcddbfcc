/** A registry in one document: what the app ships and what the relay lists. */
import { fail } from '#base/problem';
import type { ServingRegistry } from '#core/config/serving-registry';
import {
  asMapping,
  parsePublishedServingSpec,
  servingName,
  type PublishedServingSpec,
} from '#core/config/serving-spec';

export interface ServingCatalog {
  readonly aliases: Readonly<Record<string, string>>;
  readonly versions: readonly PublishedServingSpec[];
}

/**
 * Reads `{aliases: {name: id}, versions: [spec]}`.
 *
 * @throws ProblemError `serving/malformed`, `serving/bad-name`
 */
export function parseServingCatalog(raw: unknown): ServingRegistry {
  const file = asMapping(raw, 'The serving registry');
  const list = file['versions'];
  if (!Array.isArray(list)) fail('serving/malformed', 'versions must be a list');
  const versions = new Map<string, PublishedServingSpec>();
  for (const item of list as unknown[]) {
    const spec = parsePublishedServingSpec(item);
    if (versions.has(spec.serving_id))
      fail('serving/malformed', `The version ${spec.serving_id} is listed twice`);
    versions.set(spec.serving_id, spec);
  }
  const aliases = new Map<string, string>();
  for (const [alias, id] of Object.entries(asMapping(file['aliases'], 'aliases'))) {
    if (typeof id !== 'string' || !versions.has(id))
      fail('serving/malformed', `The alias ${alias} names no version`);
    aliases.set(servingName(alias), id);
  }
  return { versions, aliases };
}

export function servingCatalog({ aliases, versions }: ServingRegistry): ServingCatalog {
  return { aliases: Object.fromEntries(aliases), versions: [...versions.values()] };
}
