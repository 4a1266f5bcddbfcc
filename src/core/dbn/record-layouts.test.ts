import { describe, expect, it } from 'vitest';
import { DBN_SCHEMAS } from '#core/dbn/dbn-types';
import { columnNames } from '#core/dbn/read-row';
import { recordLayout, recordSizes, schemaLayout } from '#core/dbn/record-layouts';
import { isGatewayMessage, RTYPE, rtypeSchemas, schemaRtype } from '#core/dbn/rtype';

const VERSIONS = [1, 2, 3] as const;

/** Sizes stated by the public format, for versions 1, 2 and 3. */
const SIZES: [keyof typeof RTYPE, number, number, number][] = [
  ['mbo', 56, 56, 56],
  ['mbp0', 48, 48, 48],
  ['mbp1', 80, 80, 80],
  ['mbp10', 368, 368, 368],
  ['bbo1s', 80, 80, 80],
  ['bbo1m', 80, 80, 80],
  ['cmbp1', 80, 80, 80],
  ['cbbo1s', 80, 80, 80],
  ['cbbo1m', 80, 80, 80],
  ['tcbbo', 80, 80, 80],
  ['ohlcvDeprecated', 56, 56, 56],
  ['ohlcv1s', 56, 56, 56],
  ['ohlcv1m', 56, 56, 56],
  ['ohlcv1h', 56, 56, 56],
  ['ohlcv1d', 56, 56, 56],
  ['ohlcvEod', 56, 56, 56],
  ['status', 40, 40, 40],
  ['imbalance', 112, 112, 112],
  ['definition', 360, 400, 520],
  ['statistics', 64, 64, 80],
  ['error', 80, 320, 320],
  ['system', 80, 320, 320],
  ['symbolMapping', 80, 176, 176],
];

describe('the record layouts', () => {
  it.each(SIZES)('give %s its size in each version', (name, ...sizes) => {
    expect(VERSIONS.map((v) => recordLayout(RTYPE[name], v)?.bytes)).toEqual(sizes);
  });

  it('cover every record type of the format and no other', () => {
    expect(SIZES.map(([name]) => name).sort()).toEqual(Object.keys(RTYPE).sort());
    for (const version of VERSIONS) {
      const known = [...recordSizes(version, false).entries()].filter(([, bytes]) => bytes > 0);
      expect(known.map(([rtype]) => rtype)).toEqual(Object.values(RTYPE).sort((a, b) => a - b));
      for (const [rtype, bytes] of known) {
        expect(bytes).toBe(recordLayout(rtype, version)!.bytes);
        expect(recordSizes(version, true)[rtype]).toBe(bytes + 8);
      }
    }
  });

  it('place numbers at multiples of their size, without overlap, inside the record', () => {
    for (const version of VERSIONS) {
      for (const rtype of Object.values(RTYPE)) {
        const { bytes, fields } = recordLayout(rtype, version)!;
        expect(bytes % 8).toBe(0);
        const used = new Set<number>([0]);
        for (const field of fields) {
          if (field.type !== 'cstr') expect(field.offset % field.bytes).toBe(0);
          for (let i = field.offset; i < field.offset + field.bytes; i++) {
            expect(used.has(i), `${field.name} overlaps`).toBe(false);
            expect(i).toBeLessThan(bytes);
            used.add(i);
          }
        }
        expect(new Set(fields.map((f) => f.name)).size).toBe(fields.length);
      }
    }
  });

  it('give every schema the records of its type', () => {
    for (const schema of DBN_SCHEMAS) {
      expect(schemaLayout(schema, 3)).toBe(recordLayout(schemaRtype(schema), 3));
      expect(rtypeSchemas(schemaRtype(schema))).toContain(schema);
    }
    expect(rtypeSchemas(RTYPE.mbp1)).toEqual(['mbp-1', 'tbbo']);
    expect(rtypeSchemas(RTYPE.system)).toEqual([]);
    expect(isGatewayMessage(RTYPE.system)).toBe(true);
    expect(isGatewayMessage(RTYPE.mbo)).toBe(false);
  });

  it('know no layout for an unknown type', () => {
    expect(recordLayout(0x42, 3)).toBeUndefined();
  });
});

describe('the columns', () => {
  it('of mbo and mbp-1 stand in the order of the official CSV', () => {
    expect(columnNames(schemaLayout('mbo', 1)).join()).toBe(
      'ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,price,size,channel_id,order_id,flags,ts_in_delta,sequence',
    );
    expect(columnNames(schemaLayout('mbp-1', 3), true).join()).toBe(
      'ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,depth,price,size,flags,ts_in_delta,sequence,' +
        'bid_px_00,ask_px_00,bid_sz_00,ask_sz_00,bid_ct_00,ask_ct_00,ts_out',
    );
  });

  it('of ten levels are numbered and know their level', () => {
    const fields = schemaLayout('mbp-10', 3).fields.filter((f) => f.level !== undefined);
    expect(fields.length).toBe(60);
    expect(fields.at(-1)).toMatchObject({ name: 'ask_ct_09', level: 9, levelField: 'ask_ct', offset: 364 });
  });

  it('of definitions keep their order through the versions, with legs last', () => {
    const [v1, v2, v3] = VERSIONS.map((v) => columnNames(schemaLayout('definition', v)));
    expect(v2).toEqual(v1);
    const dropped = [
      'trading_reference_date',
      'trading_reference_price',
      'settl_price_type',
      'md_security_trading_status',
    ];
    const legsFrom = v3.findIndex((name) => name.startsWith('leg_'));
    expect(v3.slice(0, legsFrom)).toEqual(v2.filter((name) => !dropped.includes(name)));
    expect(v3.slice(legsFrom).every((name) => name.startsWith('leg_'))).toBe(true);
    expect(v3.slice(legsFrom).length).toBe(13);
    expect(v1.slice(0, 8).join()).toBe(
      'ts_recv,ts_event,rtype,publisher_id,instrument_id,raw_symbol,security_update_action,instrument_class',
    );
  });
});
