import { ipcStream } from '#core/arrow/arrow-writer';
import { TableBuffer } from '#core/arrow/table-buffer';
import { appendRows } from '#core/velocity/table-spec';
import { SURFACE_SPECS, SURFACES, type VelocityWindow } from '#protocol/velocity-surfaces';

/** Text, or one Arrow IPC stream in a buffer of its own, which may be transferred. */
export type VelocityMessage = string | Uint8Array<ArrayBuffer>;

/** Announces the window; see `VelocityStreamReader`, which reads all of this. */
export interface BatchStart {
  readonly type: 'batch_start';
  readonly window_end_ts_ns: string;
  readonly surfaces: readonly string[];
}

/**
 * Windows as messages of the stream, the same from worker to page and over a socket. Source: velocity.md section 13.
 */
export class VelocityStreamWriter {
  readonly #tables = SURFACES.map((name) => ({
    name,
    spec: SURFACE_SPECS[name],
    table: new TableBuffer(SURFACE_SPECS[name].columns),
  }));

  /** The messages of one window, in order. */
  write(window: VelocityWindow): VelocityMessage[] {
    const start: BatchStart = {
      type: 'batch_start',
      window_end_ts_ns: String(window.snap.endNs),
      surfaces: SURFACES,
    };
    const messages: VelocityMessage[] = [JSON.stringify(start)];
    for (const { name, spec, table } of this.#tables) {
      appendRows(table, spec, window);
      messages.push(JSON.stringify({ type: 'surface_header', surface: name }), ipcStream(table.takeBatch()));
    }
    return messages;
  }

  /** The last message. */
  end(): VelocityMessage {
    return JSON.stringify({ type: 'stream_end' });
  }
}

/** Buffers to transfer with the messages. */
export function velocityTransfers(messages: readonly VelocityMessage[]): ArrayBuffer[] {
  return messages.flatMap((message) => (typeof message === 'string' ? [] : [message.buffer]));
}
