/** The configuration of a relay: what `relay.yaml` may say. */
import { resolve } from 'node:path';
import { fail } from '#base/problem';
import { FEED_NAME } from '#core/config/serving-spec';
import { isLoopback } from '#relay/admission';
import { badConfig, ConfigFields } from '#relay/config-fields';
import type { ClientLimits } from '#relay/client-session';

export interface RelayLimits extends ClientLimits {
  readonly clients: number;
  readonly clientsPerAddress: number;
  readonly connectsPerMinute: number;
  readonly spoolBytes: number;
  readonly heartbeatMs: number;
}

export interface RelayConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly origins: readonly string[];
  readonly hosts: readonly string[];
  readonly tokenEnv: string | undefined;
  /** Folder or catalogue of servings, absolute. */
  readonly registry: string | undefined;
  /** Where spools are kept; the system's folder for temporary files if not given. */
  readonly spoolFolder: string | undefined;
  readonly logLevel: string;
  readonly limits: RelayLimits;
  /** By name, with the fields that their adapters read. */
  readonly feeds: readonly (readonly [name: string, fields: ConfigFields])[];
}

/** Pages served by `npm start` and `npm run dev`. */
const DEFAULT_ORIGINS = [5173, 5174].flatMap((port) => [
  `http://localhost:${port}`,
  `http://127.0.0.1:${port}`,
]);
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
const MIB = 1 << 20;

/**
 * @param folder what paths in it are relative to
 * @throws ProblemError `relay/bad-config` that names the field
 */
export function parseRelayConfig(mapping: unknown, folder: string): RelayConfig {
  const fields = new ConfigFields(mapping, '');
  const host = fields.text('host', '127.0.0.1');
  const tokenEnv = fields.optionalText('token_env');
  if (!isLoopback(host) && tokenEnv === undefined) {
    fail(
      'relay/bad-config',
      'host lets other machines in, so token_env must name the variable that holds the token',
      {
        tip: 'Or leave host out: the relay then serves this machine only.',
      },
    );
  }
  const path = (name: string) => {
    const value = fields.optionalText(name);
    return value === undefined ? undefined : resolve(folder, value);
  };
  const feeds = fields.mapping('feeds').entries();
  for (const [name] of feeds) {
    if (!FEED_NAME.test(name)) badConfig(`feeds.${name}`, 'a name of a-z, 0-9, _ and -', name);
  }
  const config: RelayConfig = {
    host,
    port: fields.whole('port', 0, 65535, 8002),
    origins: fields.texts('origins', DEFAULT_ORIGINS).map((origin) => parseOrigin(origin)),
    hosts: fields.texts('hosts', []),
    tokenEnv,
    registry: path('registry'),
    spoolFolder: path('spool_folder'),
    logLevel: fields.choice('log_level', LEVELS, 'info'),
    limits: parseLimits(fields.mapping('limits')),
    feeds,
  };
  fields.finish();
  return config;
}

function parseLimits(fields: ConfigFields): RelayLimits {
  const limits: RelayLimits = {
    clients: fields.whole('clients', 1, 10_000, 64),
    clientsPerAddress: fields.whole('clients_per_address', 1, 10_000, 32),
    connectsPerMinute: fields.whole('connects_per_minute', 1, 100_000, 240),
    spoolBytes: fields.whole('spool_bytes', MIB, 2 ** 50, 8 * 1024 * MIB),
    bufferBytes: fields.whole('buffer_bytes', 1024, 256 * MIB, MIB),
    behindBytes: fields.whole('behind_bytes', 1024, 1024 * MIB, 16 * MIB),
    stallMs: fields.whole('stall_ms', 100, 3_600_000, 15_000),
    openingMs: fields.whole('opening_ms', 100, 3_600_000, 5000),
    heartbeatMs: fields.whole('heartbeat_ms', 100, 3_600_000, 5000),
  };
  fields.finish();
  return limits;
}

const ORIGIN = /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/;

/** Exactly what a browser will send; patterns are no origins. */
function parseOrigin(text: string): string {
  return ORIGIN.test(text)
    ? text
    : fail(
        'relay/bad-config',
        'origins must be of the form http://localhost:5174, without a path or pattern',
      );
}
