/**
 * Sees every attempt of a page to reach another origin. The page's own policy stops most of them before there is a
 * request, so requests alone would prove nothing: what the policy refused counts as an attempt too.
 */
import type { BrowserContext, Page, Worker } from '@playwright/test';

/** Marks the console lines of the listeners below. */
const MARK = 'policy refused: ';

/** Runs in the page and in its workers. The policy also guards `eval` and styles, which reach nobody. */
function reportRefusals(mark: string): void {
  addEventListener('securitypolicyviolation', (event) => {
    if (/^\w+:/.test(event.blockedURI)) console.debug(mark + event.blockedURI);
  });
}

/**
 * Addresses of other origins that pages of the context tried to reach, from now on, in the array that is returned.
 * A worker is watched from its first moments on, not from its first line.
 *
 * @param origin of the page: `http://127.0.0.1:4174`
 */
export async function watchLeaks(context: BrowserContext, origin: string): Promise<string[]> {
  const leaks: string[] = [];
  const note = (address: string): void => {
    if (!isOurs(address, origin)) leaks.push(address);
  };
  await context.route(
    (url) => !isOurs(url.href, origin),
    (route) => route.abort(),
  );
  context.on('request', (request) => note(request.url()));
  context.on('requestfailed', (request) => note(request.url()));
  context.on('console', (message) => {
    const text = message.text();
    if (text.startsWith(MARK)) note(text.slice(MARK.length));
  });
  await context.addInitScript(reportRefusals, MARK);
  context.on('page', (page) => watchPage(page, note));
  return leaks;
}

function watchPage(page: Page, note: (address: string) => void): void {
  page.on('websocket', (socket) => note(socket.url()));
  page.on('worker', (worker) => void watchWorker(worker));
}

async function watchWorker(worker: Worker): Promise<void> {
  // A worker that is already gone can send nothing.
  await worker.evaluate(reportRefusals, MARK).catch(() => undefined);
}

function isOurs(address: string, origin: string): boolean {
  const { protocol, host, origin: its } = new URL(address);
  if (['data:', 'blob:', 'about:'].includes(protocol)) return true;
  return its === origin || (protocol === 'ws:' && host === new URL(origin).host);
}
