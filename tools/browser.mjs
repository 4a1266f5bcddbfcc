/**
 * Finds the Chromium that the browser tests drive: an explicit path from the environment, else one already on
 * the machine, else Playwright's own, else Debian's package where it may be installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** @returns {Promise<string | undefined>} path of a browser that exists now, without installing anything */
export async function findBrowser() {
  const named = process.env.SPYMASTER_CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`SPYMASTER_CHROMIUM names ${named}, which does not exist`);
  }
  const known = KNOWN.find((path) => existsSync(path));
  if (known) return known;
  const { chromium } = await import('@playwright/test');
  const own = chromium.executablePath();
  return own && existsSync(own) ? own : undefined;
}

/** @returns {Promise<string>} path of a browser, installing one if that is possible */
export async function provideBrowser() {
  const present = await findBrowser();
  if (present) return present;
  console.log('No Chromium on this machine: asking Playwright for its own …');
  run('npx', ['playwright', 'install', 'chromium']);
  const own = await findBrowser();
  if (own) return own;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log("Playwright's browser is not available here: installing Debian's package …");
    run('apt-get', ['update', '-qq']);
    run('apt-get', [
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      'chromium',
      'fonts-dejavu-core',
      'fonts-liberation',
    ]);
    const debian = await findBrowser();
    if (debian) return debian;
  }
  throw new Error(
    'The browser tests need Chromium: install it, or set SPYMASTER_CHROMIUM to the path of a Chromium or Chrome.',
  );
}

function run(command, args) {
  spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
    shell: process.platform === 'win32',
  });
}
