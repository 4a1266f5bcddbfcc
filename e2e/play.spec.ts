import { fixturePath } from '../testdata/fixtures';
import { cellRead, drawnFrame, mapBox, worldAt } from './map';
import { inkOnMap, openPage, sessionOf, waitForPhase, waitForPicture } from './session';
import { dropPath, expect, test } from './support';

const MINI = fixturePath('captures', 'mini.dbn.gz');

type Api = { pictureHash(): Promise<string>; whenIdle(): Promise<void> };

function pictureHash(page: import('@playwright/test').Page): Promise<string> {
  return page.evaluate(async () => {
    const { renderer } = (
      globalThis as unknown as {
        spymaster: { renderer: { call(f: (api: Api) => Promise<string>): Promise<string> } };
      }
    ).spymaster;
    return renderer.call(async (api) => {
      await api.whenIdle();
      return api.pictureHash();
    });
  });
}

test.beforeEach(async ({ page }) => {
  await openPage(page);
  await dropPath(page, MINI);
  await waitForPhase(page, 'ready');
  await waitForPicture(page);
});

test.describe('playback', () => {
  test('Space plays and pauses, Home and End go to the ends', async ({ page }) => {
    await page.keyboard.press('Home');
    await expect.poll(async () => (await sessionOf(page)).playhead).toBe(0);
    await page.keyboard.press('Space');
    await expect.poll(async () => (await sessionOf(page)).playhead).toBeGreaterThan(3);
    await page.keyboard.press('Space');
    expect((await sessionOf(page)).playing).toBe(false);
    await page.keyboard.press('End');
    const { playhead, bins } = await sessionOf(page);
    expect(playhead).toBe(bins - 1);
  });

  test('steps go both ways and end where they began, to the pixel', async ({ page }) => {
    await page.keyboard.press('Home');
    for (let i = 0; i < 30; i++) await page.keyboard.press('.');
    const there = await pictureHash(page);
    await page.keyboard.press('.');
    expect(await pictureHash(page)).not.toBe(there);
    await page.keyboard.press(',');
    expect(await pictureHash(page)).toBe(there);
    expect((await sessionOf(page)).playhead).toBe(30);
  });

  test('brackets change the speed', async ({ page }) => {
    const { speed } = await sessionOf(page);
    await page.keyboard.press(']');
    const faster = (await sessionOf(page)).speed;
    expect(faster).toBeGreaterThan(speed);
    await page.keyboard.press('[');
    expect((await sessionOf(page)).speed).toBe(speed);
  });
});

test.describe('what is loaded but not drawn', () => {
  test('after NOW is told while paused, with the way there', async ({ page }) => {
    const later = page.getByRole('button', { name: /loaded bins after NOW/ });
    await expect(later).toBeHidden();
    await page.keyboard.press('Home');
    const { bins } = await sessionOf(page);
    await expect(later).toHaveText(new RegExp(`^\\s*${bins - 1} loaded`));
    await page.keyboard.press('f');
    await expect(page.getByText('Loaded, not played yet')).toBeHidden();
    await page.keyboard.press('Space');
    await expect(later).toBeHidden();
    await page.keyboard.press('Space');
    await later.click();
    await expect(later).toBeHidden();
    expect((await sessionOf(page)).playhead).toBe(bins - 1);
  });

  test('right of the projection stands a veil in its place', async ({ page }) => {
    const veil = page.getByText('Loaded, not played yet');
    await page.keyboard.press('l');
    await expect(veil).toBeHidden();
    await page.keyboard.press('Home');
    await expect(veil).toBeVisible();
    await page.keyboard.press('End');
    await expect(veil).toBeHidden();
  });

  test('beyond the computed rows is told by the cell card, at any zoom', async ({ page }) => {
    await page.keyboard.press('f');
    await page.locator('spy-map').focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowUp');
    await expect(page.locator('spy-cell-card')).not.toContainText('not computed');
    await page.keyboard.press('ArrowUp');
    await expect(page.locator('spy-cell-card')).toContainText('not computed');
    await expect(page.locator('spy-cell-card')).toContainText('± 50 rows');
    await expect(page.locator('spy-map-overlay path')).toHaveCount(2);
    // The focused map must not lie over what is drawn on it.
    await page.locator('spy-cell-card button').first().click({ trial: true, timeout: 3000 });
  });
});

test.describe('the view', () => {
  test('a drag pans without following, a double click goes home', async ({ page }) => {
    const box = await mapBox(page);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const before = await drawnFrame(page);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2 + 40, { steps: 6 });
    await page.mouse.up();
    expect((await sessionOf(page)).follow).toBe(false);
    await expect
      .poll(async () => (await drawnFrame(page)).camera.centerBin)
      .toBeCloseTo(before.camera.centerBin - 120 / before.camera.binPx, 0);
    await page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
    await expect.poll(async () => (await sessionOf(page)).follow).toBe(true);
  });

  test('the address keeps the view and the page comes back to it', async ({ page }) => {
    const layer = (): Promise<string> =>
      page.evaluate(() => {
        type Controller = { view: { value: { layer: string } } };
        return (globalThis as unknown as { spymaster: { controller: Controller } }).spymaster.controller.view
          .value.layer;
      });
    await page.keyboard.press('2');
    await page.keyboard.press('Home');
    for (let i = 0; i < 120; i++) await page.keyboard.press('.');
    await page.keyboard.press('l');
    const box = await mapBox(page);
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    await page.keyboard.down('Control');
    const { binPx } = (await drawnFrame(page)).camera;
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await expect.poll(async () => (await drawnFrame(page)).camera.binPx).toBeGreaterThan(1.2 * binPx);
    await waitForPicture(page);
    const centre = Number((await drawnFrame(page)).camera.centerBin.toFixed(4));
    await expect
      .poll(() => page.evaluate(() => decodeURIComponent(location.hash)))
      .toMatch(new RegExp(`^#v=1&bin=120&camera=${centre},[^&]+&layer=rest_depth$`));
    const [hash, { camera }, shown] = [
      await page.evaluate(() => location.hash),
      await drawnFrame(page),
      await layer(),
    ];

    await page.reload();
    await page.waitForFunction(() => 'spymaster' in globalThis);
    await dropPath(page, MINI);
    await waitForPhase(page, 'ready');
    await waitForPicture(page);
    expect(await layer()).toBe(shown);
    expect(await sessionOf(page)).toMatchObject({ playhead: 120, follow: false });
    const back = await drawnFrame(page);
    for (const key of ['centerBin', 'centerTick', 'binPx'] as const)
      expect(back.camera[key]).toBeCloseTo(camera[key], 3);
    // The map was lower while the load bar stood over it.
    expect(back.camera.tickPx / camera.tickPx).toBeCloseTo(1, 4);
    // Longer than the address lags behind the view.
    await page.waitForTimeout(1000);
    const fields = (fragment: string): string[] => decodeURIComponent(fragment).split(/,[^,&]*&|&/);
    expect(fields(await page.evaluate(() => location.hash))).toEqual(fields(hash));
  });

  test('a hostile address is as good as none', async ({ page }) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    for (const hash of [
      '#v=1&layer=zzz&palette=constructor',
      '#v=1&layer=constructor&palette=__proto__',
      '#v=1&layer=rest_depth&palette=constructor&scale=toString&camera=1e308,1e308,1e-320,1e308',
    ]) {
      await page.goto('about:blank');
      await openPage(page, `index.html${hash}`);
      await dropPath(page, MINI);
      await waitForPhase(page, 'ready');
      await waitForPicture(page);
      expect(await inkOnMap(page)).toBeGreaterThan(0.05);
    }
    expect(errors).toEqual([]);
  });

  test('the crosshair reads the cell under the pointer and under the keyboard cursor', async ({ page }) => {
    const box = await mapBox(page);
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.45);
    await expect.poll(async () => (await cellRead(page))?.source).toBe('pointer');
    const under = await cellRead(page);
    const [bin, tick] = worldAt(await drawnFrame(page), box.width * 0.5, box.height * 0.45);
    expect(under).toMatchObject({ bin: Math.floor(bin), tick: Math.floor(tick + 0.5) });
    await page.locator('spy-map').focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => (await cellRead(page))?.source).toBe('keyboard');
    expect(await cellRead(page)).toMatchObject({ bin: Math.floor(bin) - 1, tick: under?.tick });
  });
});
