/** The guard of all browser tests, tested: a page that calls home must be seen, whichever way it does. */
import type { Browser, Page } from '@playwright/test';
import { watchLeaks } from './leaks';
import { listen } from './listener';
import { openPage, waitForPicture } from './session';
import { fixturePath } from '../testdata/fixtures';
import { dropPath, expect, test } from './support';

/** Nobody answers there: the address must never be asked. */
const ELSEWHERE = 'http://leak.invalid';

const WAYS: Record<string, (page: Page) => Promise<unknown>> = {
  fetch: (page) => page.evaluate((to) => fetch(`${to}/fetch`).catch(() => undefined), ELSEWHERE),
  'a WebSocket': (page) =>
    page.evaluate((to) => {
      try {
        new WebSocket(`${to.replace('http', 'ws')}/socket`);
      } catch {
        // some policies refuse with an exception
      }
    }, ELSEWHERE),
  'a beacon': (page) => page.evaluate((to) => navigator.sendBeacon(`${to}/beacon`, 'x'), ELSEWHERE),
  'an image': (page) =>
    page.evaluate((to) => {
      new Image().src = `${to}/image.png`;
    }, ELSEWHERE),
  'a form': (page) =>
    page.evaluate((to) => {
      const form = document.createElement('form');
      form.action = `${to}/form`;
      document.body.append(form);
      form.submit();
    }, ELSEWHERE),
  'a worker': async (page) => {
    await dropPath(page, fixturePath('captures', 'mini.dbn.gz'));
    await waitForPicture(page);
    for (const worker of page.workers())
      await worker.evaluate((to) => fetch(`${to}/worker`).catch(() => undefined), ELSEWHERE);
  },
};

/** A page of its own, so that what it does on purpose does not count against the test. */
async function guardedPage(browser: Browser, baseURL: string): Promise<{ page: Page; leaks: string[] }> {
  const context = await browser.newContext({ baseURL });
  const leaks = await watchLeaks(context, new URL(baseURL).origin);
  const page = await context.newPage();
  await openPage(page);
  return { page, leaks };
}

for (const [name, leak] of Object.entries(WAYS)) {
  test(`the guard sees ${name} that calls another host`, async ({ browser, baseURL }) => {
    const { page, leaks } = await guardedPage(browser, baseURL ?? '');
    expect(leaks).toEqual([]);
    await leak(page);
    await expect.poll(() => leaks.some((address) => address.includes('leak.invalid'))).toBe(true);
    await page.context().close();
  });
}

test('a page without our policy reaches another host, this page does not', async ({ browser, baseURL }) => {
  const home = await listen();
  const elsewhere = await listen();
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const page = await context.newPage();
  const call = (): Promise<string> =>
    page.evaluate(
      (to) =>
        fetch(to).then(
          () => 'sent',
          () => 'blocked',
        ),
      elsewhere.url,
    );
  await page.goto(home.url);
  expect(await call()).toBe('sent');
  expect(elsewhere.hits()).toBe(1);
  await openPage(page);
  expect(await call()).toBe('blocked');
  expect(elsewhere.hits()).toBe(1);
  await context.close();
  await Promise.all([home.close(), elsewhere.close()]);
});
