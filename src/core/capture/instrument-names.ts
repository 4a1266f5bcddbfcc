/** What the files say about instruments: names from metadata, mapping records, definitions and symbol columns. */
import type { RecordOrigin } from '#core/capture/record-origin';
import type { DbnVersion } from '#core/dbn/dbn-types';
import { recordLayout, type DbnField } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { readSymbolMapping, SymbolMap, utcDate } from '#core/dbn/symbol-map';
import { readText } from '#core/dbn/text';

/** From a definition record. */
export interface InstrumentDefinition {
  readonly rawSymbol: string;
  /** ASCII letter: F future, S future spread, K stock, C and P options, T option spread, … */
  readonly instrumentClass: string;
  /** In units of 1e-9; `undefined` where the record states none. */
  readonly tickInt: number | undefined;
  /** Money value of a price move of 1. */
  readonly multiplier: number | undefined;
}

const UNDEFINED_I64 = 9223372036854775807n;

/** Bytes of records, as parts carry them. */
export interface RecordRun {
  readonly rtype: number;
  readonly recordBytes: number;
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly version: DbnVersion;
}

export class InstrumentNames {
  readonly #maps: SymbolMap[] = [];
  readonly #records = new SymbolMap();
  readonly #named = new Map<number, string>();
  readonly #definitions = new Map<number, InstrumentDefinition>();
  /** Days on which a name is looked for when the day of the record has none. */
  readonly #dates = new Set<number>();

  addMetadata(metadata: RecordOrigin): void {
    this.#maps.push(SymbolMap.fromMetadata(metadata));
    for (const { intervals } of metadata.mappings) {
      for (const { startDate } of intervals) if (this.#dates.size < 64) this.#dates.add(startDate);
    }
  }

  addName(instrumentId: number, symbol: string): void {
    this.#named.set(instrumentId, symbol);
  }

  addRecords(run: RecordRun): void {
    if (run.rtype === RTYPE.symbolMapping) {
      for (let i = 0; i < run.count; i++) {
        this.#records.add(readSymbolMapping(run.bytes, i * run.recordBytes, run.version));
      }
    } else if (run.rtype === RTYPE.definition) {
      this.#addDefinitions(run);
    }
  }

  definition(instrumentId: number): InstrumentDefinition | undefined {
    return this.#definitions.get(instrumentId);
  }

  /** @param ns time of the instrument's first record */
  symbolOf(instrumentId: number, ns: bigint): string | undefined {
    const definition = this.#definitions.get(instrumentId);
    if (definition && definition.rawSymbol !== '') return definition.rawSymbol;
    const recorded = this.#records.symbolAtTime(instrumentId, ns);
    if (recorded !== undefined) return recorded;
    const day = utcDate(ns);
    for (const date of [day, ...this.#dates]) {
      for (const map of this.#maps) {
        const symbol = map.symbolAt(instrumentId, date);
        if (symbol !== undefined) return symbol;
      }
    }
    return this.#named.get(instrumentId);
  }

  /** The instrument a symbol stands for, also where no record of it was seen yet. */
  idOf(symbol: string): number | undefined {
    for (const [id, definition] of this.#definitions) if (definition.rawSymbol === symbol) return id;
    for (const date of this.#dates) {
      for (const map of this.#maps) {
        const id = map.instrumentIdAt(symbol, date);
        if (id !== undefined) return id;
      }
    }
    return undefined;
  }

  #addDefinitions({ bytes, recordBytes, count, version }: RecordRun): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { id, symbol, kind, increment, quantity } = definitionFields(version);
    for (let i = 0; i < count; i++) {
      const at = i * recordBytes;
      const tick = view.getBigInt64(at + increment.offset, true);
      const multiplier = view.getBigInt64(at + quantity.offset, true);
      this.#definitions.set(view.getUint32(at + id.offset, true), {
        rawSymbol: readText(bytes, at + symbol.offset, symbol.bytes),
        instrumentClass: String.fromCharCode(bytes[at + kind.offset]),
        tickInt: isStated(tick) ? Number(tick) : undefined,
        multiplier: isStated(multiplier) ? Number(multiplier) / 1e9 : undefined,
      });
    }
  }
}

function isStated(value: bigint): boolean {
  return value > 0n && value !== UNDEFINED_I64;
}

function definitionFields(version: DbnVersion) {
  const { fields } = recordLayout(RTYPE.definition, version)!;
  const field = (name: string): DbnField => fields.find((f) => f.name === name)!;
  return {
    id: field('instrument_id'),
    symbol: field('raw_symbol'),
    kind: field('instrument_class'),
    increment: field('min_price_increment'),
    quantity: field('unit_of_measure_qty'),
  };
}
