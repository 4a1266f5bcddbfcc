/**
 * The records of DBN 1, 2 and 3 as the public format describes them: fields in storage order, without gaps, after
 * the 16-byte header. Offsets follow from the order, so padding is written out.
 */
export type FieldSpec =
  | 'u8'
  | 'i8'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  /** One ASCII character. */
  | 'char'
  /** i64 in units of 1e-9. */
  | 'price'
  /** u64 nanoseconds since 1970. */
  | 'ts'
  /** Text, padded with NUL to n bytes. */
  | `cstr${number}`
  /** n bytes without meaning. */
  | `pad${number}`;

/** Names to types, in storage order. */
export type Fields = Readonly<Record<string, FieldSpec>>;

export interface RecordSpec {
  readonly name: string;
  readonly fields: Fields;
  /** A group of fields repeated at the end of the record. */
  readonly levels?: { readonly count: number; readonly fields: Fields };
  /** Columns that come first in text formats, after the header; the others follow in storage order. */
  readonly first?: readonly string[];
  /** Columns named here follow the given one instead of their place in storage. */
  readonly after?: Readonly<Record<string, string>>;
  /** Columns that come last, in this order. */
  readonly last?: readonly string[];
}

export const HEADER_FIELDS: Fields = {
  length: 'u8',
  rtype: 'u8',
  publisher_id: 'u16',
  instrument_id: 'u32',
  ts_event: 'ts',
};

const LEVEL: Fields = {
  bid_px: 'price',
  ask_px: 'price',
  bid_sz: 'u32',
  ask_sz: 'u32',
  bid_ct: 'u32',
  ask_ct: 'u32',
};

const CONSOLIDATED_LEVEL: Fields = {
  bid_px: 'price',
  ask_px: 'price',
  bid_sz: 'u32',
  ask_sz: 'u32',
  bid_pb: 'u16',
  _pad1: 'pad2',
  ask_pb: 'u16',
  _pad2: 'pad2',
};

export const MBO: RecordSpec = {
  name: 'mbo',
  fields: {
    order_id: 'u64',
    price: 'price',
    size: 'u32',
    flags: 'u8',
    channel_id: 'u8',
    action: 'char',
    side: 'char',
    ts_recv: 'ts',
    ts_in_delta: 'i32',
    sequence: 'u32',
  },
  first: ['action', 'side', 'price', 'size', 'channel_id'],
};

const TRADE_FIELDS: Fields = {
  price: 'price',
  size: 'u32',
  action: 'char',
  side: 'char',
  flags: 'u8',
  depth: 'u8',
  ts_recv: 'ts',
  ts_in_delta: 'i32',
  sequence: 'u32',
};
const TRADE_FIRST = ['action', 'side', 'depth'];

export const TRADE: RecordSpec = { name: 'trade', fields: TRADE_FIELDS, first: TRADE_FIRST };

export const MBP1: RecordSpec = {
  name: 'mbp-1',
  fields: TRADE_FIELDS,
  levels: { count: 1, fields: LEVEL },
  first: TRADE_FIRST,
};

export const MBP10: RecordSpec = {
  name: 'mbp-10',
  fields: TRADE_FIELDS,
  levels: { count: 10, fields: LEVEL },
  first: TRADE_FIRST,
};

export const BBO: RecordSpec = {
  name: 'bbo',
  fields: {
    price: 'price',
    size: 'u32',
    _pad1: 'pad1',
    side: 'char',
    flags: 'u8',
    _pad2: 'pad1',
    ts_recv: 'ts',
    _pad3: 'pad4',
    sequence: 'u32',
  },
  levels: { count: 1, fields: LEVEL },
  first: ['side'],
};

export const CMBP1: RecordSpec = {
  name: 'cmbp-1',
  fields: {
    price: 'price',
    size: 'u32',
    action: 'char',
    side: 'char',
    flags: 'u8',
    _pad1: 'pad1',
    ts_recv: 'ts',
    ts_in_delta: 'i32',
    _pad2: 'pad4',
  },
  levels: { count: 1, fields: CONSOLIDATED_LEVEL },
  first: ['action', 'side'],
};

export const CBBO: RecordSpec = {
  name: 'cbbo',
  fields: {
    price: 'price',
    size: 'u32',
    _pad1: 'pad1',
    side: 'char',
    flags: 'u8',
    _pad2: 'pad1',
    ts_recv: 'ts',
    _pad3: 'pad8',
  },
  levels: { count: 1, fields: CONSOLIDATED_LEVEL },
  first: ['side'],
};

export const OHLCV: RecordSpec = {
  name: 'ohlcv',
  fields: { open: 'price', high: 'price', low: 'price', close: 'price', volume: 'u64' },
};

export const STATUS: RecordSpec = {
  name: 'status',
  fields: {
    ts_recv: 'ts',
    action: 'u16',
    reason: 'u16',
    trading_event: 'u16',
    is_trading: 'char',
    is_quoting: 'char',
    is_short_sell_restricted: 'char',
    _pad1: 'pad7',
  },
};

export const IMBALANCE: RecordSpec = {
  name: 'imbalance',
  fields: {
    ts_recv: 'ts',
    ref_price: 'price',
    auction_time: 'ts',
    cont_book_clr_price: 'price',
    auct_interest_clr_price: 'price',
    ssr_filling_price: 'price',
    ind_match_price: 'price',
    upper_collar: 'price',
    lower_collar: 'price',
    paired_qty: 'u32',
    total_imbalance_qty: 'u32',
    market_imbalance_qty: 'u32',
    unpaired_qty: 'u32',
    auction_type: 'char',
    side: 'char',
    auction_status: 'u8',
    freeze_status: 'u8',
    num_extensions: 'u8',
    unpaired_side: 'char',
    significant_imbalance: 'char',
    _pad1: 'pad1',
  },
};

const STATISTICS_TAIL: Fields = {
  sequence: 'u32',
  ts_in_delta: 'i32',
  stat_type: 'u16',
  channel_id: 'u16',
  update_action: 'u8',
  stat_flags: 'u8',
};

export const STATISTICS_1: RecordSpec = {
  name: 'statistics',
  fields: { ts_recv: 'ts', ts_ref: 'ts', price: 'price', quantity: 'i32', ...STATISTICS_TAIL, _pad1: 'pad6' },
};

/** Version 3 widens the quantity. */
export const STATISTICS_3: RecordSpec = {
  name: 'statistics',
  fields: {
    ts_recv: 'ts',
    ts_ref: 'ts',
    price: 'price',
    quantity: 'i64',
    ...STATISTICS_TAIL,
    _pad1: 'pad18',
  },
};

export const ERROR_1: RecordSpec = { name: 'error', fields: { err: 'cstr64' } };
export const ERROR_2: RecordSpec = { name: 'error', fields: { err: 'cstr302', code: 'u8', is_last: 'u8' } };

export const SYSTEM_1: RecordSpec = { name: 'system', fields: { msg: 'cstr64' } };
export const SYSTEM_2: RecordSpec = { name: 'system', fields: { msg: 'cstr303', code: 'u8' } };

export const SYMBOL_MAPPING_1: RecordSpec = {
  name: 'symbol_mapping',
  fields: {
    stype_in_symbol: 'cstr22',
    stype_out_symbol: 'cstr22',
    _pad1: 'pad4',
    start_ts: 'ts',
    end_ts: 'ts',
  },
};
export const SYMBOL_MAPPING_2: RecordSpec = {
  name: 'symbol_mapping',
  fields: {
    stype_in: 'u8',
    stype_in_symbol: 'cstr71',
    stype_out: 'u8',
    stype_out_symbol: 'cstr71',
    start_ts: 'ts',
    end_ts: 'ts',
  },
};
