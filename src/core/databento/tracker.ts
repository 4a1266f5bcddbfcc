/**
 * What was asked, paid and fetched (databento-api.md sections 16.3 and 18). One entry per job in `requests` is the truth; the
 * days in `jobs` and `pending_downloads` are written from it, for scripts.
 *
 *   (planned) ─intent─► intent ─submitted─► submitted ─seen─► queued … done ─placed─► downloaded
 *                          │ refused              ▲                    │ expired, purged: gone
 *                          ▼                      └──── adopted ◄──────┘ error: tried again, never submitted again
 *                        error
 */
import { fail, type Problem } from '#base/problem';
import type { BatchFile } from '#core/databento/api-answers';
import type { PlannedRequest } from '#core/databento/plan';

export interface TrackedFile {
  readonly name: string;
  readonly size: number;
  readonly hash: string;
  readonly path: string;
  /** `false`: the service gave a hash that we cannot compute. Absent until the file is in its place. */
  readonly verified?: boolean;
}

export interface TrackedRequest extends PlannedRequest {
  /** `intent`, `submitted`, a state of the service, `downloaded` or `error`. */
  readonly state: string;
  /** Before the request was sent; by the clock of this machine. */
  readonly intent_at: string;
  /** What the clock of the service was ahead of this machine's then. */
  readonly clock_skew_ms: number;
  readonly price_usd: number;
  readonly job_id?: string;
  /** Jobs of earlier submissions, which expired. */
  readonly earlier_job_ids?: readonly string[];
  readonly submitted_at?: string;
  readonly updated_at: string;
  readonly downloaded_at?: string;
  readonly files: readonly TrackedFile[];
  readonly error?: Pick<Problem, 'code' | 'message'>;
}

/** What has to happen next with a request. */
export type Phase =
  /** It is not known whether the job exists. */
  | 'unsure'
  /** Not billed; may be submitted. */
  | 'refused'
  | 'open'
  | 'ready'
  /** No longer on the service, and not here. */
  | 'gone'
  | 'downloaded';

export function phaseOf({ state, job_id: jobId }: TrackedRequest): Phase {
  if (state === 'downloaded') return 'downloaded';
  if (jobId === undefined) return state === 'intent' ? 'unsure' : 'refused';
  if (state === 'expired' || state === 'purged') return 'gone';
  return state === 'done' ? 'ready' : 'open';
}

export class JobTracker {
  readonly #requests = new Map<string, TrackedRequest>();
  readonly #now: () => string;

  /** @param now ISO 8601 in UTC */
  constructor(now: () => string) {
    this.#now = now;
  }

  /** @throws ProblemError `download/bad-tracker` */
  static parse(text: string, now: () => string): JobTracker {
    const tracker = new JobTracker(now);
    for (const request of readRequests(text)) tracker.#requests.set(request.id, request);
    return tracker;
  }

  list(): TrackedRequest[] {
    return [...this.#requests.values()];
  }

  inPhase(...phases: readonly Phase[]): TrackedRequest[] {
    return this.list().filter((request) => phases.includes(phaseOf(request)));
  }

  get(id: string): TrackedRequest {
    return this.#requests.get(id) ?? fail('download/bad-tracker', `The tracker has no request ${id}`);
  }

  /** The request that a day belongs to. */
  find(key: string): TrackedRequest | undefined {
    return this.list().findLast((request) => request.keys.includes(key));
  }

  isJobKnown(jobId: string): boolean {
    return this.list().some((r) => r.job_id === jobId || r.earlier_job_ids?.includes(jobId));
  }

  /** To be saved before the request is sent. */
  intend(planned: PlannedRequest, priceUsd: number, clockSkewMs: number): void {
    const before = this.#requests.get(planned.id);
    const phase = before && phaseOf(before);
    if (phase === 'open' || phase === 'ready' || phase === 'downloaded') {
      throw new Error(`request ${planned.id} is already paid for`);
    }
    const earlier = [...(before?.earlier_job_ids ?? []), ...(before?.job_id ? [before.job_id] : [])];
    const now = this.#now();
    // A day belongs to one request: what was refused and cost nothing makes room for it.
    for (const other of this.inPhase('refused')) {
      if (other.keys.some((key) => planned.keys.includes(key))) this.#requests.delete(other.id);
    }
    this.#requests.delete(planned.id);
    this.#requests.set(planned.id, {
      ...planned,
      state: 'intent',
      intent_at: now,
      clock_skew_ms: Math.round(clockSkewMs),
      price_usd: priceUsd,
      ...(earlier.length > 0 ? { earlier_job_ids: earlier } : {}),
      updated_at: now,
      files: [],
    });
  }

  submitted(id: string, jobId: string): void {
    this.#update(id, { state: 'submitted', job_id: jobId, submitted_at: this.#now() });
  }

  /** @returns the state before, where it was another */
  seen(id: string, state: string): string | undefined {
    const before = this.get(id).state;
    if (before === state) return undefined;
    this.#update(id, { state });
    return before;
  }

  /**
   * What the files of a job are. Those in place stay so where nothing about them has changed.
   * @param isHere whether a file is where it belongs
   */
  listed(id: string, files: readonly BatchFile[], isHere: (file: BatchFile) => boolean): void {
    const before = new Map(this.get(id).files.map((file) => [file.name, file]));
    const merged = files.map((file) => {
      const known = before.get(file.name);
      const isSame = known?.size === file.size && known.hash === file.hash;
      const isPlaced = isSame && known.verified !== undefined && isHere(file);
      return isPlaced ? { ...file, verified: known.verified } : file;
    });
    this.#update(id, { files: merged });
  }

  placed(id: string, name: string, verified: boolean): void {
    const files = this.get(id).files.map((file) => (file.name === name ? { ...file, verified } : file));
    this.#update(id, { files });
  }

  downloaded(id: string): void {
    this.#update(id, { state: 'downloaded', downloaded_at: this.#now() });
  }

  failed(id: string, { code, message }: Problem): void {
    this.#update(id, { state: 'error', error: { code, message } });
  }

  #update(id: string, change: Partial<TrackedRequest>): void {
    const { error, ...before } = this.get(id);
    const keepsError = change.state === undefined && error !== undefined;
    this.#requests.set(id, {
      ...before,
      ...(keepsError ? { error } : {}),
      ...change,
      updated_at: this.#now(),
    });
  }

  toText(): string {
    const requests = this.list();
    const jobs = Object.fromEntries(requests.flatMap((r) => r.keys.map((key) => [key, dayEntry(r, key)])));
    const pending = requests.flatMap((r) => (phaseOf(r) === 'ready' ? r.keys : []));
    return `${JSON.stringify({ jobs, pending_downloads: pending, requests }, undefined, 1)}\n`;
  }
}

/** A day as scripts know it. */
function dayEntry(r: TrackedRequest, key: string): Readonly<Record<string, unknown>> {
  const date = key.split('|')[3];
  const digits = /^\d{4}-\d\d-\d\d$/.test(date) ? date.replaceAll('-', '') : undefined;
  const files = r.files.filter(({ name, verified }) => {
    return verified !== undefined && (digits === undefined || name.includes(digits));
  });
  return {
    job_id: r.job_id ?? null,
    dataset: r.request.dataset,
    schema: r.request.schema,
    symbol: r.symbol,
    date_str: date,
    product_type: r.product_type,
    symbols_count: r.request.symbols.length,
    stype_in: r.request.stype_in,
    state: r.state,
    submitted_at: r.submitted_at ?? null,
    updated_at: r.updated_at,
    downloaded_at: r.downloaded_at ?? null,
    files: files.map(({ name }) => `${r.folder}/${r.job_id}/${name}`),
    error: r.error ? `${r.error.code}: ${r.error.message}` : null,
  };
}

function badTracker(why: string): never {
  return fail('download/bad-tracker', `The tracker cannot be used: ${why}`, {
    tip: 'Name another file with --tracker, or put back a copy of this one. Jobs that were paid for stay in the portal.',
  });
}

function readRequests(text: string): TrackedRequest[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return badTracker('it is not JSON');
  }
  const requests: unknown = isMapping(parsed) ? parsed['requests'] : undefined;
  if (!Array.isArray(requests)) return badTracker('it has no list of requests; another program wrote it');
  return requests.map((request: unknown, i) => {
    if (!isTracked(request)) badTracker(`request ${i} is incomplete`);
    return request;
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const TEXTS = ['id', 'product_type', 'symbol', 'folder', 'state', 'intent_at', 'updated_at'] as const;
const OPTIONAL_TEXTS = ['job_id', 'submitted_at', 'downloaded_at', 'name_symbol'] as const;

function isTracked(value: unknown): value is TrackedRequest {
  if (!isMapping(value)) return false;
  const { request, keys, files, earlier_job_ids: earlier = [], error } = value;
  const isText = (x: unknown): boolean => typeof x === 'string';
  const isTexts = (x: unknown): boolean => Array.isArray(x) && x.every(isText);
  return (
    TEXTS.every((name) => isText(value[name])) &&
    OPTIONAL_TEXTS.every((name) => value[name] === undefined || isText(value[name])) &&
    isFinite(value['clock_skew_ms']) &&
    isFinite(value['price_usd']) &&
    !Number.isNaN(Date.parse(String(value['intent_at']))) &&
    isTexts(keys) &&
    isTexts(earlier) &&
    (error === undefined || (isMapping(error) && isText(error['code']) && isText(error['message']))) &&
    isMapping(request) &&
    ['dataset', 'schema', 'stype_in', 'start', 'end', 'split_duration'].every((n) => isText(request[n])) &&
    isTexts(request['symbols']) &&
    Array.isArray(files) &&
    files.every(
      (f: unknown) =>
        isMapping(f) && isText(f['name']) && isText(f['hash']) && isText(f['path']) && isFinite(f['size']),
    )
  );
}

function isFinite(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}
