/** Looking behind the page in tests: the state that the elements show, and waiting for it. */
import { expect, type Page } from '@playwright/test';

/** The parts of the page's controller that tests read; see `src/app/model.ts`. */
interface Behind {
  controller: {
    session: {
      value: {
        phase: string;
        bins: number;
        failure?: { problem: { code: string } };
        instrument?: { symbol: string };
      };
    };
    player: { value: { playhead: number; playing: boolean; follow: boolean; speed: number } };
    warnings: { value: { problem: { code: string; offset?: number } }[] };
    toasts: { value: { text: string }[] };
  };
}

export interface SessionView {
  phase: string;
  bins: number;
  failure: string | undefined;
  symbol: string | undefined;
  playhead: number;
  playing: boolean;
  follow: boolean;
  speed: number;
  warnings: string[];
  toasts: string[];
}

export function sessionOf(page: Page): Promise<SessionView> {
  return page.evaluate(() => {
    const { controller } = (globalThis as unknown as { spymaster: Behind }).spymaster;
    const session = controller.session.value;
    const player = controller.player.value;
    return {
      phase: session.phase,
      bins: session.bins,
      failure: session.failure?.problem.code,
      symbol: session.instrument?.symbol,
      playhead: player.playhead,
      playing: player.playing,
      follow: player.follow,
      speed: player.speed,
      warnings: controller.warnings.value.map((w) => w.problem.code),
      toasts: controller.toasts.value.map((t) => t.text),
    };
  });
}

export async function openPage(page: Page, path = 'index.html'): Promise<void> {
  await page.goto(`/${path}`);
  await page.waitForFunction(() => 'spymaster' in globalThis);
}

export async function waitForPhase(page: Page, phase: string, timeout = 100_000): Promise<SessionView> {
  await expect.poll(async () => (await sessionOf(page)).phase, { timeout }).toBe(phase);
  return sessionOf(page);
}

/** Resolves when everything asked for is on the canvas. */
export async function waitForPicture(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { renderer } = (
      globalThis as unknown as { spymaster: { renderer: { status: { value: { state: string } } } } }
    ).spymaster;
    return renderer.status.value.state === 'drawing';
  });
  await page.evaluate(async () => {
    type Api = { whenIdle(): Promise<void> };
    const { renderer } = (
      globalThis as unknown as {
        spymaster: { renderer: { call(f: (api: Api) => Promise<void>): Promise<void> } };
      }
    ).spymaster;
    await renderer.call((api) => api.whenIdle());
  });
}

/** Share of the map's pixels that are brighter than its dark background, hatched or not, 0..1. */
export function inkOnMap(page: Page): Promise<number> {
  return page.evaluate(async () => {
    type Image = { width: number; height: number; rgba: Uint8Array };
    type Api = { readPixels(): Promise<Image> };
    const { renderer } = (
      globalThis as unknown as {
        spymaster: { renderer: { call(f: (api: Api) => Promise<Image>): Promise<Image> } };
      }
    ).spymaster;
    const { rgba } = await renderer.call((api) => api.readPixels());
    let inked = 0;
    for (let i = 0; i < rgba.length; i += 4) if (rgba[i] + rgba[i + 1] + rgba[i + 2] > 120) inked++;
    return inked / (rgba.length / 4);
  });
}
