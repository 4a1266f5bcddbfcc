/** The map as tests see it: what was drawn last, and the cell that the page reads out. */
import type { Page } from '@playwright/test';

export interface DrawnFrame {
  camera: { centerBin: number; centerTick: number; binPx: number; tickPx: number };
  viewport: { width: number; height: number; dpr: number };
}

export interface Cell {
  bin: number;
  tick: number;
  source: string;
}

interface Behind {
  renderer: { frame: { value?: DrawnFrame } };
  controller: { cursor: { value?: Cell } };
}

export function drawnFrame(page: Page): Promise<DrawnFrame> {
  return page.evaluate(() => {
    const { value } = (globalThis as unknown as { spymaster: Behind }).spymaster.renderer.frame;
    if (!value) throw new Error('nothing was drawn yet');
    return { camera: { ...value.camera }, viewport: { ...value.viewport } };
  });
}

/** The cell under the pointer or the keyboard cursor. */
export function cellRead(page: Page): Promise<Cell | undefined> {
  return page.evaluate(
    () => (globalThis as unknown as { spymaster: Behind }).spymaster.controller.cursor.value,
  );
}

export async function mapBox(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator('spy-map').boundingBox();
  if (!box) throw new Error('the map has no box');
  return box;
}

/** Bin and tick (with fractions) at a point of the map, as drawn. */
export function worldAt({ camera, viewport }: DrawnFrame, x: number, y: number): [bin: number, tick: number] {
  return [
    camera.centerBin + (x - viewport.width / 2) / camera.binPx,
    camera.centerTick - (y - viewport.height / 2) / camera.tickPx,
  ];
}
