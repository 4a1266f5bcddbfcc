/**
 * Checks the structure of Arrow metadata (FlatBuffers) before the library reads it: the library's accessors know
 * no bounds, so a damaged vector length makes it collect billions of garbage entries. Everything an offset or
 * length refers to must lie inside the message. Source: Schema.fbs, Message.fbs, FlatBuffers internals.
 */

type FieldShape =
  | { readonly kind: 'scalar'; readonly bytes: number }
  | { readonly kind: 'string' }
  /** A vector of numbers or structs. */
  | { readonly kind: 'vector'; readonly bytes: number }
  | { readonly kind: 'tables'; readonly of: TableName }
  | { readonly kind: 'table'; readonly of: TableName }
  /** The field before it holds the number of the table in `of`. */
  | { readonly kind: 'union'; readonly of: readonly (TableName | undefined)[] };

type TableName =
  | 'message'
  | 'schema'
  | 'field'
  | 'dictionaryEncoding'
  | 'keyValue'
  | 'recordBatch'
  | 'dictionaryBatch'
  | 'smallNumbers'
  | 'timestamp'
  | 'unionType';

const scalar = (bytes: number): FieldShape => ({ kind: 'scalar', bytes });
const vector = (bytes: number): FieldShape => ({ kind: 'vector', bytes });
const tables = (of: TableName): FieldShape => ({ kind: 'tables', of });
const table = (of: TableName): FieldShape => ({ kind: 'table', of });
const string: FieldShape = { kind: 'string' };

/** Type tables by their number; most hold a few numbers of at most four bytes, or nothing. */
const TYPE_TABLES: readonly (TableName | undefined)[] = Array.from({ length: 27 }, (_, type) =>
  type === 0 ? undefined : type === 10 ? 'timestamp' : type === 14 ? 'unionType' : 'smallNumbers',
);

const TABLES: Readonly<Record<TableName, readonly FieldShape[]>> = {
  message: [
    scalar(2),
    scalar(1),
    { kind: 'union', of: [undefined, 'schema', 'dictionaryBatch', 'recordBatch'] },
    scalar(8),
    tables('keyValue'),
  ],
  schema: [scalar(2), tables('field'), tables('keyValue'), vector(8)],
  field: [
    string,
    scalar(1),
    scalar(1),
    { kind: 'union', of: TYPE_TABLES },
    table('dictionaryEncoding'),
    tables('field'),
    tables('keyValue'),
  ],
  dictionaryEncoding: [scalar(8), table('smallNumbers'), scalar(1), scalar(2)],
  keyValue: [string, string],
  recordBatch: [scalar(8), vector(16), vector(16), table('smallNumbers'), vector(8)],
  dictionaryBatch: [scalar(8), table('recordBatch'), scalar(1)],
  smallNumbers: [scalar(4), scalar(4), scalar(4)],
  timestamp: [scalar(2), string],
  unionType: [scalar(2), vector(4)],
};

const MAX_DEPTH = 32;
/** Offsets may share tables; counting visits keeps a small message from standing for a huge one. */
const MAX_TABLES = 100_000;

/** Whether `metadata` is a well-formed Arrow message. Never throws. */
export function isWellFormedMessage(metadata: Uint8Array): boolean {
  try {
    new Verifier(metadata).verifyRoot();
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

class Verifier {
  readonly #view: DataView;
  #visited = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  verifyRoot(): void {
    this.#table(this.#view.getUint32(0, true), 'message', 0);
  }

  /** @throws RangeError where something lies outside; so do the accessors of `DataView` */
  #table(at: number, name: TableName, depth: number): void {
    if (depth > MAX_DEPTH || ++this.#visited > MAX_TABLES) outside();
    const view = this.#view;
    const vtable = at - view.getInt32(at, true);
    const vtableBytes = view.getUint16(vtable, true);
    if (vtableBytes < 4) outside();
    this.#within(vtable, vtableBytes);
    TABLES[name].forEach((shape, i) => {
      const entry = 4 + 2 * i;
      const offset = entry + 2 <= vtableBytes ? view.getUint16(vtable + entry, true) : 0;
      if (offset === 0) return;
      const type = shape.kind === 'union' ? this.#typeBefore(at, vtable, entry) : 0;
      this.#field(at + offset, shape, type, depth);
    });
  }

  /** The number in the one-byte field before a union. */
  #typeBefore(at: number, vtable: number, entry: number): number {
    const offset = this.#view.getUint16(vtable + entry - 2, true);
    return offset === 0 ? 0 : this.#view.getUint8(at + offset);
  }

  #field(at: number, shape: FieldShape, type: number, depth: number): void {
    const view = this.#view;
    if (shape.kind === 'scalar') {
      this.#within(at, shape.bytes);
      return;
    }
    const target = at + view.getUint32(at, true);
    switch (shape.kind) {
      case 'string': {
        this.#within(target + 4, view.getUint32(target, true));
        return;
      }
      case 'vector': {
        this.#within(target + 4, view.getUint32(target, true) * shape.bytes);
        return;
      }
      case 'table': {
        this.#table(target, shape.of, depth + 1);
        return;
      }
      case 'union': {
        const name = shape.of[type];
        if (name) this.#table(target, name, depth + 1);
        return;
      }
      case 'tables': {
        const count = view.getUint32(target, true);
        this.#within(target + 4, count * 4);
        for (let i = 0; i < count; i++) {
          const slot = target + 4 + 4 * i;
          this.#table(slot + view.getUint32(slot, true), shape.of, depth + 1);
        }
      }
    }
  }

  #within(at: number, bytes: number): void {
    if (at < 0 || at + bytes > this.#view.byteLength) outside();
  }
}

function outside(): never {
  throw new RangeError('outside of the message');
}
