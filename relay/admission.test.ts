import { describe, expect, it } from 'vitest';
import { RELAY_SUBPROTOCOL } from '#protocol/relay-messages';
import { hostNames, isLoopback, RateLimit, refuseUpgrade, traceparentOf } from '#relay/admission';

const RULES = {
  origins: new Set(['http://localhost:5174', 'https://desk.example']),
  hosts: hostNames('127.0.0.1', 8002, []),
  token: undefined,
};
const GOOD = {
  host: 'localhost:8002',
  origin: 'http://localhost:5174',
  'sec-websocket-protocol': RELAY_SUBPROTOCOL,
};

describe('an upgrade', () => {
  it.each(['localhost:8002', '127.0.0.1:8002', '[::1]:8002', 'LOCALHOST:8002'])('is let in as %s', (host) => {
    expect(refuseUpgrade({ ...GOOD, host }, RULES)).toBeUndefined();
    expect(refuseUpgrade({ ...GOOD, host, origin: 'https://desk.example' }, RULES)).toBeUndefined();
  });

  it.each([
    undefined,
    '',
    'null',
    'file://',
    'http://localhost',
    'http://localhost:5175',
    'http://localhost:51740',
    'http://localhost:5174/',
    'http://localhost:5174.evil.example',
    'http://localhost:5174@evil.example',
    'http://evil.example/http://localhost:5174',
    'http://evil-localhost:5174',
    'http://sub.localhost:5174',
    'https://localhost:5174',
    'HTTP://LOCALHOST:5174',
    ' http://localhost:5174',
    'http://localhost:5174, http://localhost:5174',
    'http://desk.example',
    'https://desk.example:443',
    'https://desk.example.evil.example',
    'https://desk-example',
    'https://xn--desk.example',
  ])('of a page of %j is refused', (origin) => {
    const { origin: _, ...without } = GOOD;
    const headers = origin === undefined ? without : { ...without, origin };
    expect(refuseUpgrade(headers, RULES)).toMatchObject({ status: 403, code: 'relay/bad-origin' });
  });

  it.each([
    undefined,
    '',
    'localhost',
    'localhost:8003',
    'localhost:80020',
    'localhost.:8002',
    'evil.example:8002',
    'localhost.evil.example:8002',
    'localhost:8002.evil.example',
    '127.0.0.2:8002',
    '0.0.0.0:8002',
    '::1:8002',
  ])('under the name %j is refused', (host) => {
    const { host: _, ...without } = GOOD;
    const headers = host === undefined ? without : { ...without, host };
    expect(refuseUpgrade(headers, RULES)).toMatchObject({ status: 403, code: 'relay/bad-host' });
  });

  it.each([undefined, '', 'spymaster.relay.v2', `${RELAY_SUBPROTOCOL}x`, 'chat'])(
    'offering %j is refused',
    (offered) => {
      const { 'sec-websocket-protocol': _, ...without } = GOOD;
      const headers = offered === undefined ? without : { ...without, 'sec-websocket-protocol': offered };
      expect(refuseUpgrade(headers, RULES)?.status).toBe(426);
    },
  );

  it('needs the token where there is one', () => {
    const rules = { ...RULES, token: 'tokentoken' };
    const offering = (text: string) => ({ ...GOOD, 'sec-websocket-protocol': text });
    expect(
      refuseUpgrade(offering(`${RELAY_SUBPROTOCOL}, spymaster.token.tokentoken`), rules),
    ).toBeUndefined();
    for (const wrong of ['', ', spymaster.token.', ', spymaster.token.tokentokem', ', tokentoken']) {
      expect(refuseUpgrade(offering(RELAY_SUBPROTOCOL + wrong), rules)?.status).toBe(401);
    }
  });
});

describe('names', () => {
  it('of this machine are known', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1']) expect(isLoopback(host)).toBe(true);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'localhost.evil.example', '1270.0.1', '']) {
      expect(isLoopback(host)).toBe(false);
    }
  });

  it('of a public relay are its own only', () => {
    const names = (more: string[]) => [...hostNames('192.0.2.1', 9, more)];
    expect(names([])).toEqual(['192.0.2.1:9']);
    expect(names(['Relay.example'])).toEqual(['192.0.2.1:9', 'relay.example', 'relay.example:9']);
    expect(names(['relay.example:8443'])).toEqual(['192.0.2.1:9', 'relay.example:8443']);
    for (const name of ['2001:db8::1', '[2001:db8::1]']) {
      expect(names([name])).toEqual(['192.0.2.1:9', '[2001:db8::1]', '[2001:db8::1]:9']);
    }
    expect(names(['[2001:db8::1]:443'])).toEqual(['192.0.2.1:9', '[2001:db8::1]:443']);
  });
});

describe('limits', () => {
  it('count attempts in a sliding minute, per address', () => {
    const limit = new RateLimit(3);
    for (let i = 0; i < 3; i++) expect(limit.allows('a', i * 10_000)).toBe(true);
    expect(limit.allows('a', 59_999)).toBe(false);
    expect(limit.allows('b', 59_999)).toBe(true);
    expect(limit.allows('a', 60_000)).toBe(true);
    expect(limit.allows('a', 60_001)).toBe(false);
  });
});

describe('traces', () => {
  it('are carried only where they are well-formed', () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    expect(traceparentOf({ traceparent })).toBe(traceparent);
    for (const wrong of ['', 'x', `${traceparent}0`, traceparent.toUpperCase()]) {
      expect(traceparentOf({ traceparent: wrong })).toBeUndefined();
    }
  });
});
