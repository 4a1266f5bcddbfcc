/**
 * Recordings as feeds: files one after another at the pace of their own clock, or one file that grows.
 *
 * Fields: `path` (file, folder, or a list), `speed` (1; `max`), `start` (where the pace begins; what is before goes
 * out at once), `loop`, `tail` (follow one growing file as it is written), `description`.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseInstant } from '#base/instant';
import { fail } from '#base/problem';
import { decodeMetadata } from '#core/dbn/metadata-decode';
import type { AdapterFactory } from '#relay/adapters';
import type { Clock } from '#relay/clock';
import { badConfig, type ConfigFields } from '#relay/config-fields';
import type { EpochStart, FeedAdapter, FeedSink } from '#relay/feed-adapter';
import { refuseSystem } from '#relay/files';
import { dbnStream } from '#relay/replay/dbn-stream';
import { openGrowing, openSource } from '#relay/replay/file-source';
import { Pacer, type Pace } from '#relay/replay/pacer';

export const replayAdapter: AdapterFactory = (fields, { folder, clock }) => {
  const paths = fields.texts('path').map((path) => resolve(folder, path));
  const tail = fields.flag('tail', false);
  const loop = fields.flag('loop', false);
  const pace = { speed: readSpeed(fields), startNs: readStart(fields) };
  if (tail && (loop || paths.length > 1 || fields.has('speed') || fields.has('start'))) {
    badConfig(
      fields.pathOf('tail'),
      'the only choice beside one path: a growing file has its own pace',
      tail,
    );
  }
  const description = fields.text('description', paths.map((path) => basename(path)).join(', '));
  return tail
    ? tailAdapter(paths[0], clock, description)
    : pacedAdapter(paths, pace, loop, clock, description);
};

function readSpeed(fields: ConfigFields): number {
  return fields.optionalRaw('speed') === 'max' ? Infinity : fields.positive('speed', 1);
}

function readStart(fields: ConfigFields): bigint | undefined {
  const text = fields.optionalText('start');
  if (text === undefined) return undefined;
  return parseInstant(text) ?? badConfig(fields.pathOf('start'), 'a time such as 2026-10-06T14:00:00Z', text);
}

function pacedAdapter(
  paths: readonly string[],
  pace: Pace,
  loop: boolean,
  clock: Clock,
  description: string,
): FeedAdapter {
  return {
    kind: 'replay',
    encoding: 'dbn',
    description,
    onDemand: true,
    run: async (sink, signal) => {
      const files = paths.flatMap(filesAt);
      for (let round = 0; round === 0 || (loop && !signal.aborted); round++) {
        await new Playing(sink, signal, clock, pace, round === 0 ? 'start' : 'loop').play(files);
      }
    },
  };
}

/** One run through the files. */
class Playing {
  #pacer: Pacer | undefined;
  /** What all files must agree in, because their records make one stream. */
  #form: string | undefined;

  constructor(
    private readonly sink: FeedSink,
    private readonly signal: AbortSignal,
    private readonly clock: Clock,
    private readonly pace: Pace,
    private readonly reason: EpochStart['reason'],
  ) {}

  async play(files: readonly string[]): Promise<void> {
    for (const file of files) {
      const source = await openSource(file);
      try {
        for await (const part of dbnStream(source)) {
          if (part.kind === 'metadata') this.#metadata(part.bytes, file);
          else await this.#records(part.bytes);
          if (this.signal.aborted) return;
        }
      } finally {
        await source.close();
      }
    }
  }

  #metadata(bytes: Uint8Array, file: string): void {
    const { metadata } = decodeMetadata(bytes);
    const form = [metadata.version, metadata.tsOut, metadata.dataset].join();
    if (this.#form === undefined) {
      this.#form = form;
      this.#pacer = new Pacer(this.pace, metadata.version);
      beginWith(this.sink, this.reason, bytes);
    } else if (this.#form !== form) {
      fail(
        'relay/files-differ',
        `A file has another version, dataset or ts_out than the one before: ${file}`,
        {
          tip: 'Files that follow one another make one stream; give this one a feed of its own.',
        },
      );
    }
  }

  async #records(records: Uint8Array): Promise<void> {
    for (let at = 0; at < records.length && !this.signal.aborted;) {
      const { bytes, catchUp, waitMs } = this.#pacer!.release(records, at, this.clock.nowMs());
      if (bytes > 0) {
        this.sink.state(catchUp ? 'catching-up' : 'live');
        this.sink.dbn(records.subarray(at, at + bytes), catchUp);
        at += bytes;
      } else {
        await this.clock.sleep(waitMs, this.signal);
      }
    }
  }
}

function tailAdapter(path: string, clock: Clock, description: string): FeedAdapter {
  return {
    kind: 'replay',
    encoding: 'dbn',
    description,
    onDemand: false,
    run: async (sink, signal) => {
      for (let round = 0; !signal.aborted; round++) {
        const source = await openGrowing(path, clock, signal);
        try {
          for await (const part of dbnStream(source)) {
            if (signal.aborted) return;
            if (part.kind === 'metadata') beginWith(sink, round === 0 ? 'start' : 'resync', part.bytes);
            else {
              sink.state(source.isAtEnd ? 'live' : 'catching-up');
              sink.dbn(part.bytes, !source.isAtEnd);
            }
          }
        } catch (error) {
          // A file that was cut or replaced ends in the middle of something.
          if (!signal.aborted && !source.wasReplaced) throw error;
        } finally {
          await source.close();
        }
      }
    },
  };
}

function beginWith(sink: FeedSink, reason: EpochStart['reason'], metadata: Uint8Array): void {
  const { dataset, symbols } = decodeMetadata(metadata).metadata;
  sink.begin({ reason, exact: true, dataset, symbols });
  sink.dbn(metadata, true);
}

const DBN_FILE = /\.dbn(\.zst|\.gz)?$/;

/** The file itself, or the DBN files of a folder by name. @throws ProblemError `file/…`, `relay/empty-folder` */
function filesAt(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => DBN_FILE.test(name));
    if (names.length === 0) fail('relay/empty-folder', `The folder holds no DBN files: ${path}`);
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    return refuseSystem(error, path);
  }
}
