import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headersFor, requestedPath } from './headers.mjs';
import { serveStatic } from './static-server.mjs';

const PAGE = '<!doctype html><title>page</title>';
let outer: string;
let server: { url: string; close(): Promise<void> };

beforeAll(async () => {
  outer = mkdtempSync(join(tmpdir(), 'spymaster-static-'));
  const root = join(outer, 'dist');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(outer, 'secret.txt'), 'secret');
  writeFileSync(join(root, 'index.html'), PAGE);
  writeFileSync(join(root, 'assets', 'render.worker-Ab_1-2.js'), '0');
  writeFileSync(join(root, 'assets', 'engine.worker-Ab_1-2.js'), '0');
  server = await serveStatic(root, { port: 0 });
});

afterAll(async () => {
  await server.close();
  rmSync(outer, { recursive: true });
});

/** The path goes out as it is written: `fetch` would tidy it first. */
async function ask(path: string): Promise<{ status: number; policy: string; text: string }> {
  const { port } = new URL(server.url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, resolve).on('error', reject);
  });
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return {
    status: response.statusCode ?? 0,
    policy: String(response.headers['content-security-policy']),
    text,
  };
}

describe('the file server', () => {
  it('gives each file its own policy', async () => {
    const page = await ask('/');
    expect(page).toMatchObject({ status: 200, text: PAGE });
    expect(page.policy).toContain("script-src 'self';");
    expect(page.policy).toContain("frame-ancestors 'none'");
    expect((await ask('/assets/render.worker-Ab_1-2.js')).policy).toContain("connect-src 'none'");
    expect((await ask('/assets/engine.worker-Ab_1-2.js')).policy).toContain("'wasm-unsafe-eval'");
  });

  it.each([
    '/x.render.worker%2f..%2findex.html',
    '/render.worker.js%2f..%2findex.html',
    '/render.worker.js/..%2findex.html',
    '/render.worker.js/../index.html',
    '/index.html?render.worker.js',
    '/index.html#/render.worker.js',
    '/%2e/index.html',
    '//render.worker.js/index.html',
  ])('serves the page under the policy of the page as %s', async (path) => {
    const { status, policy, text } = await ask(path);
    expect({ status, text }).toEqual({ status: 200, text: PAGE });
    expect(policy).toBe((await ask('/index.html')).policy);
    expect(policy).not.toContain('unsafe-eval');
  });

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e%2fsecret.txt', '/assets/..%2f..%2fsecret.txt'])(
    'serves nothing from outside of its folder: %s',
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it('answers what it cannot decode with 400, and folders with 404', async () => {
    expect((await ask('/%zz')).status).toBe(400);
    expect((await ask('/assets/')).status).toBe(404);
    expect((await ask('/assets')).status).toBe(404);
  });
});

describe('the policies', () => {
  it('let only built worker scripts compile code', () => {
    for (const path of [
      '/render.worker.html',
      '/a.render.worker.js',
      '/render.worker.js.html',
      '/render.worker/x.js',
    ])
      expect(headersFor(path)['Content-Security-Policy']).not.toContain('unsafe-eval');
  });

  it('are chosen by the file, not by how it was asked for', () => {
    expect(requestedPath('/a/../b/?x=render.worker.js')).toBe('/b/index.html');
    expect(requestedPath('/a%2f..%2f..%2fb')).toBe('/b');
    expect(requestedPath('/%')).toBeUndefined();
  });
});
