/** Asking for the states of jobs. */
import { problem, ProblemError } from '#base/problem';
import { parseJobList, parseJobState } from '#core/databento/api-answers';
import { jobDetailsCall, listJobsCall } from '#core/databento/batch-request';
import { phaseOf, type TrackedRequest } from '#core/databento/tracker';
import type { DownloadContext } from '#cli/download/context';

/** Up to so many jobs are asked for one by one. */
const FEW = 5;
const MARGIN_MS = 60_000;

/**
 * Asks once for every job that is not ready. @returns whether a state changed
 * @throws ProblemError `databento/…` where the service cannot be asked
 */
export async function poll(context: DownloadContext): Promise<boolean> {
  const open = context.tracker.inPhase('open').filter((r) => !context.failed.has(r.id));
  const listed = open.length > FEW ? await listStates(context, open) : new Map<string, string>();
  let changed = false;
  for (const request of open) {
    const state = listed.get(request.job_id!);
    if (state === undefined) changed = (await refresh(context, request)) || changed;
    else changed = take(context, request, state) || changed;
  }
  return changed;
}

async function listStates(
  context: DownloadContext,
  open: readonly TrackedRequest[],
): Promise<Map<string, string>> {
  const first = Math.min(...open.map((r) => Date.parse(r.intent_at) + r.clock_skew_ms));
  const since = new Date(first - MARGIN_MS).toISOString();
  const jobs = parseJobList(await context.client.call(listJobsCall(since)));
  return new Map(jobs.map(({ id, state }) => [id, state]));
}

/** Asks for the state of one job. */
export async function refresh(context: DownloadContext, request: TrackedRequest): Promise<boolean> {
  let answer: unknown;
  try {
    answer = await context.client.call(jobDetailsCall(request.job_id!));
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'databento/no-job') throw error;
    context.fail(request, error.problem);
    return true;
  }
  return take(context, request, parseJobState(answer).state);
}

function take(context: DownloadContext, { id }: TrackedRequest, state: string): boolean {
  const before = context.tracker.seen(id, state);
  if (before === undefined) return false;
  context.file.save();
  const request = context.tracker.get(id);
  context.log.write('STATE', `${request.keys[0]} ${before} -> ${state}`, { job: request.job_id });
  if (phaseOf(request) === 'gone') {
    context.failed.add(id);
    context.report(
      problem('download/expired', `The service has removed the files of the job (${state})`, {
        tip: '--resubmit submits it again, which is billed again.',
      }),
      request,
    );
  }
  return true;
}
