/** Working off jobs: submit what is new, ask for states, fetch what is ready, until nothing is left to wait for. */
import { problem } from '#base/problem';
import { PollSchedule } from '#core/databento/pacing';
import { phaseOf, type TrackedRequest } from '#core/databento/tracker';
import { isPassing, problemOfOne, type DownloadContext } from '#cli/download/context';
import { fetchReady } from '#cli/download/fetch-jobs';
import type { SameDayAssets } from '#cli/download/lake';
import { makePlan } from '#cli/download/make-plan';
import type { DownloadOptions, Target } from '#cli/download/options';
import { poll } from '#cli/download/poll-jobs';
import { dollars, statusText } from '#cli/download/report';
import { adopt, priceAll, reportUnsure, settle, submitAll } from '#cli/download/submit-jobs';

export interface Submission {
  readonly target: Target;
  readonly assets: SameDayAssets | undefined;
}

/** Plans and submits in rounds, because options are known when their definitions are here. */
export class Submitter {
  #spentUsd = 0;
  #isOver = false;
  #isFirst = true;
  readonly #again = new Set<string>();
  #waiting: readonly string[] = [];

  constructor(
    private readonly context: DownloadContext,
    private readonly options: DownloadOptions,
    private readonly submission: Submission,
  ) {}

  /** @throws ProblemError `databento/…` where prices cannot be had or the account is refused */
  async round(): Promise<void> {
    const { context, options } = this;
    await settle(context, options.lostAfterMs);
    const { target, assets } = this.submission;
    const plan = await makePlan(target, context.tracker, options.lake, assets);
    this.#waiting = [
      ...plan.stopped,
      ...plan.waiting.map((w) => `${w.symbol} ${w.date} ${w.schemas.join(', ')}: ${w.reason}`),
    ];
    if (this.#isFirst) this.#logKnown(plan.skipped);
    this.#isFirst = false;
    if (this.#isOver) return;
    const again = options.resubmits ? this.#submittedAgain(plan.skipped) : [];
    const wanted = [...plan.requests.filter((r) => !context.failed.has(r.id)), ...again];
    if (wanted.length === 0) return;
    const priced = await priceAll(context, wanted);
    const total = priced.reduce((sum, { usd }) => sum + usd, 0);
    if (this.#spentUsd + total > options.maxCostUsd) {
      this.#isOver = true;
      const spent = this.#spentUsd > 0 ? ` after ${dollars(this.#spentUsd)} in this run` : '';
      context.report(
        problem(
          'download/over-budget',
          `${priced.length} requests cost ${dollars(total)}${spent}, more than --max-cost ${options.maxCostUsd}; none was submitted`,
          { tip: `Look at estimate; --max-cost ${Math.ceil(this.#spentUsd + total)} allows it.` },
        ),
      );
      return;
    }
    for (const { id } of again) this.#again.add(id);
    try {
      await submitAll(context, priced, options);
    } finally {
      for (const { planned, usd } of priced) if (this.#isBilled(planned.id)) this.#spentUsd += usd;
    }
  }

  /** Or may be. */
  #isBilled(id: string): boolean {
    const request = this.context.tracker.list().find((r) => r.id === id);
    return request !== undefined && phaseOf(request) !== 'refused';
  }

  #logKnown(keys: readonly string[]): void {
    for (const key of keys) {
      const request = this.context.tracker.find(key);
      if (request) this.context.log.write('REUSE', key, { job: request.job_id, state: request.state });
      else this.context.log.write('SKIP', `${key} is in the lake`);
    }
  }

  /** What the user asked to submit again, once: lost submissions and expired jobs among the days asked for. */
  #submittedAgain(keys: readonly string[]): TrackedRequest[] {
    return this.context.tracker
      .inPhase('gone', 'unsure')
      .filter((r) => !this.context.failed.has(r.id) && !this.#again.has(r.id))
      .filter((r) => r.keys.some((key) => keys.includes(key)));
  }

  /** At the end: days that were never requested. */
  reportWaiting(): void {
    for (const text of this.#waiting) {
      this.context.report(problem('download/waiting', `These options were not requested: ${text}`));
    }
  }
}

export interface WorkOptions {
  readonly submitter?: Submitter;
  readonly fetches: boolean;
  /** Until nothing is left to wait for; otherwise once. */
  readonly waits: boolean;
  readonly pollMs: number;
  readonly lostAfterMs: number;
}

/** A request whose files fail for reasons that may pass is taken up again so many times. */
const MAX_ROUNDS = 5;

/** @throws ProblemError for what concerns everything: the key, the disk, and, without `waits`, the network */
export async function work(context: DownloadContext, options: WorkOptions): Promise<void> {
  const { tracker, world } = context;
  const schedule = new PollSchedule(options.pollMs, () => world.chance());
  const rounds = new Map<string, number>();
  const patience = ({ id }: TrackedRequest): boolean => {
    const round = (rounds.get(id) ?? 0) + 1;
    rounds.set(id, round);
    return options.waits && round < MAX_ROUNDS;
  };
  const started = world.nowMs();
  for (;;) {
    let progressed = false;
    try {
      if (options.submitter) await options.submitter.round();
      else if (options.waits) await settle(context, options.lostAfterMs);
      else await adopt(context);
      if (await poll(context)) schedule.changed();
      if (options.fetches) progressed = await fetchReady(context, patience);
    } catch (error) {
      if (!options.waits || !isPassing(error)) throw error;
      const p = problemOfOne(error);
      context.progress.clear();
      context.io.stderr.write(`warning: ${p.code}: ${p.message} Trying again.\n`);
      context.log.write('RETRY', '', { code: p.code, message: p.message });
    }
    context.log.write('STATUS', statusText(tracker));
    const left = tracker.list().filter((r) => !context.failed.has(r.id) && isWaitedFor(r, options));
    if (!progressed && (left.length === 0 || !options.waits)) return;
    if (progressed) continue;
    const minutes = Math.floor((world.nowMs() - started) / 60_000);
    context.progress.note(`${statusText(tracker)} jobs are here, waiting for ${left.length}, ${minutes} min`);
    await world.sleep(schedule.nextDelayMs());
  }
}

function isWaitedFor(request: TrackedRequest, { fetches }: WorkOptions): boolean {
  const phase = phaseOf(request);
  return phase === 'open' || (phase === 'ready' && fetches);
}

/** What was not reported in this run and is not as it should be. */
export function reportLeft(context: DownloadContext): void {
  reportUnsure(context);
  for (const request of context.tracker.inPhase('gone', 'refused')) {
    if (context.failed.has(request.id)) continue;
    const { code, message } = request.error ?? {
      code: 'download/expired',
      message: `The service has removed the files of the job (${request.state})`,
    };
    context.report(problem(code, message), request);
  }
}
