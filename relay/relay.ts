/** A whole relay: configuration in, server and feeds out. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADAPTERS } from '#relay/adapters';
import { systemClock, type Clock } from '#relay/clock';
import { Feed } from '#relay/feed';
import { createLog, type RelayLog } from '#relay/log';
import { RelayMetrics } from '#relay/metrics';
import { parseRelayConfig } from '#relay/relay-config';
import { RelayServer } from '#relay/relay-server';
import { secretOf } from '#relay/secret';
import { readRegistry } from '#relay/serving-folder';

export interface RelayOptions {
  /** What relative paths of the configuration are relative to. */
  readonly folder: string;
  /** Where keys and tokens come from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log?: RelayLog;
  readonly clock?: Clock;
  /** In [0, 1), for what must not happen everywhere at once. */
  readonly random?: () => number;
}

export interface RunningRelay {
  readonly port: number;
  readonly url: string;
  readonly log: RelayLog;
  /** Says goodbye to clients, ends feeds and removes what was kept on disk. */
  stop(): Promise<void>;
}

/**
 * @param mapping the configuration as read from YAML
 * @throws ProblemError `relay/bad-config`, `relay/no-secret`, `relay/cannot-listen`, and what the registry throws
 */
export async function startRelay(mapping: unknown, options: RelayOptions): Promise<RunningRelay> {
  const { folder, env, clock = systemClock } = options;
  const config = parseRelayConfig(mapping, folder);
  const log = options.log ?? createLog(config.logLevel);
  const metrics = new RelayMetrics();
  const token = config.tokenEnv === undefined ? undefined : secretOf(env, config.tokenEnv);
  const registry = () =>
    config.registry === undefined
      ? { versions: new Map<string, never>(), aliases: new Map<string, never>() }
      : readRegistry(config.registry).registry;
  registry();

  const adapters = config.feeds.map(([name, fields]) => {
    const kind = fields.choice('adapter', Object.keys(ADAPTERS));
    const adapter = ADAPTERS[kind](fields, {
      folder,
      env,
      clock,
      log: log.child({ feed: name }),
      random: options.random ?? Math.random,
    });
    fields.finish();
    return { name, adapter };
  });
  const spools = mkdtempSync(join(config.spoolFolder ?? tmpdir(), 'spymaster-relay-'));
  const feeds = new Map(
    adapters.map(({ name, adapter }) => [
      name,
      new Feed({
        name,
        adapter,
        folder: spools,
        maxSpoolBytes: config.limits.spoolBytes,
        clock,
        log,
        metrics: metrics.ofFeed(name),
      }),
    ]),
  );
  const server = new RelayServer({ config, token, feeds, registry, clock, log, metrics });
  const removeSpools = () => rmSync(spools, { recursive: true, force: true });
  const port = await server.listen().catch((error: unknown) => {
    removeSpools();
    throw error;
  });
  for (const feed of feeds.values()) feed.start();
  log.info({ port, feeds: [...feeds.keys()] }, 'relay listens');
  return {
    port,
    url: `ws://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    log,
    stop: async () => {
      await server.close();
      for (const feed of feeds.values()) {
        await feed.stop();
        feed.discard();
      }
      removeSpools();
      log.info('relay stopped');
    },
  };
}
