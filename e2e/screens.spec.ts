/**
 * Pictures of the page's states, made with invented data so that they are the same everywhere. Fonts and
 * rasteriser decide single pixels, so they are compared where the stored set was made: Debian's Chromium.
 */
import { existsSync } from 'node:fs';
import { expect, test } from './support';

const STATES = [
  'empty',
  'drag-over',
  'address-refused',
  'probing',
  'loading-picture',
  'loading',
  'instruments',
  'ready',
  'cursor',
  'zoomed',
  'unplayed',
  'held-beyond-rows',
  'layer-depth',
  'layers',
  'warnings',
  'cancelled',
  'failed',
  'refused',
  'no-bins',
  'never-two-sided',
  'memory',
  'no-webgl',
  'table',
  'help',
];

/** States that show every colour of the theme; the others differ from the dark ones in no line of the layout. */
const LIGHT_STATES = process.env['SPYMASTER_LONG']
  ? STATES
  : ['empty', 'loading-picture', 'ready', 'cursor', 'layers', 'failed', 'table', 'help'];

const onReferenceMachine = existsSync('/etc/debian_version') && existsSync('/usr/bin/chromium');

test.describe('the page in its states', () => {
  test.skip(!onReferenceMachine, "the pictures were made with Debian's Chromium");
  for (const theme of ['dark', 'light']) {
    for (const state of theme === 'dark' ? STATES : LIGHT_STATES) {
      test(`${state}, ${theme}`, async ({ page }) => {
        await page.emulateMedia({ reducedMotion: 'reduce' });
        await page.setViewportSize({ width: 1280, height: 720 });
        await page.goto(`/gallery.html#${state}?theme=${theme}`);
        await page.waitForSelector(`html[data-ready="${state}"]`);
        await expect(page).toHaveScreenshot(`${state}-${theme}.png`, { animations: 'disabled' });
      });
    }
  }
  for (const state of ['ready', 'unplayed', 'help']) {
    test(`${state}, on a phone`, async ({ page }) => {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(`/gallery.html#${state}?theme=dark`);
      await page.waitForSelector(`html[data-ready="${state}"]`);
      await expect(page).toHaveScreenshot(`${state}-phone.png`, { animations: 'disabled' });
    });
  }
});
