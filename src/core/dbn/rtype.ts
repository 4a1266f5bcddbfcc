import { DBN_SCHEMAS, type DbnSchema } from '#core/dbn/dbn-types';

/** Record types: the second byte of every record. */
export const RTYPE = {
  mbp0: 0x00,
  mbp1: 0x01,
  mbp10: 0x0a,
  ohlcvDeprecated: 0x11,
  status: 0x12,
  definition: 0x13,
  imbalance: 0x14,
  error: 0x15,
  symbolMapping: 0x16,
  system: 0x17,
  statistics: 0x18,
  ohlcv1s: 0x20,
  ohlcv1m: 0x21,
  ohlcv1h: 0x22,
  ohlcv1d: 0x23,
  ohlcvEod: 0x24,
  mbo: 0xa0,
  cmbp1: 0xb1,
  cbbo1s: 0xc0,
  cbbo1m: 0xc1,
  tcbbo: 0xc2,
  bbo1s: 0xc3,
  bbo1m: 0xc4,
} as const;

const SCHEMA_RTYPE: Readonly<Record<DbnSchema, number>> = {
  mbo: RTYPE.mbo,
  'mbp-1': RTYPE.mbp1,
  'mbp-10': RTYPE.mbp10,
  tbbo: RTYPE.mbp1,
  trades: RTYPE.mbp0,
  'ohlcv-1s': RTYPE.ohlcv1s,
  'ohlcv-1m': RTYPE.ohlcv1m,
  'ohlcv-1h': RTYPE.ohlcv1h,
  'ohlcv-1d': RTYPE.ohlcv1d,
  definition: RTYPE.definition,
  statistics: RTYPE.statistics,
  status: RTYPE.status,
  imbalance: RTYPE.imbalance,
  'ohlcv-eod': RTYPE.ohlcvEod,
  'cmbp-1': RTYPE.cmbp1,
  'cbbo-1s': RTYPE.cbbo1s,
  'cbbo-1m': RTYPE.cbbo1m,
  tcbbo: RTYPE.tcbbo,
  'bbo-1s': RTYPE.bbo1s,
  'bbo-1m': RTYPE.bbo1m,
};

/** The record type in which a schema's data comes. */
export function schemaRtype(schema: DbnSchema): number {
  return SCHEMA_RTYPE[schema];
}

/** The schemas whose records have this type: none for gateway messages, two for `mbp-1` and `tbbo`. */
export function rtypeSchemas(rtype: number): DbnSchema[] {
  return DBN_SCHEMAS.filter((schema) => SCHEMA_RTYPE[schema] === rtype);
}

/** Symbol mappings, errors and system messages: they may stand among the records of any schema. */
export function isGatewayMessage(rtype: number): boolean {
  return rtype === RTYPE.error || rtype === RTYPE.symbolMapping || rtype === RTYPE.system;
}
