/** Fetching the files of finished jobs: at most four at a time, each checked, then given its place in the lake. */
import { existsSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { fail, type Problem } from '#base/problem';
import { parseFiles } from '#core/databento/api-answers';
import { listFilesCall } from '#core/databento/batch-request';
import type { TrackedFile, TrackedRequest } from '#core/databento/tracker';
import { parseRawFileName, withSymbol } from '#core/lake/raw-layout';
import { Refusal } from '#cli/download/client';
import { isPassing, problemOfOne, type DownloadContext } from '#cli/download/context';
import { linkDurably } from '#cli/download/durable';
import { fetchFile, sizeOf } from '#cli/download/fetch-file';
import { refresh } from '#cli/download/poll-jobs';
import { failWriting } from '#cli/file-problems';

const AT_A_TIME = 4;
/** Of the space that files need, as a reserve. */
const RESERVE = 1.05;

interface Task {
  readonly request: TrackedRequest;
  readonly file: TrackedFile;
}

/**
 * Fetches what is ready. Of definitions and others, definitions only: options wait for them.
 * @param patience whether a failure that may pass leaves the request as it is, for the next time
 * @returns whether a request was finished or given up
 */
export async function fetchReady(
  context: DownloadContext,
  patience: (request: TrackedRequest) => boolean = () => false,
): Promise<boolean> {
  const ready = readyOf(context);
  const definitions = ready.filter((r) => r.request.schema === 'definition');
  const tasks: Task[] = [];
  for (const request of definitions.length > 0 ? definitions : ready) {
    const files = await listFiles(context, request, patience);
    tasks.push(...files.map((file) => ({ request, file })));
  }
  if (tasks.length > 0) checkSpace(context, tasks);
  const broken = new Set<string>();
  const queue = [...tasks];
  const worker = async (): Promise<void> => {
    for (let task = queue.shift(); task; task = queue.shift()) {
      const { request } = task;
      if (broken.has(request.id)) continue;
      try {
        await fetchTask(context, task);
      } catch (error) {
        if (broken.has(request.id)) continue;
        broken.add(request.id);
        await handleFailure(context, request, error, patience);
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: AT_A_TIME }, worker));
  context.progress.clear();
  const thrown = results.find((result) => result.status === 'rejected');
  if (thrown) throw thrown.reason;
  return readyOf(context).length < ready.length;
}

function readyOf({ tracker, failed }: DownloadContext): TrackedRequest[] {
  return tracker.inPhase('ready').filter((r) => !failed.has(r.id));
}

async function listFiles(
  context: DownloadContext,
  request: TrackedRequest,
  patience: (request: TrackedRequest) => boolean,
): Promise<readonly TrackedFile[]> {
  try {
    const files = parseFiles(await context.client.call(listFilesCall(request.job_id!)));
    if (files.length === 0) fail('databento/no-files', 'The service lists no files for a finished job.');
    context.tracker.listed(
      request.id,
      files,
      ({ name, size }) => sizeOf(pathOf(context, request, name)) === size,
    );
    context.file.save();
    return context.tracker.get(request.id).files;
  } catch (error) {
    // The state ran ahead of the files.
    if (error instanceof Refusal && error.verdict.kind === 'not-ready') {
      await refresh(context, request);
      context.note('RETRY', request, { code: error.problem.code });
    } else await handleFailure(context, request, error, patience);
    return [];
  }
}

function pathOf({ raw }: DownloadContext, { folder, job_id: jobId }: TrackedRequest, name: string): string {
  return join(raw, ...folder.split('/'), jobId!, name);
}

function checkSpace(context: DownloadContext, tasks: readonly Task[]): void {
  const { raw } = context;
  let total = 0;
  let here = 0;
  for (const { request, file } of tasks) {
    const path = pathOf(context, request, file.name);
    total += file.size;
    here += Math.min(file.size, existsSync(path) ? file.size : sizeOf(`${path}.part`));
  }
  let free: number;
  try {
    mkdirSync(raw, { recursive: true });
    const { bavail, bsize } = statfsSync(raw);
    free = bavail * bsize;
  } catch (error) {
    failWriting(error, raw);
  }
  const needed = (total - here) * RESERVE;
  if (needed > free) {
    const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2);
    fail(
      'download/no-space',
      `The files need ${gigabytes(needed)} GB, and ${gigabytes(free)} GB are free: ${raw}`,
      {
        tip: 'Make room, or name another --lake. The jobs stay on the service for 30 days.',
      },
    );
  }
  context.progress.start(total, here);
}

async function fetchTask(context: DownloadContext, { request, file }: Task): Promise<void> {
  const { tracker, world, client, progress } = context;
  const path = pathOf(context, request, file.name);
  let verified = file.verified;
  if (verified === undefined) {
    try {
      mkdirSync(join(path, '..'), { recursive: true });
    } catch (error) {
      failWriting(error, path);
    }
    context.note('DOWNLOAD', request, { file: file.name, bytes: file.size });
    verified = await fetchFile(file, path, {
      client,
      chance: () => world.chance(),
      arrived: (bytes) => {
        progress.arrived(bytes);
      },
    });
    if (!verified)
      context.note('WARNING', request, { file: file.name, message: 'unverified', hash: file.hash });
  }
  if (parseRawFileName(file.name)) {
    const name = request.name_symbol === undefined ? file.name : withSymbol(file.name, request.name_symbol);
    linkDurably(path, join(path, '..', '..', name));
  }
  tracker.placed(request.id, file.name, verified);
  const files = tracker.get(request.id).files;
  const isWhole = files.every((f) => f.verified !== undefined);
  if (isWhole) tracker.downloaded(request.id);
  context.file.save();
  if (isWhole) {
    context.note('COMPLETE', request, {
      files: files.length,
      bytes: files.reduce((sum, f) => sum + f.size, 0),
    });
  }
}

async function handleFailure(
  context: DownloadContext,
  request: TrackedRequest,
  error: unknown,
  patience: (request: TrackedRequest) => boolean,
): Promise<void> {
  const p: Problem = problemOfOne(error);
  if (isPassing(error) && patience(request)) {
    context.note('RETRY', request, { code: p.code, message: p.message });
    return;
  }
  // What the service refuses may have expired meanwhile, and then that is what to say.
  if (error instanceof Refusal && error.verdict.kind === 'refused') {
    await refresh(context, request);
    if (context.failed.has(request.id)) return;
  }
  context.fail(request, p);
}
