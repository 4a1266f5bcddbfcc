import { openPage, waitForPhase } from './session';
import { expect, test } from './support';

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** CPU time of the thread, µs. */
  tdur?: number;
  args?: { name?: string };
}

/**
 * CPU time of the page thread's tasks, in ms. Not wall time: on a busy machine a task also waits for its turn,
 * which says nothing about the page.
 */
function taskTimes(trace: readonly TraceEvent[]): number[] {
  const key = (e: TraceEvent): string => `${e.pid}/${e.tid}`;
  const mains = new Set(
    trace.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map(key),
  );
  return trace
    .filter((e) => e.ph === 'X' && e.name.endsWith('RunTask') && e.tdur !== undefined && mains.has(key(e)))
    .map((e) => (e.tdur ?? 0) / 1000);
}

test('no task of the page thread takes 50 ms while loading', async ({ page, browser }) => {
  test.setTimeout(150_000);
  await openPage(page);
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-toplevel'] });
  await page.locator('input[type="file"]').first().setInputFiles('public/samples/demo.dbn.gz');
  await waitForPhase(page, 'ready');
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as {
    traceEvents: TraceEvent[];
  };
  const times = taskTimes(traceEvents).sort((a, b) => b - a);
  test.info().annotations.push({
    type: 'longest tasks',
    description: times
      .slice(0, 5)
      .map((t) => `${t.toFixed(0)} ms`)
      .join(', '),
  });
  expect(times.length).toBeGreaterThan(100);
  expect(times.filter((t) => t > 50)).toEqual([]);
});
