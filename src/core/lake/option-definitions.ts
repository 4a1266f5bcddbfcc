/** Option definitions of DBN `definition` records: the last record of each instrument counts. */
import type { DbnVersion } from '#core/dbn/dbn-types';
import { recordLayout, type DbnField } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { readText } from '#core/dbn/text';

export interface OptionDefinition {
  readonly instrumentId: number;
  readonly rawSymbol: string;
  /** ASCII letter: C call, P put; others are no options or spreads of them. */
  readonly instrumentClass: string;
  /** Product code, `E1A`: with `.OPT` the parent symbol of its options. */
  readonly asset: string;
  /** Symbol of the future or share. */
  readonly underlying: string;
  /** Price in units of 1e-9. */
  readonly strike: bigint;
  /** UTC ns; 2^64 − 1 where it has none. */
  readonly expirationNs: bigint;
}

/** Bytes of definition records, `recordBytes` apart, as the parts of a capture carry them. */
interface DefinitionRun {
  readonly rtype: number;
  readonly recordBytes: number;
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly version: DbnVersion;
}

export class OptionDefinitions {
  readonly #latest = new Map<number, { tsEvent: bigint; definition: OptionDefinition }>();

  /** Records of other types are ignored. */
  add({ rtype, bytes, recordBytes, count, version }: DefinitionRun): void {
    if (rtype !== RTYPE.definition) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const fields = definitionFields(version);
    const text = (at: number, field: DbnField) => readText(bytes, at + field.offset, field.bytes);
    for (let at = 0; at < count * recordBytes; at += recordBytes) {
      const instrumentId = view.getUint32(at + fields.instrumentId.offset, true);
      const tsEvent = view.getBigUint64(at + fields.tsEvent.offset, true);
      const known = this.#latest.get(instrumentId);
      if (known && known.tsEvent > tsEvent) continue;
      const definition = {
        instrumentId,
        rawSymbol: text(at, fields.rawSymbol),
        instrumentClass: String.fromCharCode(bytes[at + fields.instrumentClass.offset]),
        asset: text(at, fields.asset),
        underlying: text(at, fields.underlying),
        strike: view.getBigInt64(at + fields.strike.offset, true),
        expirationNs: view.getBigUint64(at + fields.expiration.offset, true),
      };
      this.#latest.set(instrumentId, { tsEvent, definition });
    }
  }

  list(): OptionDefinition[] {
    return [...this.#latest.values()].map(({ definition }) => definition);
  }
}

function definitionFields(version: DbnVersion) {
  const { fields } = recordLayout(RTYPE.definition, version)!;
  const field = (name: string): DbnField => fields.find((f) => f.name === name)!;
  return {
    instrumentId: field('instrument_id'),
    tsEvent: field('ts_event'),
    rawSymbol: field('raw_symbol'),
    instrumentClass: field('instrument_class'),
    asset: field('asset'),
    underlying: field('underlying'),
    strike: field('strike_price'),
    expiration: field('expiration'),
  };
}
