import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { fixturePath, sharedPath } from '../testdata/fixtures';
import { inkOnMap, openPage, sessionOf, waitForPhase, waitForPicture } from './session';
import { dropFiles, dropPath, expect, test } from './support';

const MINI = fixturePath('captures', 'mini.dbn.gz');
/** Several blocks of records long, so that blocks overlap on their way to the engine. */
const DEMO = 'public/samples/demo.dbn.gz';
const ESH4 = sharedPath('data', 'mbo', 'esh4-20231225.first20000.mbo.dbn.zst');

/** The command line's digest of a file, under the names of the page's. */
function cliDigest(path: string): { bins: number; gridSha256: string; ordersSha256: string } {
  const run = spawnSync('node', ['bin/spymaster.mjs', 'grid', path, '--digest'], { encoding: 'utf8' });
  const report = JSON.parse(run.stdout) as { bins: number; grid_sha256: string; orders_sha256: string };
  return { bins: report.bins, gridSha256: report.grid_sha256, ordersSha256: report.orders_sha256 };
}

/** Opens a file in the page with the grid digest switched on, and returns what the engine reports at its end. */
async function pageDigest(page: import('@playwright/test').Page, path: string, timeout?: number) {
  const base64 = readFileSync(path).toString('base64');
  await page.evaluate(
    ({ name, data }) => {
      type Controller = { open(files: File[], options: unknown): void };
      const { controller } = (globalThis as unknown as { spymaster: { controller: Controller } }).spymaster;
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      controller.open([new File([bytes], name)], { settings: { digest: true } });
    },
    { name: path.split('/').pop() ?? 'file', data: base64 },
  );
  await waitForPhase(page, 'ready', timeout);
  return page.evaluate(() => {
    type End = { bins: number; gridSha256: string; ordersSha256: string };
    const { controller } = (
      globalThis as unknown as { spymaster: { controller: { session: { value: { end: End } } } } }
    ).spymaster;
    return controller.session.value.end;
  });
}

test.describe('opening a capture', () => {
  test('a dropped file becomes a picture', async ({ page }) => {
    await openPage(page);
    await expect(page.getByRole('button', { name: 'Nothing leaves this machine' })).toBeVisible();
    await dropPath(page, MINI);
    const session = await waitForPhase(page, 'ready');
    expect(session.bins).toBeGreaterThan(500);
    expect(session.warnings).toEqual([]);
    await waitForPicture(page);
    expect(await inkOnMap(page)).toBeGreaterThan(0.05);
    await expect(page.getByText('Synthetic', { exact: false }).first()).toBeVisible();
  });

  test('the picker opens a file too', async ({ page }) => {
    await openPage(page);
    await page.locator('input[type="file"]').first().setInputFiles(MINI);
    expect((await waitForPhase(page, 'ready')).bins).toBeGreaterThan(500);
  });

  test('the shipped sample opens with one click', async ({ page }) => {
    await openPage(page);
    await page.getByRole('button', { name: /simulated/i }).click();
    await expect.poll(async () => (await sessionOf(page)).bins, { timeout: 45_000 }).toBeGreaterThan(300);
    await waitForPicture(page);
    expect(await inkOnMap(page)).toBeGreaterThan(0.02);
  });

  test('a real capture opens', async ({ page }) => {
    test.skip(!ESH4, 'the capture folder is not beside this checkout');
    test.setTimeout(150_000);
    if (!ESH4) return;
    await openPage(page);
    await dropPath(page, ESH4);
    const session = await waitForPhase(page, 'ready');
    expect(session).toMatchObject({ symbol: 'ESH4', warnings: ['vp/out-of-range'] });
    await waitForPicture(page);
    expect(await inkOnMap(page)).toBeGreaterThan(0.05);
  });

  test('a real capture gives the same bytes in the page and on the command line', async ({ page }) => {
    test.skip(!ESH4, 'the capture folder is not beside this checkout');
    test.skip(!process.env['SPYMASTER_LONG'], 'hashes a gigabyte: part of the long run');
    test.setTimeout(600_000);
    if (!ESH4) return;
    await openPage(page);
    const end = await pageDigest(page, ESH4, 500_000);
    expect(end.bins).toBeGreaterThan(30_000);
    expect(end).toMatchObject(cliDigest(ESH4));
  });

  test('the shipped sample gives the same bytes in the page and on the command line', async ({ page }) => {
    // Hashes a quarter of a gigabyte three times.
    test.setTimeout(180_000);
    await openPage(page);
    const end = await pageDigest(page, DEMO);
    expect(end.bins).toBe(7200);
    const { gridSha256, ...others } = cliDigest(DEMO);
    expect(end).toMatchObject({ gridSha256, ...others });
    const copied = page.evaluate(() => {
      type Toasts = { subscribe(listener: (toasts: { text: string }[]) => void): () => void };
      const { controller } = (globalThis as unknown as { spymaster: { controller: { toasts: Toasts } } })
        .spymaster;
      return new Promise<string>((resolve) => {
        controller.toasts.subscribe((toasts) => {
          const text = toasts.at(-1)?.text ?? '';
          if (text.startsWith('Grid digest')) resolve(text);
        });
      });
    });
    await page.keyboard.press('Shift+G');
    expect(await copied).toMatch(new RegExp(`^Grid digest( copied)?: ${gridSha256}$`));
  });

  test('several instruments bring a chooser; spreads are never chosen by themselves', async ({ page }) => {
    await openPage(page);
    await dropPath(page, fixturePath('captures', 'two-instruments.dbn.gz'));
    const session = await waitForPhase(page, 'ready');
    expect(session.symbol).not.toContain('-');
    await page
      .getByRole('button', { name: new RegExp(session.symbol ?? '') })
      .first()
      .click();
    await page
      .getByRole('option', { name: /-/ })
      .or(page.getByRole('radio', { name: /-/ }))
      .or(page.getByRole('menuitemradio', { name: /-/ }))
      .first()
      .click();
    await expect.poll(async () => (await sessionOf(page)).symbol).toContain('-');
    await waitForPhase(page, 'ready');
  });

  test('two files are one timeline', async ({ page }) => {
    const raw = gunzipSync(readFileSync(MINI));
    const metadata = 8 + raw.readUInt32LE(4);
    const records = (raw.length - metadata) / 56;
    const half = metadata + Math.floor(records / 2) * 56;
    await openPage(page);
    await dropFiles(page, [
      { name: 'b.dbn', bytes: Buffer.concat([raw.subarray(0, metadata), raw.subarray(half)]) },
      { name: 'a.dbn', bytes: raw.subarray(0, half) },
    ]);
    const joined = await waitForPhase(page, 'ready');
    await dropPath(page, MINI);
    await expect.poll(async () => (await sessionOf(page)).phase).not.toBe('ready');
    const whole = await waitForPhase(page, 'ready');
    expect(joined.bins).toBe(whole.bins);
  });
});

test.describe('bad input', () => {
  test('a damaged file keeps its whole records and says where the damage is', async ({ page }) => {
    await openPage(page);
    await dropPath(page, fixturePath('captures', 'damaged.dbn'));
    const session = await waitForPhase(page, 'ready');
    expect(session.bins).toBeGreaterThan(5);
    expect(session.warnings.some((code) => code.startsWith('dbn/'))).toBe(true);
    await expect(page.getByText(/byte/i).first()).toBeAttached();
  });

  test('an unknown file is refused with the formats that work, and what was loaded stays', async ({
    page,
  }) => {
    await openPage(page);
    await dropPath(page, MINI);
    const before = await waitForPhase(page, 'ready');
    await dropFiles(page, [{ name: 'notes.txt', bytes: Buffer.from('this is not a capture at all, sorry') }]);
    await expect.poll(async () => (await sessionOf(page)).failure).toMatch(/^import\//);
    const after = await sessionOf(page);
    expect(after).toEqual({ ...before, failure: after.failure });
    await expect(page.getByText(/Parquet/).first()).toBeVisible();
    await expect(page.getByText(/stays open/)).toBeVisible();
    // Symbol, badge, axis and times are those of the capture that is still shown.
    await expect(page.getByRole('button', { name: /^Instrument SIM/ })).toBeVisible();
    await expect(page.getByText(/SYN/).first()).toBeVisible();
    await expect(page.locator('spy-price-axis .price').first()).toContainText(/\d/);
    await waitForPicture(page);
    expect(await inkOnMap(page)).toBeGreaterThan(0.05);
  });

  test('an empty file is refused', async ({ page }) => {
    await openPage(page);
    await dropFiles(page, [{ name: 'empty.dbn', bytes: new Uint8Array() }]);
    expect((await waitForPhase(page, 'failed')).failure).toBe('import/empty');
  });
});
