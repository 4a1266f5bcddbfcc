/** Moves one file from the service into its place, as `FileTransfer` decides. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { FileTransfer } from '#core/databento/file-transfer';
import type { BatchFile } from '#core/databento/api-answers';
import { RetryBudget } from '#core/databento/pacing';
import { bodyTooShort, type DatabentoClient } from '#cli/download/client';
import { renameDurably } from '#cli/download/durable';
import { bodyOf } from '#cli/download/http';
import { failWriting, systemCode } from '#cli/file-problems';

export interface FetchContext {
  readonly client: DatabentoClient;
  chance(): number;
  /** Told every piece; negative for what is thrown away. */
  arrived(bytes: number): void;
}

/**
 * @param path where the file shall be; what has arrived is kept beside it as `.part`
 * @returns whether its hash was checked
 * @throws ProblemError `databento/…`, `file/unwritable`
 */
export async function fetchFile(file: BatchFile, path: string, context: FetchContext): Promise<boolean> {
  const part = `${path}.part`;
  const transfer = new FileTransfer(file);
  const budget = new RetryBudget(() => context.chance());
  // Of a file that cannot be continued, getting as far as before is no progress.
  let most = sizeOf(part);
  const discard = () => {
    context.arrived(-sizeOf(part));
    rmSync(part, { force: true });
  };
  // What an earlier run wrote under the final name without having noted it.
  const isHere = existsSync(path) && sizeOf(path) === file.size;
  if (isHere && transfer.canVerify && transfer.isContent(await sha256Of(path))) return true;
  for (;;) {
    const step = transfer.next(sizeOf(part));
    if (step.kind === 'discard') discard();
    else if (step.kind === 'request') {
      try {
        await request(step.from, step.range);
      } catch (error) {
        const have = sizeOf(part);
        if (have > most) budget.progressed();
        most = Math.max(most, have);
        await context.client.pause(error, budget);
      }
    } else {
      await touch(part);
      const verdict = transfer.verify(transfer.canVerify ? await sha256Of(part) : '');
      if (verdict === 'place') {
        place(part, path);
        return transfer.canVerify;
      }
      discard();
    }
  }

  async function request(from: number, range: string | undefined): Promise<void> {
    const answer = await context.client.openFile(file.path, range);
    try {
      const action = transfer.answer(answer.statusCode ?? 0, answer.headers['content-range'], from);
      if (action !== 'append') discard();
      if (action === 'discard') return;
      if (await receive(answer, part, file.size, context)) {
        if (sizeOf(part) < file.size) bodyTooShort(file.name);
      } else {
        transfer.overran();
        discard();
      }
    } finally {
      // The rest of a body that is not wanted must not come.
      answer.destroy();
    }
  }
}

/** Appends a body to the part; `false` where it is longer than the file. */
async function receive(
  answer: IncomingMessage,
  part: string,
  size: number,
  context: FetchContext,
): Promise<boolean> {
  const body = bodyOf(answer);
  const handle = await open(part, 'a').catch((error: unknown) => failWriting(error, part));
  try {
    let have = sizeOf(part);
    for await (const chunk of body) {
      have += chunk.length;
      if (have > size) return false;
      await handle.appendFile(chunk).catch((error: unknown) => failWriting(error, part));
      context.arrived(chunk.length);
    }
    return true;
  } finally {
    await handle.close();
  }
}

function place(part: string, path: string): void {
  try {
    renameDurably(part, path);
  } catch (error) {
    failWriting(error, path);
  }
}

/** A file without content has no part yet. */
async function touch(path: string): Promise<void> {
  const handle = await open(path, 'a').catch((error: unknown) => failWriting(error, path));
  await handle.close();
}

/** 0 where there is none. */
export function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return 0;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
