import { describe, expect, it } from 'vitest';
import { parseRelayConfig } from '#relay/relay-config';
import { problemOf } from '#relay/testing/problems';

describe('the configuration of a relay', () => {
  it('serves this machine only, unless it says otherwise', () => {
    const config = parseRelayConfig({}, '/somewhere');
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8002, tokenEnv: undefined, feeds: [] });
    expect(config.origins).toContain('http://localhost:5174');
  });

  it('reads paths relative to itself', () => {
    expect(parseRelayConfig({ registry: 'servings' }, '/a/b').registry).toBe('/a/b/servings');
  });

  it.each([
    [7, 'the configuration must be a mapping'],
    [{ prot: 1 }, 'prot is no field'],
    [{ port: '8002' }, 'port must be a whole number'],
    [{ port: 70_000 }, 'port must be a whole number'],
    [{ host: '0.0.0.0' }, 'host lets other machines in, so token_env'],
    [{ origins: 'http://*.example' }, 'origins must be'],
    [{ origins: ['http://localhost:5174/'] }, 'origins must be'],
    [{ origins: ['*'] }, 'origins must be'],
    [{ limits: { clients: 0 } }, 'limits.clients must be'],
    [{ limits: { client: 1 } }, 'limits.client is no field'],
    [{ log_level: 'loud' }, 'log_level must be one of'],
    [{ feeds: { 'A b': {} } }, 'feeds.A b must be a name'],
    [{ feeds: { a: 7 } }, 'feeds.a must be a mapping'],
    [{ feeds: [] }, 'feeds must be a mapping'],
  ])('%j is refused: %s', (mapping, message) => {
    expect(problemOf(() => parseRelayConfig(mapping, '/'))).toContain(`relay/bad-config: ${message}`);
  });

  it('never repeats a value, which may be a secret in the wrong place', () => {
    for (const mapping of [
      { port: 'db-SECRET' },
      { log_level: 'db-SECRET' },
      { token_env: ['db-SECRET', {}] },
    ]) {
      const text = problemOf(() => parseRelayConfig(mapping, '/'));
      expect(text).toContain('relay/bad-config');
      expect(text).not.toContain('SECRET');
    }
  });
});
