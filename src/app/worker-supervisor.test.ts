import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asWorker, PortWorker } from '#app/testing/port-worker';
import { SupervisedWorker } from '#app/worker-supervisor';

interface Api {
  ping(): number;
  work(): Promise<string>;
}

/** A worker that answers pings only while `answering`, and finishes its work when told. */
function rig(options: { slow?: boolean } = {}) {
  const state = { answering: true, deaths: 0, finish: (): void => undefined };
  const port = new PortWorker({
    ping: () => (state.answering ? 0 : new Promise(() => undefined)),
    work: () => new Promise((resolve) => (state.finish = () => resolve('done'))),
  });
  const worker = new SupervisedWorker<Api>({
    name: 'test',
    spawn: () => asWorker(port),
    onDeath: () => state.deaths++,
    ...options,
  });
  return { state, port, worker };
}

/** Advances the fake clock second by second, with real turns of the event loop for the messages in between. */
async function seconds(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    vi.advanceTimersByTime(1000);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('SupervisedWorker', () => {
  it('passes calls through and stops its heartbeat between them', async () => {
    const { state, worker } = rig();
    const call = worker.call((api) => api.work());
    await seconds(1);
    expect(vi.getTimerCount()).toBe(1);
    state.finish();
    await expect(call).resolves.toBe('done');
    expect(vi.getTimerCount()).toBe(0);
    worker.terminate();
  });

  it('rejects what is pending and later calls when the worker crashes', async () => {
    const { state, port, worker } = rig();
    const died = { problem: { code: 'worker/died', message: 'The test worker stopped: no memory.' } };
    const call = expect(worker.call((api) => api.work())).rejects.toMatchObject(died);
    port.crash('no memory');
    await call;
    expect(state.deaths).toBe(1);
    await expect(worker.call((api) => api.work())).rejects.toMatchObject({
      problem: { code: 'worker/died' },
    });
  });

  it.each([
    { slow: false, silent: 5, more: 3 },
    { slow: true, silent: 14, more: 3 },
  ])('takes a worker for dead that no longer answers (slow: $slow)', async ({ slow, silent, more }) => {
    const { state, port, worker } = rig({ slow });
    const first = worker.call((api) => api.work());
    await seconds(2);
    state.finish();
    await first;
    const call = expect(worker.call((api) => api.work())).rejects.toMatchObject({
      problem: { message: 'The test worker stopped: it no longer answers.' },
    });
    await seconds(1);
    state.answering = false;
    await seconds(silent);
    expect(port.alive).toBe(true);
    await seconds(more);
    await call;
    expect(port.alive).toBe(false);
    expect(state.deaths).toBe(1);
  });

  it('gives a slow worker time for its whole first call', async () => {
    const { state, port, worker } = rig({ slow: true });
    const call = expect(worker.call((api) => api.work())).rejects.toMatchObject({
      problem: { code: 'worker/died' },
    });
    await seconds(2);
    state.answering = false;
    await seconds(25);
    expect(port.alive).toBe(true);
    await seconds(8);
    await call;
  });

  it('is ended on purpose without being counted as dead', async () => {
    const { state, worker } = rig();
    const call = expect(worker.call((api) => api.work())).rejects.toMatchObject({
      problem: { code: 'worker/died' },
    });
    worker.terminate();
    await call;
    expect(state.deaths).toBe(0);
  });
});
