import { existsSync } from 'node:fs';
import { defineConfig, type Connect, type Plugin } from 'vite';
import { ensureKernel } from './tools/build-kernel.mjs';
import { CONTENT_POLICY, headersFor, requestedPath } from './tools/headers.mjs';

/** Sends the isolation and security headers in dev and preview exactly as `npm start` and any good host do. */
function securityHeaders(): Plugin {
  const install = (middlewares: Connect.Server, dev: boolean): void => {
    middlewares.use((request, response, next) => {
      for (const [name, value] of Object.entries(
        headersFor(requestedPath(request.url ?? '/') ?? '/', { dev }),
      )) {
        response.setHeader(name, value);
      }
      next();
    });
  };
  return {
    name: 'security-headers',
    configureServer: (server) => install(server.middlewares, true),
    configurePreviewServer: (server) => install(server.middlewares, false),
  };
}

/**
 * The page's policy also travels inside the built page, for hosts that send no headers. It binds the page alone: a
 * dedicated worker has the policy of its own response, and none where the host sends none.
 */
function policyInPage(): Plugin {
  return {
    name: 'policy-in-page',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** The gallery is for the picture tests (`tools/test.mjs`); what users get is built without it. */
const gallery = process.env['SPYMASTER_GALLERY'] === '1' ? ['gallery'] : [];
const pages = ['index', 'experiments', ...gallery].filter((name) => existsSync(`${name}.html`));

await ensureKernel();

export default defineConfig({
  base: './',
  appType: 'mpa',
  worker: { format: 'es' },
  plugins: [securityHeaders(), policyInPage()],
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  preview: { host: '127.0.0.1', port: 4173, strictPort: true },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: { input: Object.fromEntries(pages.map((name) => [name, `${name}.html`])) },
  },
});
