import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import { findBrowser } from './tools/browser.mjs';

const executablePath = await findBrowser();
const PORT = 4174;
/** The picture tests need the gallery, which no build for users has. */
const built = existsSync('dist/gallery.html');

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  timeout: 60_000,
  workers: 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  snapshotPathTemplate: 'e2e/screens/{testFileName}/{arg}{ext}',
  expect: { timeout: 15_000, toHaveScreenshot: { maxDiffPixels: 1, threshold: 0.02 } },
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    viewport: { width: 1600, height: 900 },
    deviceScaleFactor: 1,
    locale: 'en-US',
    timezoneId: 'UTC',
    colorScheme: 'dark',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--font-render-hinting=none',
        '--disable-lcd-text',
        '--force-color-profile=srgb',
        '--hide-scrollbars',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  webServer: {
    command: `node tools/start.mjs ${built ? '--no-build ' : ''}--port ${PORT}`,
    env: { SPYMASTER_GALLERY: '1' },
    url: `http://127.0.0.1:${PORT}/index.html`,
    reuseExistingServer: process.env['CI'] === undefined,
  },
});
