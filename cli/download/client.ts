/** The service as calls: paced, repeated where that is harmless, never where it is billed. */
import type { IncomingMessage } from 'node:http';
import { fail, problem, ProblemError, type Problem } from '#base/problem';
import type { ApiCall, RateClass } from '#core/databento/batch-request';
import { RateGate, RetryBudget } from '#core/databento/pacing';
import { judge, type Verdict } from '#core/databento/service-errors';
import type { ApiKey } from '#cli/download/api-key';
import { ConnectionError, exchange, textOf } from '#cli/download/http';
import type { DownloadWorld } from '#cli/download/world';

export const URL_VARIABLE = 'SPYMASTER_DATABENTO_URL';
const SERVICE = 'https://hist.databento.com';
const USER_AGENT = 'spymaster';
const MAX_REDIRECTS = 3;

/** An answer that is no success. */
export class Refusal extends ProblemError {
  constructor(readonly verdict: Verdict) {
    super(verdict.problem);
  }
}

export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly answer: unknown }
  /** Nothing was done. */
  | { readonly kind: 'refused'; readonly problem: Problem; readonly isAccount: boolean }
  /** A job may exist. */
  | { readonly kind: 'unsure'; readonly problem: Problem };

export interface ClientEvents {
  /** A warning of the service, as it wrote it. */
  warning(text: string): void;
  retry(p: Problem, afterMs: number): void;
}

/**
 * Where the service is. The key is sent there, so that it may be elsewhere on this machine only, or under TLS.
 * @throws ProblemError `download/bad-url`
 */
export function serviceUrl(env: DownloadWorld['env']): URL {
  const text = env[URL_VARIABLE] ?? SERVICE;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  if (!url || !isSafe || url.username !== '' || url.password !== '') {
    fail(
      'download/bad-url',
      `${URL_VARIABLE} must be an https address without a user, or http on this machine.`,
    );
  }
  return url;
}

export class DatabentoClient {
  /** The clock of the service minus ours, by its last answer. */
  clockSkewMs = 0;
  readonly #gate = new RateGate();
  readonly #warned = new Set<string>();

  constructor(
    private readonly base: URL,
    private readonly key: ApiKey,
    private readonly world: DownloadWorld,
    private readonly events: ClientEvents,
  ) {}

  /** Counts submissions of earlier runs into the limit. @param timesMs ms since 1970 */
  countSubmissions(timesMs: readonly number[]): void {
    for (const ms of timesMs.toSorted((a, b) => a - b)) this.#gate.sent('submit', ms);
  }

  /**
   * A call that changes nothing: its answer, parsed.
   * @throws ProblemError `databento/…`; a `Refusal` where the service answered
   */
  async call(call: ApiCall): Promise<unknown> {
    const budget = new RetryBudget(() => this.world.chance());
    for (;;) {
      try {
        return await this.#callOnce(call);
      } catch (error) {
        await this.pause(error, budget);
      }
    }
  }

  /** A call that is billed: sent again only where the service did not look at it. */
  async submitOnce(call: ApiCall): Promise<SubmitOutcome> {
    const budget = new RetryBudget(() => this.world.chance());
    for (;;) {
      try {
        return { kind: 'accepted', answer: await this.#callOnce(call) };
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const verdict = error instanceof Refusal ? error.verdict : undefined;
        if (verdict?.kind === 'refused') return verdict;
        if (verdict?.kind !== 'wait') return { kind: 'unsure', problem: error.problem };
        const waitMs = budget.afterWaitRequest(verdict.seconds);
        if (waitMs === undefined) return { kind: 'refused', problem: error.problem, isAccount: false };
        this.events.retry(error.problem, waitMs);
        await this.world.sleep(waitMs);
      }
    }
  }

  /** Waits before another attempt; throws `error` where there shall be none. */
  async pause(error: unknown, budget: RetryBudget): Promise<void> {
    const delayMs = delayAfter(error, budget);
    if (delayMs === undefined || !(error instanceof ProblemError)) throw error;
    this.events.retry(error.problem, delayMs);
    await this.world.sleep(delayMs);
  }

  /**
   * A file from a byte on: the head of a 200, 206 or 416. Redirects are followed on the same host only.
   * @throws ProblemError `databento/…`; a `Refusal` where the service answered
   */
  async openFile(path: string, range: string | undefined): Promise<IncomingMessage> {
    let url = new URL(path, this.base);
    for (let redirects = 0; ; redirects++) {
      const headers = { accept: '*/*', ...(range === undefined ? {} : { range }) };
      const answer = await this.#send('GET', url, headers, undefined, 'download');
      const { statusCode: status = 0 } = answer;
      if (status === 200 || status === 206 || status === 416) return answer;
      const { location } = answer.headers;
      if (status < 300 || status >= 400 || location === undefined || redirects === MAX_REDIRECTS) {
        throw await this.#refusal(answer);
      }
      answer.destroy();
      const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
      if (next?.origin !== this.base.origin) {
        fail(
          'databento/redirect',
          'The service sent us to another host, which is not followed: it would see the key.',
          {
            tip: 'Check the network: a proxy may stand between.',
          },
        );
      }
      url = next;
    }
  }

  /** Resolves when the limits allow another call. */
  async whenFree(rate: RateClass): Promise<void> {
    for (;;) {
      const delay = this.#gate.delayMs(rate, this.world.nowMs());
      if (delay === 0) return;
      await this.world.sleep(delay);
    }
  }

  async #callOnce({ method, path, fields, rate }: ApiCall): Promise<unknown> {
    const url = new URL(path, this.base);
    const isPost = method === 'POST';
    if (!isPost) url.search = fields;
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const headers = { accept: 'application/json', ...(isPost ? type : {}) };
    const answer = await this.#send(method, url, headers, isPost ? fields : undefined, rate);
    if (answer.statusCode !== 200 && answer.statusCode !== 206) throw await this.#refusal(answer);
    const text = await textOf(answer);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new ConnectionError(
        'databento/unreadable',
        'The service answered something that is not JSON.',
        'Something else than the service may have answered.',
      );
    }
  }

  async #send(
    method: 'GET' | 'POST',
    url: URL,
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
    rate: RateClass,
  ): Promise<IncomingMessage> {
    await this.whenFree(rate);
    this.#gate.sent(rate, this.world.nowMs());
    const answer = await exchange({
      method,
      url,
      headers: {
        authorization: this.key.authorization,
        'user-agent': USER_AGENT,
        'accept-encoding': 'identity',
        ...headers,
      },
      body,
      idleMs: this.world.idleMs,
    });
    const dateMs = Date.parse(answer.headers.date ?? '');
    if (!Number.isNaN(dateMs)) this.clockSkewMs = dateMs - this.world.nowMs();
    this.#showWarnings(answer);
    return answer;
  }

  async #refusal(answer: IncomingMessage): Promise<Refusal> {
    const { headers } = answer;
    const requestId = headers['request-id'];
    const dateMs = Date.parse(headers.date ?? '');
    const verdict = judge({
      status: answer.statusCode ?? 0,
      body: this.key.redact(await textOf(answer)),
      requestId: typeof requestId === 'string' ? this.key.redact(requestId) : undefined,
      retryAfter: headers['retry-after'],
      dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    });
    return new Refusal(verdict);
  }

  /** `X-Warning` is a list as JSON, or something else, and may come several times. */
  #showWarnings({ rawHeaders }: IncomingMessage): void {
    for (let i = 0; i < rawHeaders.length; i += 2) {
      if (rawHeaders[i].toLowerCase() !== 'x-warning') continue;
      for (const text of warningTexts(rawHeaders[i + 1])) {
        if (this.#warned.has(text)) continue;
        this.#warned.add(text);
        this.events.warning(this.key.redact(text));
      }
    }
  }
}

function warningTexts(header: string): string[] {
  try {
    const parsed: unknown = JSON.parse(header);
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // Not JSON: shown as it is.
  }
  return [header];
}

function delayAfter(error: unknown, budget: RetryBudget): number | undefined {
  if (error instanceof Refusal) {
    const { verdict } = error;
    if (verdict.kind === 'retry') return budget.afterFailure();
    return verdict.kind === 'wait' ? budget.afterWaitRequest(verdict.seconds) : undefined;
  }
  return error instanceof ConnectionError && error.isPassing ? budget.afterFailure() : undefined;
}

/** @throws ProblemError `databento/short-body` after a body that ended early without an error */
export function bodyTooShort(name: string): never {
  const p = problem('databento/short-body', `The body ended before the end of the file: ${name}`);
  throw new ConnectionError(p.code, p.message, 'Try again: what has arrived is kept.');
}
