import { fail, problem, type Problem } from '#base/problem';
import {
  DBN_SCHEMAS,
  DBN_STYPES,
  type DbnMetadata,
  type DbnSchema,
  type DbnStype,
  type DbnVersion,
  type MappingInterval,
  type SymbolMapping,
} from '#core/dbn/dbn-types';
import * as at from '#core/dbn/metadata-layout';
import { readText } from '#core/dbn/text';

export interface DecodedMetadata {
  readonly metadata: DbnMetadata;
  /** Oddities that do not stop decoding. */
  readonly warnings: readonly Problem[];
}

const DAMAGED_TIP = 'The beginning of the file is damaged; get it again.';
/** Version 2 states the width of symbols; wider than this is damage. */
const MAX_SYMBOL_WIDTH = 1024;

/**
 * @param bytes the whole metadata, from `DBN` on, whose version and length have been checked
 * @throws ProblemError `dbn/metadata-*`
 */
export function decodeMetadata(bytes: Uint8Array): DecodedMetadata {
  return new MetadataReader(bytes).read();
}

class MetadataReader {
  private readonly view: DataView;
  private readonly warnings: Problem[] = [];
  private readonly version: DbnVersion;
  private width: number;
  private position = at.FIXED_END;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.version = bytes[3] as DbnVersion;
    this.width = at.symbolWidth(this.version);
  }

  read(): DecodedMetadata {
    const { view, version } = this;
    const stypes = at.stypeOffset(version);
    if (version > 1) this.width = this.readWidth(stypes + 3);
    const end = view.getBigUint64(at.END_OFFSET, true);
    const start = view.getBigUint64(at.START_OFFSET, true);
    const limit = view.getBigUint64(at.LIMIT_OFFSET, true);
    const fixed = {
      version,
      dataset: this.text(at.DATASET_OFFSET, at.DATASET_WIDTH),
      schema: this.schema(),
      start: start === at.NO_TIME ? undefined : start,
      end: end === at.NO_TIME ? undefined : end,
      limit: limit === 0n ? undefined : limit,
      stypeIn: this.stypeIn(stypes),
      stypeOut: this.stypeOut(stypes + 1),
      tsOut: view.getUint8(stypes + 2) !== 0,
    };
    this.skipSchemaDefinition();
    const metadata: DbnMetadata = {
      ...fixed,
      symbols: this.texts('symbols'),
      partial: this.texts('partly resolved symbols'),
      notFound: this.texts('unresolved symbols'),
      mappings: this.mappings(),
    };
    return { metadata, warnings: this.warnings };
  }

  private readWidth(offset: number): number {
    const width = this.view.getUint16(offset, true);
    if (width > 0 && width <= MAX_SYMBOL_WIDTH) return width;
    return fail('dbn/metadata-field', `The metadata states a symbol width of ${width} bytes.`, {
      offset,
      tip: DAMAGED_TIP,
    });
  }

  private schema(): DbnSchema | undefined {
    const code = this.view.getUint16(at.SCHEMA_OFFSET, true);
    if (code === at.NO_SCHEMA) return undefined;
    if (code >= DBN_SCHEMAS.length) this.warnUnknown('schema', code, at.SCHEMA_OFFSET);
    return DBN_SCHEMAS[code];
  }

  private stypeIn(offset: number): DbnStype | undefined {
    const code = this.view.getUint8(offset);
    if (code === at.NO_STYPE) return undefined;
    if (code >= DBN_STYPES.length) this.warnUnknown('input symbology type', code, offset);
    return DBN_STYPES[code];
  }

  private stypeOut(offset: number): DbnStype {
    const code = this.view.getUint8(offset);
    if (code < DBN_STYPES.length) return DBN_STYPES[code];
    return fail('dbn/metadata-field', `The metadata names an unknown output symbology type ${code}.`, {
      offset,
      tip: DAMAGED_TIP,
    });
  }

  private warnUnknown(what: string, code: number, offset: number): void {
    this.warnings.push(
      problem('dbn/metadata-unknown', `The metadata names an unknown ${what} ${code}.`, {
        offset,
        tip: 'The file is newer than Spymaster, or its beginning is damaged. The records are read all the same.',
      }),
    );
  }

  private skipSchemaDefinition(): void {
    const length = this.u32('the length of the schema definition');
    this.need(length, 'the schema definition');
    this.position += length;
  }

  private texts(what: string): string[] {
    const count = this.count(this.width, what);
    const texts: string[] = [];
    for (let i = 0; i < count; i++) texts.push(this.nextText());
    return texts;
  }

  private mappings(): SymbolMapping[] {
    const count = this.count(this.width + 4, 'mappings');
    const mappings: SymbolMapping[] = [];
    for (let i = 0; i < count; i++) {
      this.need(this.width, 'a mapping');
      const rawSymbol = this.nextText();
      const intervalCount = this.count(this.width + 8, 'intervals of a mapping');
      const intervals: MappingInterval[] = [];
      for (let k = 0; k < intervalCount; k++) {
        const startDate = this.u32('a date');
        const endDate = this.u32('a date');
        intervals.push({ startDate, endDate, symbol: this.nextText() });
      }
      mappings.push({ rawSymbol, intervals });
    }
    return mappings;
  }

  /** A count whose items, at least `itemBytes` each, must fit in what is left: no list can exhaust memory. */
  private count(itemBytes: number, what: string): number {
    const offset = this.position;
    const count = this.u32(`the count of ${what}`);
    if (count * itemBytes <= this.bytes.length - this.position) return count;
    return fail('dbn/metadata-count', `The metadata claims ${count} ${what}, more than it has room for.`, {
      offset,
      tip: DAMAGED_TIP,
    });
  }

  private u32(what: string): number {
    this.need(4, what);
    const value = this.view.getUint32(this.position, true);
    this.position += 4;
    return value;
  }

  private nextText(): string {
    const text = this.text(this.position, this.width);
    this.position += this.width;
    return text;
  }

  private text(offset: number, width: number): string {
    const text = readText(this.bytes, offset, width);
    if (text.length === width && !this.warnings.some((w) => w.code === 'dbn/unterminated-text')) {
      this.warnings.push(
        problem('dbn/unterminated-text', 'A text in the metadata fills its field without a final NUL.', {
          offset,
          tip: 'The beginning of the file may be damaged; names of instruments may be wrong.',
        }),
      );
    }
    return text;
  }

  private need(bytes: number, what: string): void {
    if (bytes <= this.bytes.length - this.position) return;
    fail('dbn/metadata-length', `The metadata ends before ${what}.`, {
      offset: this.position,
      tip: DAMAGED_TIP,
    });
  }
}
