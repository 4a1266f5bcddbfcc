import type { Fields, RecordSpec } from '#core/dbn/record-fields';

/** Instrument definitions, whose layout differs in each version, while the order of their columns does not. */

const PRICES: Fields = {
  ts_recv: 'ts',
  min_price_increment: 'price',
  display_factor: 'price',
  expiration: 'ts',
  activation: 'ts',
  high_limit_price: 'price',
  low_limit_price: 'price',
  max_price_variation: 'price',
};

const AMOUNTS: Fields = {
  unit_of_measure_qty: 'price',
  min_price_increment_amount: 'price',
  price_ratio: 'price',
};

const IDS: Fields = { inst_attrib_value: 'i32', underlying_id: 'u32' };

const DEPTHS_AND_LOTS: Fields = {
  market_depth_implied: 'i32',
  market_depth: 'i32',
  market_segment_id: 'u32',
  max_trade_vol: 'u32',
  min_lot_size: 'i32',
  min_lot_size_block: 'i32',
  min_lot_size_round_lot: 'i32',
  min_trade_vol: 'u32',
};

const CONTRACT: Fields = { contract_multiplier: 'i32', decay_quantity: 'i32', original_contract_size: 'i32' };

const CALENDAR: Fields = {
  appl_id: 'i16',
  maturity_year: 'u16',
  decay_start_date: 'u16',
  channel_id: 'u16',
};

const CURRENCIES: Fields = { currency: 'cstr4', settl_currency: 'cstr4', secsubtype: 'cstr6' };

const TYPES: Fields = {
  cfi: 'cstr7',
  security_type: 'cstr7',
  unit_of_measure: 'cstr31',
  underlying: 'cstr21',
  strike_price_currency: 'cstr4',
};

const MATURITY: Fields = {
  security_update_action: 'char',
  maturity_month: 'u8',
  maturity_day: 'u8',
  maturity_week: 'u8',
  user_defined_instrument: 'char',
  contract_multiplier_unit: 'i8',
  flow_schedule_type: 'i8',
  tick_rule: 'u8',
};

const DISPLAY_1: Fields = {
  match_algorithm: 'char',
  md_security_trading_status: 'u8',
  main_fraction: 'u8',
  price_display_format: 'u8',
  settl_price_type: 'u8',
  sub_fraction: 'u8',
  underlying_product: 'u8',
};

const FIRST = ['raw_symbol', 'security_update_action', 'instrument_class'];

export const DEFINITION_1: RecordSpec = {
  name: 'definition',
  fields: {
    ...PRICES,
    trading_reference_price: 'price',
    ...AMOUNTS,
    ...IDS,
    raw_instrument_id: 'u32',
    ...DEPTHS_AND_LOTS,
    _pad1: 'pad4',
    ...CONTRACT,
    _pad2: 'pad4',
    trading_reference_date: 'u16',
    ...CALENDAR,
    ...CURRENCIES,
    raw_symbol: 'cstr22',
    group: 'cstr21',
    exchange: 'cstr5',
    asset: 'cstr7',
    ...TYPES,
    instrument_class: 'char',
    _pad3: 'pad2',
    strike_price: 'price',
    _pad4: 'pad6',
    ...DISPLAY_1,
    ...MATURITY,
    _pad5: 'pad3',
  },
  first: FIRST,
};

export const DEFINITION_2: RecordSpec = {
  name: 'definition',
  fields: {
    ...PRICES,
    trading_reference_price: 'price',
    ...AMOUNTS,
    strike_price: 'price',
    ...IDS,
    raw_instrument_id: 'u32',
    ...DEPTHS_AND_LOTS,
    ...CONTRACT,
    trading_reference_date: 'u16',
    ...CALENDAR,
    ...CURRENCIES,
    raw_symbol: 'cstr71',
    group: 'cstr21',
    exchange: 'cstr5',
    asset: 'cstr7',
    ...TYPES,
    instrument_class: 'char',
    ...DISPLAY_1,
    ...MATURITY,
    _pad1: 'pad10',
  },
  first: FIRST,
  after: { strike_price: 'strike_price_currency' },
};

export const DEFINITION_3: RecordSpec = {
  name: 'definition',
  fields: {
    ...PRICES,
    ...AMOUNTS,
    strike_price: 'price',
    raw_instrument_id: 'u64',
    leg_price: 'price',
    leg_delta: 'price',
    ...IDS,
    ...DEPTHS_AND_LOTS,
    ...CONTRACT,
    leg_instrument_id: 'u32',
    leg_ratio_price_numerator: 'i32',
    leg_ratio_price_denominator: 'i32',
    leg_ratio_qty_numerator: 'i32',
    leg_ratio_qty_denominator: 'i32',
    leg_underlying_id: 'u32',
    ...CALENDAR,
    leg_count: 'u16',
    leg_index: 'u16',
    ...CURRENCIES,
    raw_symbol: 'cstr71',
    group: 'cstr21',
    exchange: 'cstr5',
    asset: 'cstr11',
    ...TYPES,
    leg_raw_symbol: 'cstr71',
    instrument_class: 'char',
    match_algorithm: 'char',
    main_fraction: 'u8',
    price_display_format: 'u8',
    sub_fraction: 'u8',
    underlying_product: 'u8',
    ...MATURITY,
    leg_instrument_class: 'char',
    leg_side: 'char',
    _pad1: 'pad17',
  },
  first: FIRST,
  after: { strike_price: 'strike_price_currency', raw_instrument_id: 'underlying_id' },
  last: [
    'leg_count',
    'leg_index',
    'leg_instrument_id',
    'leg_raw_symbol',
    'leg_instrument_class',
    'leg_side',
    'leg_price',
    'leg_delta',
    'leg_ratio_price_numerator',
    'leg_ratio_price_denominator',
    'leg_ratio_qty_numerator',
    'leg_ratio_qty_denominator',
    'leg_underlying_id',
  ],
};
