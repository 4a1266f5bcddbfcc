import type { CDPSession, Page } from '@playwright/test';
import { fixturePath } from '../testdata/fixtures';
import { cellRead, drawnFrame, mapBox, worldAt } from './map';
import { openPage, sessionOf, waitForPhase, waitForPicture } from './session';
import { dropPath, expect, test } from './support';

test.beforeEach(async ({ page }) => {
  await openPage(page);
  await dropPath(page, fixturePath('captures', 'mini.dbn.gz'));
  await waitForPhase(page, 'ready');
  await waitForPicture(page);
});

async function endFollowing(page: Page): Promise<void> {
  await page.keyboard.press('l');
  expect((await sessionOf(page)).follow).toBe(false);
  await waitForPicture(page);
}

test.describe('the wheel', () => {
  for (const [how, keys, axes] of [
    ['price', [], ['tickPx']],
    ['time', ['Shift'], ['binPx']],
    ['both', ['Control'], ['binPx', 'tickPx']],
  ] as const) {
    test(`zooms ${how} about the pointer: the cell under it stays`, async ({ page }) => {
      await endFollowing(page);
      const box = await mapBox(page);
      await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.35);
      await expect.poll(async () => (await cellRead(page))?.source).toBe('pointer');
      const cell = await cellRead(page);
      const { camera } = await drawnFrame(page);
      for (const key of keys) await page.keyboard.down(key);
      for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -300);
      for (const key of keys) await page.keyboard.up(key);
      for (const axis of axes) {
        await expect
          .poll(async () => (await drawnFrame(page)).camera[axis] / camera[axis])
          .toBeCloseTo(1.08 ** 12, 3);
      }
      for (const axis of ['binPx', 'tickPx'] as const) {
        if (!(axes as readonly string[]).includes(axis))
          expect((await drawnFrame(page)).camera[axis]).toBe(camera[axis]);
      }
      expect(await cellRead(page)).toEqual(cell);
    });
  }
});

/** Fingers on the map, by the browser's own touch input. */
class Fingers {
  readonly #session: CDPSession;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  async #send(type: 'touchStart' | 'touchMove' | 'touchEnd', points: [x: number, y: number][]) {
    await this.#session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: points.map(([x, y], id) => ({ x, y, id })),
    });
  }

  /** All fingers go from their first to their last place in straight lines. */
  async drag(from: [number, number][], to: [number, number][], steps = 12): Promise<void> {
    await this.#send('touchStart', from);
    for (let step = 1; step <= steps; step++) {
      const t = step / steps;
      await this.#send(
        'touchMove',
        from.map(([x, y], i) => [x + (to[i][0] - x) * t, y + (to[i][1] - y) * t]),
      );
    }
    await this.#send('touchEnd', []);
  }
}

test.describe('fingers', () => {
  let fingers: Fingers;

  test.beforeEach(async ({ page }) => {
    fingers = new Fingers(await page.context().newCDPSession(page));
    await endFollowing(page);
  });

  test('one pans: the picture moves with it', async ({ page }) => {
    const box = await mapBox(page);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const before = await drawnFrame(page);
    await fingers.drag([[x, y]], [[x + 160, y]]);
    const moved = async (): Promise<number> =>
      before.camera.centerBin - (await drawnFrame(page)).camera.centerBin;
    await expect.poll(moved).toBeGreaterThan(140 / before.camera.binPx);
    expect(await moved()).toBeLessThan(165 / before.camera.binPx);
    expect((await drawnFrame(page)).camera.binPx).toBe(before.camera.binPx);
  });

  test('two zoom about the point between them', async ({ page }) => {
    const box = await mapBox(page);
    const middle = { x: box.width * 0.4, y: box.height * 0.45 };
    const at = (dx: number): [number, number] => [box.x + middle.x + dx, box.y + middle.y];
    const before = await drawnFrame(page);
    await fingers.drag([at(-80), at(80)], [at(-200), at(200)]);
    const growth = async (axis: 'binPx' | 'tickPx'): Promise<number> =>
      (await drawnFrame(page)).camera[axis] / before.camera[axis];
    await expect.poll(() => growth('binPx')).toBeGreaterThan(2.3);
    expect(await growth('binPx')).toBeLessThan(2.7);
    expect(await growth('tickPx')).toBeCloseTo(await growth('binPx'), 2);
    const [bin, tick] = worldAt(before, middle.x, middle.y);
    const [binNow, tickNow] = worldAt(await drawnFrame(page), middle.x, middle.y);
    expect(Math.abs(binNow - bin)).toBeLessThan(1);
    expect(Math.abs(tickNow - tick)).toBeLessThan(0.5);
  });
});

test('picture and axes follow the size of the window', async ({ page }) => {
  for (const size of [
    { width: 1180, height: 640 },
    { width: 1500, height: 980 },
    { width: 700, height: 900 },
  ]) {
    await page.setViewportSize(size);
    await expect(async () => {
      const { width, height } = await mapBox(page);
      expect((await drawnFrame(page)).viewport).toMatchObject({
        width: Math.round(width),
        height: Math.round(height),
      });
      // The panels fold away one after the other.
      expect(width).toBeGreaterThan(size.width / 2);
    }).toPass();
    await waitForPicture(page);
    const box = await mapBox(page);
    expect(box.width).toBeGreaterThan(size.width / 2);

    const priceAxis = await page.locator('spy-price-axis').boundingBox();
    const timeAxis = await page.locator('spy-time-axis').boundingBox();
    expect(priceAxis).toMatchObject({ y: box.y, height: box.height, x: box.x + box.width });
    expect(timeAxis).toMatchObject({ x: box.x, width: box.width, y: box.y + box.height });

    // Following keeps the spot in the middle and NOW at the edge of the projection zone.
    const spot = await page.locator('spy-price-axis .tag.spot').boundingBox();
    const now = await page.locator('spy-time-axis .now').boundingBox();
    if (!spot || !now) throw new Error('the axes have no labels for spot and NOW');
    expect(Math.abs(spot.y + spot.height / 2 - (box.y + box.height / 2))).toBeLessThan(12);
    expect(Math.abs(now.x + now.width - (box.x + box.width * 0.85))).toBeLessThan(8);
  }
});
