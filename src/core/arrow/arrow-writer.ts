/** Record batches → the bytes of an Arrow IPC stream or file, piece by piece. */
import {
  AsyncByteQueue,
  Message,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  type RecordBatch,
  type Schema,
} from 'apache-arrow';

/** Takes over the bytes of the library's writer; it writes views of memory that is used again. */
class ByteSink extends AsyncByteQueue {
  #pieces: Uint8Array[] = [];
  #length = 0;

  override write(piece: Uint8Array): void {
    if (piece.byteLength === 0) return;
    this.#pieces.push(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength).slice());
    this.#length += piece.byteLength;
  }

  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#length = 0;
    return bytes;
  }
}

/** The library leaves the schema message out of files, although the format is a stream between magics. */
class FileWriter extends RecordBatchFileWriter {
  protected override _writeSchema(schema: Schema): this {
    return super._writeSchema(schema)._writeMessage(Message.from(schema));
  }
}

export class ArrowWriter {
  readonly #sink = new ByteSink();
  readonly #writer: RecordBatchStreamWriter | FileWriter;

  constructor(schema: Schema, form: 'stream' | 'file') {
    this.#writer = form === 'file' ? new FileWriter() : new RecordBatchStreamWriter();
    this.#writer.reset(this.#sink, schema);
  }

  /** @returns the bytes to append to the output */
  write(batch: RecordBatch): Uint8Array<ArrayBuffer> {
    this.#writer.write(batch);
    return this.#sink.take();
  }

  /** @returns the last bytes of the output */
  finish(): Uint8Array<ArrayBuffer> {
    this.#writer.finish();
    return this.#sink.take();
  }
}

/** One batch as a whole IPC stream. */
export function ipcStream(batch: RecordBatch): Uint8Array<ArrayBuffer> {
  const writer = new ArrowWriter(batch.schema, 'stream');
  const [body, end] = [writer.write(batch), writer.finish()];
  const bytes = new Uint8Array(body.length + end.length);
  bytes.set(body);
  bytes.set(end, body.length);
  return bytes;
}
