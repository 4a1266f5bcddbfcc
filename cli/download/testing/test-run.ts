/** Runs `download` against the test service, with a clock that sleeping moves. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { downloadCommand } from '#cli/download/download';
import { TEST_KEY, TestService, type ServiceOptions } from '#cli/download/testing/service';
import type { ServiceFile } from '#cli/download/testing/service-jobs';
import type { DownloadWorld } from '#cli/download/world';
import { run } from '#cli/main';
import { MemoryIo } from '#cli/testing/memory-io';
import type { TrackedRequest } from '#core/databento/tracker';

export const START_MS = Date.parse('2026-01-07T12:00:00Z');

/** A folder, a service and a clock that the program and the service share. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'spymaster-download-'));
  readonly slept: number[] = [];
  nowMs = START_MS;
  service!: TestService;
  env: Record<string, string | undefined> = { DATABENTO_API_KEY: TEST_KEY };
  idleMs = 250;

  static async open(options: ServiceOptions = {}): Promise<Bench> {
    const bench = new Bench();
    bench.service = await TestService.start({ nowMs: () => bench.nowMs, ...options });
    open.push(bench);
    return bench;
  }

  get world(): DownloadWorld {
    return {
      env: { SPYMASTER_DATABENTO_URL: this.service.url, ...this.env },
      nowMs: () => this.nowMs,
      sleep: async (ms) => {
        this.slept.push(ms);
        this.nowMs += ms;
        await setImmediate();
      },
      chance: () => 0.5,
      idleMs: this.idleMs,
    };
  }

  /** `download` with the folders of this bench. */
  async download(...args: string[]): Promise<{ status: number; io: MemoryIo }> {
    const io = new MemoryIo();
    const places = ['--lake', join(this.folder, 'lake'), '--tracker', this.trackerPath];
    const status = await run(['download', ...places, ...args], io, [downloadCommand(this.world)]);
    return { status, io };
  }

  get trackerPath(): string {
    return join(this.folder, 'logs', 'jobs.json');
  }

  get log(): string {
    return readFileSync(join(this.folder, 'logs', 'jobs.log'), 'utf8');
  }

  get requests(): TrackedRequest[] {
    return (JSON.parse(readFileSync(this.trackerPath, 'utf8')) as { requests: TrackedRequest[] }).requests;
  }

  get states(): string[] {
    return this.requests.map((r) => r.state);
  }

  /** All files of the lake, below the raw folder. */
  get lakeFiles(): string[] {
    const raw = join(this.folder, 'lake', 'raw', 'source=databento');
    return filesBelow(raw).map((path) => relative(raw, path));
  }

  read(pathInLake: string): Buffer {
    return readFileSync(join(this.folder, 'lake', 'raw', 'source=databento', pathInLake));
  }
}

const open: Bench[] = [];

afterEach(async () => {
  for (const bench of open.splice(0)) {
    await bench.service.close();
    rmSync(bench.folder, { recursive: true, force: true });
  }
});

export function filesBelow(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? filesBelow(path) : [path];
    });
}

/** Content that shows where it was cut or joined. */
export function content(bytes: number, seed: number): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let i = 0, x = seed + 1; i < bytes; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    out[i] = x >>> 24;
  }
  return out;
}

/** A file a day, as the service names them, and the notes of a job. */
export function filesOf(form: URLSearchParams, bytes = 5000): ServiceFile[] {
  const [start, end] = ['start', 'end'].map((name) => Date.parse(`${form.get(name)?.slice(0, 10)}T00:00Z`));
  const dataset = (form.get('dataset') ?? '').toLowerCase().replaceAll('.', '-');
  const files: ServiceFile[] = [{ name: 'metadata.json', content: Buffer.from('{"query":1}') }];
  for (let day = start; day < end; day += 86_400_000) {
    const date = new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
    const name = `${dataset}-${date}.${form.get('schema')}.dbn.zst`;
    files.push({ name, content: content(bytes, files.length) });
  }
  return files;
}
