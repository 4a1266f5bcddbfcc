/** Killed at any instant, a download goes on where it was: nothing is billed twice, nothing fetched twice whole. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '#base/random';
import { JobTracker } from '#core/databento/tracker';
import { TEST_KEY, TestService, type SeenRequest } from '#cli/download/testing/service';
import { content, filesBelow } from '#cli/download/testing/test-run';

const BIN = fileURLToPath(new URL('../../bin/spymaster.mjs', import.meta.url));
const IS_LONG = process.env['SPYMASTER_LONG'] !== undefined;
const INSTANTS = IS_LONG ? 50 : 4;
const FILES = 10;
const FILE_BYTES = 160_000;
const PIECE = { bytes: 16_384, everyMs: 6 };

const files = Array.from({ length: FILES }, (_, i) => ({
  name: `xnas-itch-202601${String(i + 5).padStart(2, '0')}.mbo.dbn.zst`,
  content: content(FILE_BYTES + 1000 * i, i),
}));

/** A service, a folder, and the program as a shell starts it. */
class Scene {
  readonly folder = mkdtempSync(join(tmpdir(), 'spymaster-kill-'));

  private constructor(readonly service: TestService) {}

  static async open(): Promise<Scene> {
    // States pass quickly, so that the files are most of a run.
    const service = await TestService.start({ files: () => files, speed: 60 });
    service.bodyFaults.set('*', { slow: PIECE });
    return new Scene(service);
  }

  async close(): Promise<void> {
    await this.service.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  start(): ChildProcess {
    const args = ['daemon', 'range', '--dataset', 'XNAS.ITCH', '--schema', 'mbo', '--symbols', 'AAPL'];
    const days = ['--start', '2026-01-05', '--end', '2026-01-14', '--yes', '--poll-interval', '0.1'];
    return spawn(process.execPath, [BIN, 'download', ...args, ...days, '--resubmit', '--lost-after', '1'], {
      cwd: this.folder,
      env: { ...process.env, DATABENTO_API_KEY: TEST_KEY, SPYMASTER_DATABENTO_URL: this.service.url },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  get tracker(): string | undefined {
    const path = join(this.folder, 'logs/range_jobs.json');
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }
}

function ended(child: ChildProcess): Promise<{ status: number | null; errors: string }> {
  let errors = '';
  child.stderr?.on('data', (data) => (errors += String(data)));
  return new Promise((resolve) => {
    child.on('close', (status) => {
      resolve({ status, errors });
    });
  });
}

/** Whatever was there when the process died can be read, and says nothing untrue. */
function expectValidTracker(scene: Scene): void {
  const text = scene.tracker;
  if (text === undefined) return;
  const tracker = JobTracker.parse(text, () => '');
  const jobs = scene.service.jobs.list.map((job) => job.id);
  for (const { job_id: jobId, files: tracked } of tracker.list()) {
    if (jobId !== undefined) expect(jobs).toContain(jobId);
    for (const file of tracked) {
      if (file.verified === undefined) continue;
      const path = filesBelow(scene.folder).find((p) => p.endsWith(`${jobId}/${file.name}`));
      expect(path && `sha256:${sha256(readFileSync(path))}`).toBe(file.hash);
    }
  }
}

function expectFinished(scene: Scene): void {
  const { service, folder } = scene;
  expect(service.billed).toHaveLength(1);
  const [request] = JobTracker.parse(scene.tracker!, () => '').list();
  expect(request.state).toBe('downloaded');
  const found = filesBelow(folder);
  expect(found.filter((path) => /\.(part|tmp|lock)$/.test(path))).toEqual([]);
  for (const { name, content: wanted } of files) {
    const places = found.filter((path) => path.endsWith(name));
    expect(places).toHaveLength(2);
    for (const path of places) expect(sha256(readFileSync(path))).toBe(sha256(wanted));
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function withScene(test: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await Scene.open();
  try {
    await test(scene);
  } finally {
    await scene.close();
  }
}

/** Bytes of each file that are on the disk, in its place or on the way there. */
function bytesHere(scene: Scene): Map<string, number> {
  const paths = existsSync(join(scene.folder, 'lake')) ? filesBelow(join(scene.folder, 'lake')) : [];
  const sizeOf = (ending: string) => paths.filter((p) => p.endsWith(ending)).map((p) => statSync(p).size);
  return new Map(files.map(({ name }) => [name, Math.max(0, ...sizeOf(name), ...sizeOf(`${name}.part`))]));
}

/** A run begins each file where the disk ends, and what is whole not at all. */
async function going(scene: Scene, run: () => Promise<unknown>): Promise<void> {
  const here = bytesHere(scene);
  const before = scene.service.deliveries.length;
  await run();
  const begun = scene.service.deliveries.slice(before);
  for (const { name, content: whole } of files) {
    const from = begun.filter((d) => d.name === name).map((d) => d.from);
    const have = here.get(name);
    expect([[], [have]], `${name}, of which ${have} bytes were here`).toContainEqual(from);
    if (have === whole.length) expect(from).toEqual([]);
  }
}

async function finish(scene: Scene): Promise<void> {
  await going(scene, async () => {
    const { status, errors } = await ended(scene.start());
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
  });
  expectFinished(scene);
}

/** Counts what the service sees: requests, and pieces of bodies it sends. */
function onEvents(scene: Scene, callback: (count: number, request?: SeenRequest) => void): void {
  let count = 0;
  scene.service.onRequest = (request) => {
    callback(++count, request);
  };
  scene.service.onPiece = () => {
    callback(++count);
  };
}

/** @returns whether the process was killed before it ended by itself */
async function killAt(
  scene: Scene,
  when: (count: number, request: SeenRequest | undefined) => boolean,
  delayMs = 0,
): Promise<boolean> {
  let wasKilled = false;
  await going(scene, async () => {
    const child = scene.start();
    child.on('exit', (_, signal) => (wasKilled = signal === 'SIGKILL'));
    onEvents(scene, (count, request) => {
      if (!when(count, request)) return;
      // Where in its work the process is then, the service cannot tell.
      if (delayMs > 0) setTimeout(() => child.kill('SIGKILL'), delayMs);
      else child.kill('SIGKILL');
    });
    await ended(child);
    onEvents(scene, () => undefined);
  });
  expectValidTracker(scene);
  return wasKilled;
}

/** Programs start slowly on a machine that does other things too. */
const TIMEOUT_MS = 180_000;

describe.skipIf(process.platform === 'win32')('a download of ten files', { timeout: TIMEOUT_MS }, () => {
  let events = 0;
  let kills = 0;

  beforeAll(async () => {
    await withScene(async (scene) => {
      onEvents(scene, (count) => (events = count));
      await finish(scene);
    });
  }, TIMEOUT_MS);

  it.each(Array.from({ length: INSTANTS }, (_, i) => i))(
    `killed at a random instant in part %i of ${INSTANTS} is finished by the next run`,
    async (i) => {
      const random = new Random(2026, i);
      const at = 1 + Math.floor(((i + random.unit()) / INSTANTS) * events);
      const delayMs = random.unit() * PIECE.everyMs;
      await withScene(async (scene) => {
        if (await killAt(scene, (count) => count === at, delayMs)) kills++;
        await finish(scene);
      });
    },
  );

  it('was killed at nearly all of these instants, and had not ended before', () => {
    expect(events).toBeGreaterThan(100);
    expect(kills).toBeGreaterThanOrEqual(0.75 * INSTANTS);
  });

  it('killed as it is about to submit is finished by the next run', async () => {
    await withScene(async (scene) => {
      await killAt(scene, (_, request) => /submit_job/.test(request?.path ?? ''));
      await finish(scene);
    });
  });

  it.runIf(IS_LONG).each([
    ['as it has submitted and asks for the state', /get_job_details/],
    ['as it asks for the files', /list_files/],
    ['as it begins the third file', /20260107/],
  ])('killed %s is finished by the next run', async (_, path) => {
    await withScene(async (scene) => {
      await killAt(scene, (_count, request) => path.test(request?.path ?? ''));
      await finish(scene);
    });
  });

  it.runIf(IS_LONG)('killed again and again is finished in the end', async () => {
    await withScene(async (scene) => {
      const random = new Random(7);
      for (let i = 0; i < 5; i++) {
        const at = 1 + random.below(Math.floor(events / 4));
        expect(await killAt(scene, (count) => count === at)).toBe(true);
      }
      await finish(scene);
    });
  });
});
