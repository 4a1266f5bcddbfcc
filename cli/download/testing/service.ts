/** The historical service as documented, on the loopback interface, with faults to order. For tests only. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendFile, type BodyFaults, type Delivery } from '#cli/download/testing/service-bodies';
import { parseSince, ServiceJobs, STATES, type ServiceFile } from '#cli/download/testing/service-jobs';

/** Keys have 32 characters; this one is nobody's. */
export const TEST_KEY = 'db-EXAMPLEexampleEXAMPLEexa1ab2c';

/** An answer in place of the true one. */
export interface AnswerFault {
  readonly path: RegExp;
  /** How many requests meet it; default 1. */
  times?: number;
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Instead of an answer: the connection breaks, or nothing comes. */
  readonly instead?: 'drop' | 'silence';
  /** The request is obeyed all the same. */
  readonly obeys?: boolean;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Query of a GET, form of a POST, as it came. */
  readonly fields: string;
  readonly headers: IncomingMessage['headers'];
  readonly atMs: number;
}

export interface ServiceOptions {
  readonly nowMs?: () => number;
  /** Of the clock of the service, ahead of that. */
  readonly skewMs?: number;
  /** States of jobs pass so much faster. */
  readonly speed?: number;
  /** Files of a job. */
  readonly files?: (form: URLSearchParams) => readonly ServiceFile[];
  readonly usd?: number;
}

/** Per class: so many calls in so many ms. */
const LIMITS = [
  { path: /submit_job$/, calls: 20, perMs: 60_000 },
  { path: /metadata\./, calls: 20, perMs: 1000 },
  { path: /list_jobs$/, calls: 20, perMs: 1000 },
];

export class TestService {
  readonly requests: SeenRequest[] = [];
  readonly deliveries: Delivery[] = [];
  readonly answerFaults: AnswerFault[] = [];
  /** By file name; `*` for all others. */
  readonly bodyFaults = new Map<string, BodyFaults>();
  readonly jobs: ServiceJobs;
  warnings: string[] = [];
  /** Called with every request before it is answered. */
  onRequest: (request: SeenRequest) => void = () => undefined;
  /** Called with every piece of a body that was sent. */
  onPiece: () => void = () => undefined;
  readonly #server: Server;

  private constructor(private readonly options: ServiceOptions) {
    const { nowMs = Date.now, skewMs = 0, speed = 1 } = options;
    this.jobs = new ServiceJobs(() => nowMs() + skewMs, speed);
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  static async start(options: ServiceOptions = {}): Promise<TestService> {
    const service = new TestService(options);
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  /** Forms that were billed. */
  get billed(): string[] {
    return this.jobs.list.map((job) => job.form.toString());
  }

  seen(path: RegExp): SeenRequest[] {
    return this.requests.filter((request) => path.test(request.path));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const url = new URL(request.url ?? '/', 'http://service');
    const seen = {
      method: request.method ?? '',
      path: url.pathname,
      fields: request.method === 'GET' ? url.search.slice(1) : Buffer.concat(chunks).toString('utf8'),
      headers: request.headers,
      atMs: this.jobs.nowMs(),
    };
    this.requests.push(seen);
    this.onRequest(seen);
    response.setHeader('date', new Date(this.jobs.nowMs()).toUTCString());
    response.setHeader('request-id', `req-${this.requests.length}`);
    if (this.warnings.length > 0) response.setHeader('x-warning', this.warnings);
    const fault = this.#takeFault(seen.path);
    if (fault?.obeys) this.#answer(seen, new URLSearchParams(seen.fields));
    if (fault?.instead === 'silence') return;
    if (fault?.instead === 'drop') {
      request.socket.destroy();
      return;
    }
    if (fault) {
      response.writeHead(fault.status ?? 500, fault.headers).end(fault.body ?? '');
      return;
    }
    if (seen.path.startsWith('/v0/batch/download/') && this.#isAuthorised(seen)) {
      this.#download(seen.path, request, response);
      return;
    }
    const { status, body, headers } = this.#answer(seen, new URLSearchParams(seen.fields));
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  #takeFault(path: string): AnswerFault | undefined {
    const fault = this.answerFaults.find((f) => f.path.test(path) && (f.times ?? 1) > 0);
    if (fault) fault.times = (fault.times ?? 1) - 1;
    return fault;
  }

  #isAuthorised({ headers }: SeenRequest): boolean {
    return headers.authorization === `Basic ${Buffer.from(`${TEST_KEY}:`).toString('base64')}`;
  }

  #answer(seen: SeenRequest, fields: URLSearchParams): ServiceAnswer {
    if (!this.#isAuthorised(seen)) {
      return {
        status: 401,
        body: { detail: 'Not authenticated' },
        headers: { 'www-authenticate': 'Basic' },
      };
    }
    const limit = LIMITS.find(({ path }) => path.test(seen.path));
    const recent = this.requests.filter(
      (r) => limit?.path.test(r.path) && r.atMs > seen.atMs - limit.perMs,
    ).length;
    if (limit && recent > limit.calls) {
      return { status: 429, body: { detail: 'Too many requests' }, headers: { 'retry-after': '3' } };
    }
    const job = this.jobs.find(fields.get('job_id') ?? '');
    switch (`${seen.method} ${seen.path}`) {
      case 'POST /v0/metadata.get_cost':
        return { status: 200, body: this.options.usd ?? 0.25 };
      case 'POST /v0/metadata.get_billable_size':
        return { status: 200, body: 1_500_000_000 };
      case 'POST /v0/batch.submit_job':
        return {
          status: 200,
          body: this.jobs.details(this.jobs.add(fields, this.options.files?.(fields) ?? [])),
        };
      case 'GET /v0/batch.list_jobs':
        return this.#listJobs(fields);
      case 'GET /v0/batch.get_job_details':
        return job ? { status: 200, body: this.jobs.details(job) } : detail(404, 'batch_job_not_found');
      case 'GET /v0/batch.list_files':
        if (!job) return detail(404, 'batch_job_not_found');
        return this.jobs.stateOf(job) === 'done'
          ? { status: 200, body: this.jobs.files(job) }
          : detail(400, 'batch_job_not_ready');
      default:
        return detail(404, 'not_found');
    }
  }

  #listJobs(fields: URLSearchParams): ServiceAnswer {
    const states = fields.get('states')?.split(',') ?? [];
    const strange = states.find((state) => !STATES.includes(state));
    if (strange !== undefined) return detail(400, 'invalid_state', `${strange}: one of ${STATES.join(', ')}`);
    const since = parseSince(fields.get('since'));
    const jobs = this.jobs.list.filter((job) => job.receivedMs >= since);
    return { status: 200, body: jobs.map((job) => this.jobs.short(job)) };
  }

  #download(path: string, request: IncomingMessage, response: ServerResponse): void {
    const [jobId, encoded] = path.split('/').slice(-2);
    const job = this.jobs.find(jobId);
    const name = decodeURIComponent(encoded);
    const file = job?.files.find((f) => f.name === name);
    if (!job || !file || this.jobs.stateOf(job) !== 'done') {
      response.writeHead(404).end(JSON.stringify({ detail: { case: 'file_not_found', message: 'gone' } }));
      return;
    }
    const faults = this.bodyFaults.get(name) ?? this.bodyFaults.get('*') ?? {};
    const delivery = { name, from: 0, bytes: 0 };
    this.deliveries.push(delivery);
    sendFile(request, response, file.content, faults, delivery, () => {
      this.onPiece();
    });
  }
}

interface ServiceAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function detail(status: number, name: string, message = name): ServiceAnswer {
  return {
    status,
    body: { detail: { case: name, message, status_code: status, docs: 'https://databento.com/docs' } },
  };
}
