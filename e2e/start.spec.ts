import { readFileSync } from 'node:fs';
import { fixturePath } from '../testdata/fixtures';
import { openPage, sessionOf, waitForPhase } from './session';
import { dropFiles, dropPath, expect, test } from './support';

const MINI = fixturePath('captures', 'mini.dbn.gz');

test.describe('the page stands', () => {
  test('before the list of samples has come', async ({ page }) => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/samples/samples.json', async (route) => {
      await held;
      await route.continue();
    });
    await openPage(page);
    await expect(page.getByRole('button', { name: 'Nothing leaves this machine' })).toBeVisible();
    await expect(page.getByRole('button', { name: /simulated/i })).toHaveCount(0);
    answer();
    await expect(page.getByRole('button', { name: /simulated/i })).toBeVisible();
  });

  test('with a damaged list of samples, and says so', async ({ page }) => {
    await page.route('**/samples/samples.json', (route) =>
      route.fulfill({ json: [{ name: 'demo', file: '../x' }] }),
    );
    await openPage(page);
    await expect.poll(async () => (await sessionOf(page)).warnings).toEqual(['site/bad-samples']);
    await dropPath(page, MINI);
    expect((await waitForPhase(page, 'ready')).bins).toBeGreaterThan(500);
  });

  test('or says why it cannot', async ({ page }) => {
    await page.addInitScript(() => Object.defineProperty(globalThis, 'matchMedia', { value: undefined }));
    await page.goto('/index.html');
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('Spymaster could not start');
    await expect(alert).toContainText('matchMedia');
    await expect(alert.getByRole('button', { name: 'Try again' })).toBeVisible();
  });
});

test('captures of an order are opened without what the vendor put beside them', async ({ page }) => {
  await openPage(page);
  await dropFiles(page, [
    { name: 'metadata.json', bytes: Buffer.from('{}') },
    { name: 'manifest.json', bytes: Buffer.from('{}') },
  ]);
  await expect.poll(async () => (await sessionOf(page)).failure).toBeDefined();
  await page
    .locator('input[type="file"]')
    .first()
    .setInputFiles([
      { name: 'condition.json', mimeType: 'application/json', buffer: Buffer.from('[]') },
      { name: 'manifest.json', mimeType: 'application/json', buffer: Buffer.from('{}') },
      { name: 'mini.dbn.gz', mimeType: 'application/gzip', buffer: readFileSync(MINI) },
    ]);
  const session = await waitForPhase(page, 'ready');
  expect(session.bins).toBeGreaterThan(500);
  expect(session.warnings).toContain('drop/skipped');
  await expect(page.locator('spy-toasts').getByText('condition.json')).toBeVisible();
});

test('the tabs of a small window work with the keyboard', async ({ page }) => {
  await page.setViewportSize({ width: 600, height: 900 });
  await openPage(page);
  await dropPath(page, MINI);
  await waitForPhase(page, 'ready');
  const tab = (name: string) => page.getByRole('tab', { name });
  for (const name of ['Signal', 'Depth', 'Cell']) {
    const controls = await tab(name).getAttribute('aria-controls');
    await expect(page.locator(`#${controls}`)).toHaveCount(1);
  }
  await tab('Signal').focus();
  await page.keyboard.press('ArrowRight');
  await expect(tab('Depth')).toBeFocused();
  await page.keyboard.press('End');
  await expect(tab('Cell')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(tab('Signal')).toBeFocused();
  await expect(page.getByRole('tabpanel')).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tabpanel', { name: 'Signal' })).toBeVisible();
  await expect(tab('Signal')).toHaveAttribute('aria-selected', 'true');
  expect(
    await page.getByRole('tab').evaluateAll((tabs) => tabs.map((t) => (t as HTMLElement).tabIndex)),
  ).toEqual([0, -1, -1]);
});
