/** What happened, as lines for programs: `<ISO time>Z VERB key=value …`. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { failWriting } from '#cli/file-problems';
import { isoNow, type DownloadWorld } from '#cli/download/world';

export type LogVerb =
  | 'SUBMIT'
  | 'ADOPT'
  | 'SKIP'
  | 'REUSE'
  | 'STATE'
  | 'DOWNLOAD'
  | 'COMPLETE'
  | 'ERROR'
  | 'RETRY'
  | 'WARNING'
  | 'STATUS';

export class EventLog {
  constructor(
    private readonly path: string,
    private readonly world: DownloadWorld,
  ) {}

  /** @throws ProblemError `file/unwritable` */
  write(
    verb: LogVerb,
    text: string,
    fields: Readonly<Record<string, string | number | undefined>> = {},
  ): void {
    const pairs = Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${quoted(String(value))}`],
    );
    const line = [isoNow(this.world), verb, ...(text === '' ? [] : [text]), ...pairs].join(' ');
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      appendFileSync(this.path, `${line}\n`);
    } catch (error) {
      failWriting(error, this.path);
    }
  }
}

/** Values with blanks or quotes as JSON, so that a line is a line and fields can be told apart. */
function quoted(value: string): string {
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
