/** What an answer that is no success means: by its case, then by its status, never by its text (databento-api.md section 14.1). */
import { problem, type Problem } from '#base/problem';

/** An answer as far as errors are concerned. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: string;
  readonly requestId?: string | undefined;
  readonly retryAfter?: string | undefined;
  /** The answer's own clock, ms since 1970. */
  readonly dateMs?: number | undefined;
}

export type Verdict =
  /** The request may be repeated: nothing was done, or doing it twice is harmless. */
  | { readonly kind: 'retry'; readonly problem: Problem }
  /** Too many requests. */
  | { readonly kind: 'wait'; readonly seconds: number; readonly problem: Problem }
  /** A job's files are not there yet: ask for its state again. */
  | { readonly kind: 'not-ready'; readonly problem: Problem }
  /** `isAccount`: the key, the payment or the permission; no other request would fare better. */
  | { readonly kind: 'refused'; readonly isAccount: boolean; readonly problem: Problem };

interface Detail {
  readonly case: string;
  readonly message: string;
  readonly available: string | undefined;
}

const MAX_TEXT = 300;

export function judge(answer: ErrorAnswer): Verdict {
  const detail = readDetail(answer.body);
  const { status } = answer;
  const make = (code: string, what: string, tip?: string): Problem => {
    const id = answer.requestId ? `, request ${shorten(answer.requestId)}` : '';
    const said = detail.message ? `: ${shorten(detail.message)}` : '';
    const message = `${what} (HTTP ${status}${detail.case ? ` ${shorten(detail.case)}` : ''}${id})${said}`;
    return problem(code, message, tip === undefined ? {} : { tip });
  };
  const refused = (p: Problem, isAccount = false): Verdict => ({ kind: 'refused', isAccount, problem: p });

  if (detail.case === 'batch_job_not_ready') {
    return { kind: 'not-ready', problem: make('databento/not-ready', 'The files of the job are not ready') };
  }
  if (detail.case === 'batch_job_not_found') {
    return refused(
      make('databento/no-job', 'The service does not know this job', 'It may belong to another account.'),
    );
  }
  switch (status) {
    case 401:
      return refused(
        make('databento/unauthorised', 'The service does not accept the key', 'Check DATABENTO_API_KEY.'),
        true,
      );
    case 402:
      return refused(
        make(
          'databento/payment',
          'The account cannot pay for this',
          'Settle it in the portal of the vendor.',
        ),
        true,
      );
    case 403:
      return refused(
        make(
          'databento/forbidden',
          'The account has no permission',
          'Ask the vendor for the licence of this dataset.',
        ),
        true,
      );
    case 404:
      return refused(
        make('databento/not-found', 'The service does not know this', 'Check dataset and symbols.'),
      );
    case 422:
      return refused(make('databento/impossible', 'The service cannot do this', rangeTip(detail)));
    case 429:
      return {
        kind: 'wait',
        seconds: retryAfterSeconds(answer),
        problem: make('databento/too-many', 'The service asks for fewer requests', 'Try again later.'),
      };
    case 408:
    case 504:
      return {
        kind: 'retry',
        problem: make('databento/timeout', 'The service took too long', 'Try again later.'),
      };
    case 500:
    case 502:
    case 503:
      return {
        kind: 'retry',
        problem: make('databento/server', 'The service has a fault', 'Try again later.'),
      };
    case 301:
    case 302:
    case 307:
    case 308:
      return refused(
        make(
          'databento/redirect',
          'The service sent us elsewhere, which is not followed',
          'Check the network: a proxy may stand between.',
        ),
      );
    default:
      if (status >= 400 && status < 500) {
        return refused(make('databento/refused', 'The service refused the request'));
      }
      // Neither a yes nor a no: whether the service did what was asked is not known.
      return {
        kind: 'retry',
        problem: make(
          'databento/server',
          'The service answered with a status of no known meaning',
          'Try again later.',
        ),
      };
  }
}

function rangeTip({ case: name, available }: Detail): string | undefined {
  if (available !== undefined) return `Available is ${available}: set --start and --end accordingly.`;
  return name.startsWith('data_')
    ? 'Check --start and --end, and whether the dataset has this schema.'
    : undefined;
}

/** Seconds of a `Retry-After`: a number, or a date by the service's own clock; 1 where there is none. */
export function retryAfterSeconds({
  retryAfter = '',
  dateMs,
}: Pick<ErrorAnswer, 'retryAfter' | 'dateMs'>): number {
  const text = retryAfter.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const until = Date.parse(text);
  return Number.isNaN(until) || dateMs === undefined ? 1 : Math.max(1, Math.ceil((until - dateMs) / 1000));
}

function readDetail(body: string): Detail {
  const none = { case: '', message: '', available: undefined };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // A proxy's page: its text helps nobody.
    return none;
  }
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const detail = isMapping(parsed) ? parsed['detail'] : undefined;
  if (typeof detail === 'string') return { ...none, message: detail };
  if (Array.isArray(detail)) {
    const texts = detail.map((entry: unknown) => text(isMapping(entry) ? entry['msg'] : ''));
    return { ...none, message: texts.filter((text) => text !== '').join('; ') };
  }
  if (!isMapping(detail)) return none;
  return {
    case: text(detail['case']),
    message: text(detail['message']),
    available: availableRange(detail['payload']),
  };
}

function availableRange(payload: unknown): string | undefined {
  if (!isMapping(payload)) return undefined;
  const { available_start: start, available_end: end } = payload;
  if (typeof start !== 'string' && typeof end !== 'string') return undefined;
  return `${typeof start === 'string' ? start : '…'} to ${typeof end === 'string' ? end : '…'}`;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line of bounded length: what others wrote goes into logs. */
function shorten(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line;
}
