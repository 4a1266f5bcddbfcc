import type { DbnVersion } from '#core/dbn/dbn-types';
import { recordLayout, type DbnField } from '#core/dbn/record-layouts';
import { RTYPE } from '#core/dbn/rtype';
import { readText } from '#core/dbn/text';
import type { InstrumentDefinition } from '#core/velocity/option-definitions';

/** A run of definition records, `recordBytes` apart. */
export interface DefinitionRun {
  readonly bytes: Uint8Array;
  readonly recordBytes: number;
  readonly count: number;
  readonly version: DbnVersion;
}

/** What the definition records of a file say. Source: velocity.md section 4.3. */
export function* readDefinitions(run: DefinitionRun): Generator<InstrumentDefinition> {
  const { bytes, recordBytes, count, version } = run;
  const { fields } = recordLayout(RTYPE.definition, version)!;
  const field = (name: string): DbnField => fields.find((f) => f.name === name)!;
  const [id, time, symbol, kind, underlying, strike, expiration] = [
    'instrument_id',
    'ts_event',
    'raw_symbol',
    'instrument_class',
    'underlying',
    'strike_price',
    'expiration',
  ].map(field);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < count * recordBytes; at += recordBytes) {
    yield {
      instrumentId: view.getUint32(at + id.offset, true),
      symbol: readText(bytes, at + symbol.offset, symbol.bytes),
      instrumentClass: String.fromCharCode(bytes[at + kind.offset]),
      underlying: readText(bytes, at + underlying.offset, underlying.bytes),
      strikeInt: Number(view.getBigInt64(at + strike.offset, true)),
      expirationNs: view.getBigUint64(at + expiration.offset, true),
      tsEventNs: view.getBigUint64(at + time.offset, true),
    };
  }
}
