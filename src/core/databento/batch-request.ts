/** A batch request and the calls about it, exactly as they are sent (databento-api.md sections 14 to 16). */
import { fail } from '#base/problem';
import { parseApiTime } from '#core/databento/api-time';

export const STYPES_IN = ['raw_symbol', 'parent', 'instrument_id', 'continuous'] as const;
export type StypeIn = (typeof STYPES_IN)[number];

export const SPLIT_DURATIONS = ['day', 'week', 'month', 'year', 'none'] as const;
export type SplitDuration = (typeof SPLIT_DURATIONS)[number];

export interface BatchRequest {
  /** `GLBX.MDP3` */
  readonly dataset: string;
  readonly schema: string;
  readonly symbols: readonly string[];
  readonly stype_in: StypeIn;
  /** A date (midnight UTC) or an ISO 8601 time; `end` is exclusive. */
  readonly start: string;
  readonly end: string;
  readonly split_duration: SplitDuration;
}

/** What the service counts: see `RATE_LIMITS`. */
export type RateClass = 'submit' | 'list' | 'metadata' | 'download';

/** One call, without the key: that is added where it is sent, and only as a header. */
export interface ApiCall {
  readonly method: 'GET' | 'POST';
  /** Without host and query. */
  readonly path: string;
  /** Query of a GET, form of a POST; percent-encoded. */
  readonly fields: string;
  readonly rate: RateClass;
}

const MAX_SYMBOLS = 2000;

/** @throws ProblemError `download/bad-request` */
export function checkBatchRequest(request: BatchRequest): BatchRequest {
  const { dataset, schema, symbols, start, end } = request;
  const refuse = (message: string): never => fail('download/bad-request', message);
  if (!/^[A-Z0-9]+(\.[A-Z0-9]+)+$/.test(dataset)) {
    refuse(`A dataset looks like GLBX.MDP3, got ${JSON.stringify(dataset)}`);
  }
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(schema)) {
    refuse(`A schema looks like mbo or cmbp-1, got ${JSON.stringify(schema)}`);
  }
  if (symbols.length === 0) refuse('Name at least one symbol, or ALL_SYMBOLS.');
  if (symbols.length > MAX_SYMBOLS) {
    refuse(
      `A request has at most ${MAX_SYMBOLS} symbols, got ${symbols.length}. Take ALL_SYMBOLS or several.`,
    );
  }
  for (const symbol of symbols) {
    if (!/^[\x20-\x7e]+$/.test(symbol) || /[,|]|^ | $/.test(symbol)) {
      refuse(`This is no symbol: ${JSON.stringify(symbol)}`);
    }
  }
  const [from, to] = [start, end].map((time) => parseApiTime(time) ?? refuse(`This is no time: ${time}`));
  if (from >= to) refuse(`The end is exclusive and must come after the start: ${start} to ${end}`);
  return request;
}

/** `application/x-www-form-urlencoded`, in the order given. */
export function encodeForm(fields: readonly (readonly [string, string])[]): string {
  return fields.map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`).join('&');
}

function encodePart(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');
}

function rangeFields(request: BatchRequest): [string, string][] {
  return [
    ['dataset', request.dataset],
    ['symbols', request.symbols.join(',')],
    ['schema', request.schema],
    ['stype_in', request.stype_in],
    ['start', request.start],
    ['end', request.end],
  ];
}

function metadataCall(method: string, request: BatchRequest): ApiCall {
  const fields = encodeForm(rangeFields(request));
  return { method: 'POST', path: `/v0/metadata.${method}`, fields, rate: 'metadata' };
}

/** USD. Free of charge. */
export function costCall(request: BatchRequest): ApiCall {
  return metadataCall('get_cost', request);
}

/** Bytes of uncompressed DBN. Free of charge. */
export function sizeCall(request: BatchRequest): ApiCall {
  return metadataCall('get_billable_size', request);
}

/** The only call that is billed. */
export function submitCall(request: BatchRequest): ApiCall {
  return {
    method: 'POST',
    path: '/v0/batch.submit_job',
    fields: encodeForm([
      ...rangeFields(request),
      ['stype_out', 'instrument_id'],
      ['encoding', 'dbn'],
      ['compression', 'zstd'],
      ['split_duration', request.split_duration],
      ['delivery', 'download'],
    ]),
    rate: 'submit',
  };
}

function jobCall(method: string, fields: readonly (readonly [string, string])[]): ApiCall {
  return { method: 'GET', path: `/v0/batch.${method}`, fields: encodeForm(fields), rate: 'list' };
}

/** Only id, state and time of receipt of each job, in all states. @param since ISO 8601 */
export function listJobsCall(since: string): ApiCall {
  return jobCall('list_jobs', [
    ['since', since],
    ['short', 'true'],
  ]);
}

export function jobDetailsCall(jobId: string): ApiCall {
  return jobCall('get_job_details', [['job_id', jobId]]);
}

export function listFilesCall(jobId: string): ApiCall {
  return jobCall('list_files', [['job_id', jobId]]);
}
