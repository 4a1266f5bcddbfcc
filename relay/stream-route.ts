/** From the address of a stream to its feed. `serving` is the only parameter there is. */
import { fail } from '#base/problem';
import { resolveServing, type ServingRegistry } from '#core/config/serving-registry';
import { FEEDS_PATH, STREAM_PATH, type HelloMessage } from '#protocol/relay-messages';
import type { Feed } from '#relay/feed';

export interface Route {
  readonly feed: Feed;
  readonly serving?: NonNullable<HelloMessage['serving']>;
}

/**
 * @param url path and query of the request
 * @throws ProblemError `relay/not-found`, `serving/param-not-allowed`, `serving/missing`, `serving/repeated`,
 * `serving/no-feed`, and as `resolveServing`
 */
export function routeStream(
  url: string,
  feeds: ReadonlyMap<string, Feed>,
  registry: () => ServingRegistry,
): Route {
  const { pathname, searchParams } = new URL(url, 'http://relay');
  if (pathname === STREAM_PATH) return servingRoute(searchParams, feeds, registry());
  if (pathname.startsWith(`${FEEDS_PATH}/`)) {
    refuseExtra([...searchParams.keys()]);
    const feed = feeds.get(pathname.slice(FEEDS_PATH.length + 1));
    return feed
      ? { feed }
      : fail('relay/not-found', 'The relay has no feed of this name', { tip: known(feeds) });
  }
  return fail('relay/not-found', `Streams are at ${STREAM_PATH}?serving=NAME and ${FEEDS_PATH}/NAME`);
}

function servingRoute(
  params: URLSearchParams,
  feeds: ReadonlyMap<string, Feed>,
  registry: ServingRegistry,
): Route {
  refuseExtra([...params.keys()].filter((name) => name !== 'serving'));
  const [selector, ...more] = params.getAll('serving');
  if (selector === undefined || selector.trim() === '')
    fail('serving/missing', 'The address names no serving');
  if (more.length > 0) fail('serving/repeated', 'The address names more than one serving');
  const { spec, servingName } = resolveServing(registry, selector);
  const { feed: source } = spec;
  const feed = source?.kind === 'relay' ? feeds.get(source.name) : undefined;
  if (!feed) {
    fail('serving/no-feed', `The source of the serving ${servingName} is no feed of this relay`, {
      tip: known(feeds),
    });
  }
  return { feed, serving: { serving_name: servingName, spec } };
}

function refuseExtra(names: readonly string[]): void {
  if (names.length === 0) return;
  fail('serving/param-not-allowed', `The address has parameters that are not allowed: ${names.join(', ')}`, {
    tip: 'What is streamed follows from the serving alone.',
  });
}

function known(feeds: ReadonlyMap<string, Feed>): string {
  return feeds.size === 0 ? 'It has none.' : `It has: ${[...feeds.keys()].join(', ')}.`;
}
