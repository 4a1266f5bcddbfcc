import type { DbnSchema, DbnVersion } from '#core/dbn/dbn-types';
import { recordLayout } from '#core/dbn/record-layouts';
import { isGatewayMessage, rtypeSchemas } from '#core/dbn/rtype';

/** Bytes of prefix that decide. */
export const DBN_SNIFF_BYTES = 12;

export type DbnSniff =
  /** Metadata of this version, which may be newer than what is supported. */
  | { readonly kind: 'dbn'; readonly version: number }
  /** The format before DBN. It starts with a zstd skippable frame, so ask here before sniffing compression. */
  | { readonly kind: 'dbz' }
  /** No metadata, but what could be a first record of these schemas in these versions. A guess. */
  | {
      readonly kind: 'fragment';
      readonly schemas: readonly DbnSchema[];
      readonly versions: readonly DbnVersion[];
    };

/** What the first bytes of a decompressed input look like; `undefined`: not DBN. */
export function sniffDbn(prefix: Uint8Array): DbnSniff | undefined {
  if (prefix.length < 4) return undefined;
  if (prefix[0] === 0x44 && prefix[1] === 0x42 && prefix[2] === 0x4e)
    return { kind: 'dbn', version: prefix[3] };
  if (isDbz(prefix)) return { kind: 'dbz' };
  return sniffFragment(prefix);
}

function isDbz(prefix: Uint8Array): boolean {
  const isSkippable =
    (prefix[0] & 0xf0) === 0x50 && prefix[1] === 0x2a && prefix[2] === 0x4d && prefix[3] === 0x18;
  return isSkippable && prefix[8] === 0x44 && prefix[9] === 0x42 && prefix[10] === 0x5a;
}

function sniffFragment(prefix: Uint8Array): DbnSniff | undefined {
  const bytes = prefix[0] * 4;
  const rtype = prefix[1];
  if (isGatewayMessage(rtype)) return undefined;
  const versions = ([1, 2, 3] as const).filter((version) => recordLayout(rtype, version)?.bytes === bytes);
  return versions.length > 0 ? { kind: 'fragment', schemas: rtypeSchemas(rtype), versions } : undefined;
}
