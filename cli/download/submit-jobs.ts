/**
 * Submitting, which is billed: priced first, noted before, adopted after a lost answer, never sent twice on a guess
 * (databento-api.md section 16.3).
 */
import { fail, problem } from '#base/problem';
import { isJobOf, parseAmount, parseJob, parseJobList, parseJobState } from '#core/databento/api-answers';
import { costCall, jobDetailsCall, listJobsCall, sizeCall, submitCall } from '#core/databento/batch-request';
import { PollSchedule } from '#core/databento/pacing';
import type { PlannedRequest } from '#core/databento/plan';
import type { TrackedRequest } from '#core/databento/tracker';
import type { DatabentoClient } from '#cli/download/client';
import { problemOfOne, titleOf, type DownloadContext } from '#cli/download/context';

export interface Priced {
  readonly planned: PlannedRequest;
  readonly usd: number;
}

/** USD, and with `withSize` bytes of uncompressed records. @throws ProblemError `databento/…` */
export async function price(
  client: DatabentoClient,
  { request }: PlannedRequest,
  withSize: boolean,
): Promise<{ readonly usd: number; readonly bytes: number | undefined }> {
  const usd = parseAmount(await client.call(costCall(request)), 'a price');
  const bytes = withSize ? parseAmount(await client.call(sizeCall(request)), 'a size') : undefined;
  return { usd, bytes };
}

/** Prices of all; what has none is reported and left out. */
export async function priceAll(
  context: DownloadContext,
  planned: readonly PlannedRequest[],
): Promise<Priced[]> {
  const priced: Priced[] = [];
  for (const [i, one] of planned.entries()) {
    context.progress.note(`price ${i + 1} of ${planned.length}`);
    try {
      priced.push({ planned: one, usd: (await price(context.client, one, false)).usd });
    } catch (error) {
      const p = problemOfOne(error);
      context.failed.add(one.id);
      context.report({ ...p, message: `${titleOf(one)} has no price: ${p.message}` });
    }
  }
  context.progress.clear();
  return priced;
}

export interface SubmitOptions {
  readonly pauseMs: number;
  /** How long a job is looked for whose submission got no answer. */
  readonly lostAfterMs: number;
}

/** Submits one after the other. Stops where it is not known whether a job exists. */
export async function submitAll(
  context: DownloadContext,
  priced: readonly Priced[],
  options: SubmitOptions,
): Promise<void> {
  for (const [i, { planned, usd }] of priced.entries()) {
    if (i > 0) await context.world.sleep(options.pauseMs);
    await submitOne(context, planned, usd);
    await settle(context, options.lostAfterMs);
    if (context.tracker.inPhase('unsure').length > 0) return;
  }
}

async function submitOne(context: DownloadContext, planned: PlannedRequest, usd: number): Promise<void> {
  const { client, tracker, file } = context;
  // Waited for before: what is noted as about to be sent is sent at once.
  await client.whenFree('submit');
  tracker.intend(planned, usd, client.clockSkewMs);
  file.save();
  const outcome = await client.submitOnce(submitCall(planned.request));
  const request = tracker.get(planned.id);
  if (outcome.kind === 'refused') {
    context.fail(request, outcome.problem);
    if (outcome.isAccount) fail(outcome.problem.code, outcome.problem.message, outcome.problem);
    return;
  }
  if (outcome.kind === 'unsure') {
    context.note('WARNING', request, { code: outcome.problem.code, message: outcome.problem.message });
    return;
  }
  let job;
  try {
    job = parseJobState(outcome.answer);
  } catch (error) {
    // The service took it, but did not say as what: it is looked for like a lost answer.
    context.note('WARNING', request, { message: problemOfOne(error).message });
    return;
  }
  take(context, request, job.id, job.state, 'SUBMIT');
}

function take(
  context: DownloadContext,
  request: TrackedRequest,
  jobId: string,
  state: string,
  verb: 'SUBMIT' | 'ADOPT',
): void {
  context.tracker.submitted(request.id, jobId);
  context.tracker.seen(request.id, state);
  context.file.save();
  context.note(verb, context.tracker.get(request.id), { usd: request.price_usd, state });
}

const MARGIN_MS = 60_000;

/** Looks for the jobs of submissions whose answer was lost, once. */
export async function adopt(context: DownloadContext): Promise<void> {
  const { client, tracker } = context;
  const unsure = tracker.inPhase('unsure');
  if (unsure.length === 0) return;
  const sinceMs = Math.min(...unsure.map(serviceTimeMs)) - MARGIN_MS;
  const jobs = parseJobList(await client.call(listJobsCall(new Date(sinceMs).toISOString())));
  for (const { id } of jobs) {
    if (tracker.isJobKnown(id)) continue;
    const job = parseJob(await client.call(jobDetailsCall(id)));
    const request = tracker.inPhase('unsure').find((r) => isJobOf(job, r.request));
    if (request) take(context, request, job.id, job.state, 'ADOPT');
  }
}

/** When a request was about to be sent, by the clock of the service. */
function serviceTimeMs({ intent_at: at, clock_skew_ms: skew }: TrackedRequest): number {
  return Date.parse(at) + skew;
}

/** Looks until every submission is accounted for, or until the last has been looked for long enough. */
export async function settle(context: DownloadContext, lostAfterMs: number): Promise<void> {
  const schedule = new PollSchedule(Math.max(100, lostAfterMs / 4), () => context.world.chance());
  for (;;) {
    await adopt(context);
    const left = context.tracker
      .inPhase('unsure')
      .map((r) => Date.parse(r.intent_at) + lostAfterMs - context.world.nowMs());
    const longest = Math.max(0, ...left);
    // A clock that was set back must not hold us up for longer than that.
    if (longest === 0) return;
    context.progress.note('looking for a job whose submission got no answer');
    await context.world.sleep(Math.min(longest, lostAfterMs, schedule.nextDelayMs()));
  }
}

/** Reports the submissions that `settle` did not find. */
export function reportUnsure(context: DownloadContext): void {
  for (const request of context.tracker.inPhase('unsure')) {
    context.report(
      problem(
        'download/unsure',
        `The answer to a submission of ${request.intent_at} was lost, and the service lists no such job`,
        { tip: 'Look into the portal of the vendor. --resubmit submits it again, which may bill it twice.' },
      ),
      request,
    );
  }
}
