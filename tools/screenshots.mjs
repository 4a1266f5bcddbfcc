/**
 * `npm run screenshots`: the pictures of the README, taken from the built app with the shipped sample.
 * Needs a build (`npm run build`).
 */
import { chromium } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideBrowser } from './browser.mjs';
import { serveStatic } from './static-server.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = resolve(root, 'docs/images');
mkdirSync(folder, { recursive: true });

/** Market moments of the sample: where the picture is taken, as a bin of 100 ms. */
const SHOTS = [
  { name: 'viewer-dark', bin: 3080, theme: 'dark' },
  { name: 'viewer-light', bin: 6630, theme: 'light' },
];

const server = await serveStatic(resolve(root, 'dist'), { port: 0 });
const browser = await chromium.launch({
  executablePath: await provideBrowser(),
  args: [
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--hide-scrollbars',
    '--force-color-profile=srgb',
  ],
});
try {
  for (const { name, bin, theme } of SHOTS) {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 }, colorScheme: theme });
    await page.goto(`${server.url.replace('localhost', '127.0.0.1')}index.html`);
    await page.waitForFunction(() => 'spymaster' in globalThis);
    await page.evaluate(() => globalThis.spymaster.controller.openSample('demo'));
    await page.waitForFunction(
      () => globalThis.spymaster.controller.session.value.phase === 'ready',
      undefined,
      { timeout: 120_000 },
    );
    await page.waitForFunction(
      () => globalThis.spymaster.renderer.status.value.state === 'drawing',
      undefined,
      { timeout: 60_000 },
    );
    await page.evaluate((at) => globalThis.spymaster.controller.seek(at), bin);
    await page.evaluate(() => globalThis.spymaster.renderer.call((api) => api.whenIdle()));
    await page.waitForTimeout(1000);
    await page.screenshot({ path: resolve(folder, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
