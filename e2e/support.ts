/** What every browser test shares: a page that may not talk to anyone, and ways to hand it files. */
import { test as base, expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { watchLeaks } from './leaks';

interface Guards {
  /** Attempts to reach another origin; must stay empty. */
  leaks: string[];
}

export const test = base.extend<Guards>({
  leaks: [
    async ({ context, baseURL }, use) => {
      const leaks = await watchLeaks(context, new URL(baseURL ?? 'http://127.0.0.1').origin);
      await use(leaks);
      expect(leaks, 'nothing may leave the origin').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Drops files on the page as a user does from the desktop. */
export async function dropFiles(page: Page, files: { name: string; bytes: Uint8Array }[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (list) => {
      const data = new DataTransfer();
      for (const { name, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        data.items.add(new File([bytes], name));
      }
      return data;
    },
    files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })),
  );
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

export async function dropPath(page: Page, path: string): Promise<void> {
  await dropFiles(page, [{ name: basename(path), bytes: readFileSync(path) }]);
}
