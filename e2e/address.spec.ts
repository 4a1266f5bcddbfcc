import { openPage, sessionOf, waitForPicture } from './session';
import { expect, test } from './support';

test.describe('the address', () => {
  test('?serving=demo streams the shipped sample and plays it', async ({ page }) => {
    await openPage(page, 'index.html?serving=demo');
    await expect.poll(async () => (await sessionOf(page)).bins, { timeout: 45_000 }).toBeGreaterThan(100);
    await expect.poll(async () => (await sessionOf(page)).playing).toBe(true);
    await waitForPicture(page);
    const { playhead } = await sessionOf(page);
    await expect.poll(async () => (await sessionOf(page)).playhead).toBeGreaterThan(playhead);
  });

  for (const [query, code] of [
    ['?serving=nobody', 'serving/unknown'],
    ['?serving=demo&speed=3', 'address/extra-parameter'],
    ['?serving=', 'address/missing-serving'],
    ['?file=x', 'address/extra-parameter'],
    ['?serving=No%20Name', 'serving/bad-name'],
  ]) {
    test(`${query} is refused with ${code}`, async ({ page }) => {
      await openPage(page, `index.html${query}`);
      await expect
        .poll(() =>
          page.evaluate(() => {
            type Controller = { addressProblem: { value?: { code: string; message: string } } };
            const { controller } = (globalThis as unknown as { spymaster: { controller: Controller } })
              .spymaster;
            return controller.addressProblem.value?.code;
          }),
        )
        .toBe(code);
      await expect(page.getByRole('alert').first()).toBeVisible();
      expect((await sessionOf(page)).phase).toBe('empty');
    });
  }

  test('the page is isolated and its policy travels with it', async ({ page }) => {
    const response = await page.goto('/index.html');
    expect(response?.headers()['content-security-policy']).toContain("connect-src 'self'");
    const inPage = page.locator('meta[http-equiv="Content-Security-Policy"]');
    await expect(inPage).toHaveAttribute('content', /connect-src 'self'/);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  });
});
