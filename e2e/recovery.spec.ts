import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { inkOnMap, openPage, sessionOf, waitForPhase, waitForPicture } from './session';
import { dropPath, expect, test } from './support';

const DEMO = 'public/samples/demo.dbn.gz';

function worker(page: Page, name: string) {
  const found = page.workers().find((w) => w.url().includes(`${name}.worker`));
  if (!found) throw new Error(`no ${name} worker`);
  return found;
}

/** Opens a file with the grid digest on, which makes loading slow enough to be interrupted. */
async function openSlowly(page: Page, path: string): Promise<void> {
  await page.evaluate(
    ({ data }) => {
      type Controller = { open(files: File[], options: unknown): void };
      const { controller } = (globalThis as unknown as { spymaster: { controller: Controller } }).spymaster;
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      controller.open([new File([bytes], 'demo.dbn.gz')], { settings: { digest: true } });
    },
    { data: readFileSync(path).toString('base64') },
  );
}

test('cancelling ends loading and keeps what is loaded', async ({ page }) => {
  await openPage(page);
  await openSlowly(page, DEMO);
  await expect.poll(async () => (await sessionOf(page)).bins, { timeout: 45_000 }).toBeGreaterThan(100);
  const waited = await page.evaluate(async () => {
    type Controller = {
      cancel(): void;
      session: { value: { phase: string }; subscribe(f: (s: { phase: string }) => void): void };
    };
    const { controller } = (globalThis as unknown as { spymaster: { controller: Controller } }).spymaster;
    const started = performance.now();
    const done = new Promise<void>((resolve) => {
      controller.session.subscribe((s) => {
        if (s.phase === 'cancelled') resolve();
      });
    });
    controller.cancel();
    await done;
    return performance.now() - started;
  });
  expect(waited).toBeLessThan(100);
  const session = await waitForPhase(page, 'cancelled');
  expect(session.bins).toBeGreaterThan(100);
  expect(session.bins).toBeLessThan(7000);
  await waitForPicture(page);
  expect(await inkOnMap(page)).toBeGreaterThan(0.02);
});

/** SHA-256 over all columns of every 100th bin. */
function digestOfBins(page: Page): Promise<string> {
  return page.evaluate(async () => {
    interface BinStore {
      bins: number;
      column(bin: number, name: string): ArrayLike<number> | undefined;
    }
    interface Controller {
      store: BinStore;
      session: { value: { config: { grid_schema_fields: string[] } } };
    }
    const { controller } = (globalThis as unknown as { spymaster: { controller: Controller } }).spymaster;
    const { store, session } = controller;
    const values: number[] = [];
    for (let bin = 0; bin < store.bins; bin += 100) {
      for (const name of session.value.config.grid_schema_fields) {
        values.push(...Array.from(store.column(bin, name) ?? []));
      }
    }
    const hash = await crypto.subtle.digest('SHA-256', Float64Array.from(values));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  });
}

test('a killed engine, scorer or import worker is replaced and the result is the same', async ({ page }) => {
  test.setTimeout(240_000);
  await openPage(page);
  await dropPath(page, DEMO);
  const whole = await waitForPhase(page, 'ready');
  const digest = await digestOfBins(page);
  for (const name of ['engine', 'scorer', 'import']) {
    await dropPath(page, DEMO);
    await expect.poll(async () => (await sessionOf(page)).phase, { intervals: [50] }).toBe('loading');
    await expect.poll(async () => (await sessionOf(page)).bins, { timeout: 45_000 }).toBeGreaterThan(300);
    await worker(page, name).evaluate(() => {
      self.close();
    });
    const session = await waitForPhase(page, 'ready');
    expect(session.warnings.filter((code) => code === 'worker/died')).toHaveLength(1);
    expect(session.bins).toBe(whole.bins);
    expect(await digestOfBins(page)).toBe(digest);
  }
});

test('a killed render worker is replaced and draws the same view', async ({ page }) => {
  test.setTimeout(120_000);
  await openPage(page);
  await dropPath(page, 'testdata/fixtures/captures/mini.dbn.gz');
  await waitForPhase(page, 'ready');
  await waitForPicture(page);
  const before = await inkOnMap(page);
  await worker(page, 'render').evaluate(() => {
    self.close();
  });
  await page.keyboard.press(','); // anything that has to be drawn shows that nobody answers
  await expect
    .poll(
      () =>
        page.evaluate(() => {
          type Status = { renderer: { status: { value: { generation: number; state: string } } } };
          const { generation, state } = (globalThis as unknown as { spymaster: Status }).spymaster.renderer
            .status.value;
          return `${generation} ${state}`;
        }),
      { timeout: 30_000 },
    )
    .toBe('1 drawing');
  await waitForPicture(page);
  await expect.poll(() => inkOnMap(page)).toBeGreaterThan(before * 0.9);
});
