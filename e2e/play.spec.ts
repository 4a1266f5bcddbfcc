import { fixturePath } from '../testdata/fixtures';
import { openPage, sessionOf, waitForPhase, waitForPicture } from './session';
import { dropPath, expect, test } from './support';

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
  await dropPath(page, fixturePath('captures', 'mini.dbn.gz'));
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

test.describe('the view', () => {
  test('the wheel zooms about the pointer and a drag pans without following', async ({ page }) => {
    const map = page.locator('spy-map');
    const box = await map.boundingBox();
    if (!box) throw new Error('the map has no box');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const before = await pictureHash(page);
    await page.mouse.wheel(0, -300);
    await expect.poll(() => pictureHash(page)).not.toBe(before);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2 + 40, { steps: 6 });
    await page.mouse.up();
    expect((await sessionOf(page)).follow).toBe(false);
    await page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
    await expect.poll(async () => (await sessionOf(page)).follow).toBe(true);
  });

  test('the address keeps the view and the page comes back to it', async ({ page }) => {
    await page.keyboard.press('2');
    await expect.poll(() => page.evaluate(() => location.hash)).toContain('layer=rest_depth');
  });

  test('the crosshair reads the cell under the pointer and under the keyboard cursor', async ({ page }) => {
    const box = await page.locator('spy-map').boundingBox();
    if (!box) throw new Error('the map has no box');
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.45);
    const cursor = (): Promise<{ bin: number; tick: number; source: string } | undefined> =>
      page.evaluate(() => {
        type Controller = { cursor: { value?: { bin: number; tick: number; source: string } } };
        return (globalThis as unknown as { spymaster: { controller: Controller } }).spymaster.controller
          .cursor.value;
      });
    await expect.poll(async () => (await cursor())?.source).toBe('pointer');
    const at = await cursor();
    await page.locator('spy-map').focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => (await cursor())?.source).toBe('keyboard');
    expect(at).toBeDefined();
  });
});
