/** Jobs of the test service: their states by its clock, their files, and what they were billed. */
import { createHash } from 'node:crypto';

/** How long a job stays in each state, ms. */
export const STATE_MS = [
  ['received', 1000],
  ['queued', 3000],
  ['processing', 10_000],
  ['finalizing', 1000],
  ['done', 30 * 86_400_000],
  ['expired', 86_400_000],
  ['purged', Infinity],
] as const;

export const STATES: readonly string[] = STATE_MS.map(([state]) => state);

export interface ServiceFile {
  readonly name: string;
  readonly content: Uint8Array;
  /** What is listed instead of the truth. */
  readonly hash?: string;
  readonly size?: number;
  readonly url?: string;
}

export interface ServiceJob {
  readonly id: string;
  readonly form: URLSearchParams;
  readonly receivedMs: number;
  readonly files: readonly ServiceFile[];
}

export const USER = 'TESTUSER';

export class ServiceJobs {
  readonly list: ServiceJob[] = [];

  constructor(
    readonly nowMs: () => number,
    /** States pass so much faster. */
    readonly speed: number,
  ) {}

  add(form: URLSearchParams, files: readonly ServiceFile[]): ServiceJob {
    const dataset = (form.get('dataset') ?? '').split('.')[0];
    const number = String(this.list.length + 1).padStart(3, '0');
    const id = `${dataset}-20260106-TESTJOB${number}`;
    const job = { id, form, receivedMs: this.nowMs(), files };
    this.list.push(job);
    return job;
  }

  find(id: string): ServiceJob | undefined {
    return this.list.find((job) => job.id === id);
  }

  stateOf({ receivedMs }: ServiceJob): string {
    let left = (this.nowMs() - receivedMs) * this.speed;
    for (const [state, ms] of STATE_MS) {
      if (left < ms) return state;
      left -= ms;
    }
    return 'purged';
  }

  short(job: ServiceJob) {
    return { id: job.id, state: this.stateOf(job), ts_received: timeText(job.receivedMs) };
  }

  details(job: ServiceJob) {
    const field = (name: string) => job.form.get(name);
    return {
      ...this.short(job),
      user_id: USER,
      cost_usd: null,
      dataset: field('dataset'),
      symbols: field('symbols'),
      stype_in: field('stype_in'),
      stype_out: field('stype_out'),
      schema: field('schema'),
      start: `${field('start')?.slice(0, 10)}T00:00:00.000000000Z`,
      end: `${field('end')?.slice(0, 10)} 00:00:00+00:00`,
      limit: null,
      encoding: 'dbn',
      compression: 'zstd',
      split_duration: field('split_duration') === 'none' ? null : field('split_duration'),
      delivery: 'download',
      progress: null,
      something_new: { of: 'no interest' },
    };
  }

  files(job: ServiceJob) {
    return job.files.map((file) => {
      const path = `/v0/batch/download/${USER}/${job.id}/${encodeURIComponent(file.name)}`;
      return {
        filename: file.name,
        size: file.size ?? file.content.length,
        hash: file.hash ?? `sha256:${createHash('sha256').update(file.content).digest('hex')}`,
        urls: {
          https: file.url ?? `https://api.databento.com${path}`,
          ftp: `ftp://ftp.databento.com/${path}`,
        },
      };
    });
  }
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}.000000000Z`;
}

/** Whole seconds, as the service writes them. */
export function parseSince(text: string | null): number {
  return text === null ? 0 : Math.floor(Date.parse(text) / 1000) * 1000;
}
