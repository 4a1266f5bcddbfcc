/**
 * Arrow record batches of market-by-order events → `MboBlock`s, equal to those of the DBN file they came from.
 *
 * A missing optional column is filled with: `ts_recv` = `ts_event`; `flags` = 128 (every record ends its event,
 * otherwise the book would never be looked at); `instrument_id` = a number per distinct `symbol`, from 1, in order
 * of appearance (0 without symbols); `rtype` = 160; all others 0. Null times and prices become the undefined value
 * of DBN, a null action or side `N`, other nulls what a missing column gives. Rows of another `rtype` are left out.
 */
import { DataType, type RecordBatch, type Schema } from 'apache-arrow';
import { fail } from '#base/problem';
import {
  charCodes,
  decimalWords,
  floats,
  integers,
  nullRows,
  textValue,
  type BatchColumn,
  type NarrowValues,
  type WideValues,
} from '#core/arrow/column-values';
import { bindMboColumns, nsPerUnit, type MboBinding, type MboFieldName } from '#core/arrow/mbo-fields';
import { priceFromDecimal, priceFromFloat, priceFromLargeFloat } from '#core/arrow/price-from';
import {
  F_LAST,
  MBO_RTYPE,
  MBO_WORDS,
  MboBlock,
  NONE,
  UNDEF_PRICE_HI,
  UNDEF_PRICE_LO,
  W_HEAD,
  W_INSTRUMENT,
  W_ORDER_ID,
  W_PRICE,
  W_SEQUENCE,
  W_SIZE,
  W_TAGS,
  W_TS_EVENT,
  W_TS_IN_DELTA,
  W_TS_RECV,
} from '#core/mbo/mbo-block';

const ROWS_PER_BLOCK = 16384;
const TWO_32 = 4294967296;

/** Told once per instrument. */
export type OnSymbol = (publisherId: number, instrumentId: number, symbol: string) => void;

/** A value that has no place in a record. */
class BadValue extends Error {
  constructor(
    readonly column: string,
    /** Relative to the rows being converted. */
    readonly row: number,
  ) {
    super(column);
  }
}

/** Where a field of few bits lies in the record, and its limits. */
interface SmallField {
  readonly name: MboFieldName;
  readonly word: number;
  readonly shift: number;
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}

const small = (
  name: MboFieldName,
  word: number,
  shift: number,
  min: number,
  max: number,
  fallback = 0,
): SmallField => ({
  name,
  word,
  shift,
  min,
  max,
  fallback,
});

const SMALL_FIELDS: readonly SmallField[] = [
  small('rtype', W_HEAD, 8, 0, 0xff, MBO_RTYPE),
  small('publisher_id', W_HEAD, 16, 0, 0xffff),
  small('size', W_SIZE, 0, 0, 0xffffffff),
  small('flags', W_TAGS, 0, 0, 0xff, F_LAST),
  small('channel_id', W_TAGS, 8, 0, 0xff),
  small('ts_in_delta', W_TS_IN_DELTA, 0, -0x80000000, 0x7fffffff),
  small('sequence', W_SEQUENCE, 0, 0, 0xffffffff),
];

export class MboTable {
  readonly #binding: MboBinding;
  readonly #onSymbol: OnSymbol;
  readonly #block = MboBlock.withCapacity(ROWS_PER_BLOCK);
  readonly #named = new Set<string>();
  readonly #idBySymbol = new Map<string, number>();
  /** Rows left out because they are no MBO records. */
  otherRows = 0;

  /** @throws ProblemError `columns/missing`, `columns/type` */
  constructor(schema: Schema, onSymbol: OnSymbol = () => undefined) {
    this.#binding = bindMboColumns(schema);
    this.#onSymbol = onSymbol;
  }

  /**
   * The batch's rows in blocks, each valid until the next.
   *
   * @param firstRow number of the batch's first row in the table, for messages
   * @throws ProblemError `columns/value`, `columns/short`, after the rows before the bad one
   */
  *blocks(batch: RecordBatch, firstRow: number): Generator<MboBlock, void, void> {
    const rows = batch.numRows;
    for (let from = 0; from < rows; from += ROWS_PER_BLOCK) {
      const count = Math.min(ROWS_PER_BLOCK, rows - from);
      const bad = this.#convertGood(batch, from, count);
      if (this.#block.count > 0) yield this.#block;
      if (!bad) continue;
      const row = firstRow + from + bad.row;
      fail('columns/value', `The value of ${bad.column} in row ${row} (from 0) has no place in a record.`, {
        tip: 'The rows before it were read.',
      });
    }
  }

  /** Converts up to the first row that holds a bad value in any column, and returns that value. */
  #convertGood(batch: RecordBatch, from: number, count: number): BadValue | undefined {
    let bad: BadValue | undefined;
    for (;;) {
      try {
        this.#convert(batch, from, bad ? bad.row : count);
        return bad;
      } catch (error) {
        if (!(error instanceof BadValue)) throw error;
        bad = error;
      }
    }
  }

  #convert(batch: RecordBatch, from: number, count: number): void {
    const { words } = this.#block;
    words.fill(0, 0, count * MBO_WORDS);
    for (let i = 0; i < count; i++) words[i * MBO_WORDS + W_HEAD] = MBO_WORDS;
    for (const field of SMALL_FIELDS) {
      const column = this.#column(batch, field.name);
      if (column) orIntegers(words, field, integers(column, from, count, field.fallback));
      else orConstant(words, field, count);
    }
    this.#fillTimes(batch, from, count);
    fillOrderIds(words, integers(this.#column(batch, 'order_id')!, from, count, 0));
    fillPrices(words, this.#column(batch, 'price')!, from, count);
    orCodes(words, 16, charCodes(this.#column(batch, 'action')!, from, count, NONE));
    orCodes(words, 24, charCodes(this.#column(batch, 'side')!, from, count, NONE));
    this.#fillInstruments(batch, from, count);
    this.#block.count = count;
    if (this.#binding.rtype !== undefined) this.#dropOtherRows();
  }

  #column(batch: RecordBatch, name: MboFieldName): BatchColumn | undefined {
    const index = this.#binding[name];
    if (index === undefined) return undefined;
    const data = batch.data.children[index];
    return { name, type: data.type, data, vector: batch.getChildAt(index)! };
  }

  #fillTimes(batch: RecordBatch, from: number, count: number): void {
    const { words } = this.#block;
    fillTimes(words, W_TS_EVENT, this.#column(batch, 'ts_event')!, from, count);
    const received = this.#column(batch, 'ts_recv');
    if (received) {
      fillTimes(words, W_TS_RECV, received, from, count);
      return;
    }
    for (let b = 0; b < count * MBO_WORDS; b += MBO_WORDS) {
      words[b + W_TS_RECV] = words[b + W_TS_EVENT];
      words[b + W_TS_RECV + 1] = words[b + W_TS_EVENT + 1];
    }
  }

  #fillInstruments(batch: RecordBatch, from: number, count: number): void {
    const { words } = this.#block;
    const ids = this.#column(batch, 'instrument_id');
    const symbols = this.#column(batch, 'symbol');
    if (ids) orIntegers(words, INSTRUMENT_FIELD, integers(ids, from, count, 0));
    if (!symbols) return;
    let lastKey = NaN;
    for (let i = 0; i < count; i++) {
      const b = i * MBO_WORDS;
      const publisher = words[b + W_HEAD] >>> 16;
      if (ids) {
        const key = publisher * TWO_32 + words[b + W_INSTRUMENT];
        if (key === lastKey) continue;
        lastKey = key;
      }
      const symbol = textValue(symbols.vector.get(from + i));
      if (symbol === '') continue;
      if (!ids) words[b + W_INSTRUMENT] = this.#idOf(symbol);
      this.#name(publisher, words[b + W_INSTRUMENT], symbol);
    }
  }

  #idOf(symbol: string): number {
    const known = this.#idBySymbol.get(symbol);
    if (known !== undefined) return known;
    const id = this.#idBySymbol.size + 1;
    this.#idBySymbol.set(symbol, id);
    return id;
  }

  #name(publisher: number, instrument: number, symbol: string): void {
    const key = `${publisher}/${instrument}`;
    if (this.#named.has(key)) return;
    this.#named.add(key);
    this.#onSymbol(publisher, instrument, symbol);
  }

  #dropOtherRows(): void {
    const { words, count } = this.#block;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const b = i * MBO_WORDS;
      if (((words[b + W_HEAD] >>> 8) & 0xff) !== MBO_RTYPE) continue;
      if (kept !== i) words.copyWithin(kept * MBO_WORDS, b, b + MBO_WORDS);
      kept++;
    }
    this.otherRows += count - kept;
    this.#block.count = kept;
  }
}

const INSTRUMENT_FIELD = small('instrument_id', W_INSTRUMENT, 0, 0, 0xffffffff);

function orConstant(words: Uint32Array, field: SmallField, count: number): void {
  if (field.fallback === 0) return;
  for (let i = 0; i < count; i++) words[i * MBO_WORDS + field.word] |= field.fallback << field.shift;
}

function orIntegers(words: Uint32Array, field: SmallField, source: NarrowValues | WideValues): void {
  const { word, shift, min, max } = field;
  if (source.kind === 'narrow') {
    const { values } = source;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value < min || value > max) throw new BadValue(field.name, i);
      words[i * MBO_WORDS + word] |= value << shift;
    }
    return;
  }
  const pairs = source.words;
  for (let i = 0; 2 * i < pairs.length; i++) {
    const high = pairs[2 * i + 1];
    const value = (source.isSigned ? high | 0 : high) * TWO_32 + pairs[2 * i];
    if (value < min || value > max) throw new BadValue(field.name, i);
    words[i * MBO_WORDS + word] |= value << shift;
  }
}

function orCodes(words: Uint32Array, shift: number, codes: ArrayLike<number>): void {
  for (let i = 0; i < codes.length; i++) words[i * MBO_WORDS + W_TAGS] |= (codes[i] & 0xff) << shift;
}

function fillOrderIds(words: Uint32Array, source: NarrowValues | WideValues): void {
  if (source.kind === 'wide') {
    const pairs = source.words;
    for (let i = 0; 2 * i < pairs.length; i++) {
      words[i * MBO_WORDS + W_ORDER_ID] = pairs[2 * i];
      words[i * MBO_WORDS + W_ORDER_ID + 1] = pairs[2 * i + 1];
    }
    return;
  }
  const { values } = source;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < 0) throw new BadValue('order_id', i);
    words[i * MBO_WORDS + W_ORDER_ID] = values[i];
  }
}

/** Times as u64 nanoseconds. The product with the unit is formed from 16-bit pieces: no BigInt per row. */
function fillTimes(words: Uint32Array, word: number, column: BatchColumn, from: number, count: number): void {
  const factor = nsPerUnit(column.type);
  const source = integers(column, from, count, 0) as WideValues;
  const pairs = source.words;
  const mostHigh = Math.floor(0xffffffff / factor);
  for (let i = 0; i < count; i++) {
    const low = pairs[2 * i];
    const high = pairs[2 * i + 1];
    if ((source.isSigned && high > 0x7fffffff) || high > mostHigh) throw new BadValue(column.name, i);
    const b = i * MBO_WORDS + word;
    if (factor === 1) {
      words[b] = low;
      words[b + 1] = high;
      continue;
    }
    const p0 = (low & 0xffff) * factor;
    const p1 = (low >>> 16) * factor + Math.floor(p0 / 65536);
    const carry = Math.floor(p1 / 65536);
    const product = high * factor + carry;
    if (product > 0xffffffff) throw new BadValue(column.name, i);
    words[b] = (p1 % 65536) * 65536 + (p0 % 65536);
    words[b + 1] = product;
  }
  for (const row of nullRows(column, from, count) ?? []) {
    words[row * MBO_WORDS + word] = 0xffffffff;
    words[row * MBO_WORDS + word + 1] = 0xffffffff;
  }
}

function fillPrices(words: Uint32Array, column: BatchColumn, from: number, count: number): void {
  const nulls = nullRows(column, from, count);
  if (DataType.isFloat(column.type)) fillFloatPrices(words, floats(column, from, count), new Set(nulls));
  else if (DataType.isDecimal(column.type)) fillDecimalPrices(words, column, from, count, new Set(nulls));
  else fillIntegerPrices(words, integers(column, from, count, 0) as WideValues);
  for (const row of nulls ?? []) setUndefinedPrice(words, row);
}

function setUndefinedPrice(words: Uint32Array, row: number): void {
  words[row * MBO_WORDS + W_PRICE] = UNDEF_PRICE_LO;
  words[row * MBO_WORDS + W_PRICE + 1] = UNDEF_PRICE_HI;
}

function fillIntegerPrices(words: Uint32Array, source: WideValues): void {
  const pairs = source.words;
  for (let i = 0; 2 * i < pairs.length; i++) {
    if (!source.isSigned && pairs[2 * i + 1] > 0x7fffffff) throw new BadValue('price', i);
    words[i * MBO_WORDS + W_PRICE] = pairs[2 * i];
    words[i * MBO_WORDS + W_PRICE + 1] = pairs[2 * i + 1];
  }
}

function fillFloatPrices(words: Uint32Array, values: Float64Array, nulls: ReadonlySet<number>): void {
  for (let i = 0; i < values.length; i++) {
    const b = i * MBO_WORDS + W_PRICE;
    const price = priceFromFloat(values[i]);
    if (price === price) {
      words[b] = price;
      words[b + 1] = Math.floor(price / TWO_32);
    } else if (Number.isNaN(values[i]) || nulls.has(i)) {
      setUndefinedPrice(words, i);
    } else {
      setPrice(words, i, priceFromLargeFloat(values[i]));
    }
  }
}

function fillDecimalPrices(
  words: Uint32Array,
  column: BatchColumn,
  from: number,
  count: number,
  nulls: ReadonlySet<number>,
): void {
  const scale = DataType.isDecimal(column.type) ? column.type.scale : 9;
  const { words: source, wordsPerValue } = decimalWords(column, from, count);
  for (let i = 0; i < count; i++) {
    if (nulls.has(i)) continue;
    let unscaled = 0n;
    for (let w = wordsPerValue - 1; w >= 0; w--) {
      unscaled = (unscaled << 32n) | BigInt(source[i * wordsPerValue + w]);
    }
    setPrice(words, i, priceFromDecimal(BigInt.asIntN(32 * wordsPerValue, unscaled), scale));
  }
}

function setPrice(words: Uint32Array, row: number, price: bigint | undefined): void {
  if (price === undefined) throw new BadValue('price', row);
  words[row * MBO_WORDS + W_PRICE] = Number(price & 0xffffffffn);
  words[row * MBO_WORDS + W_PRICE + 1] = Number((price >> 32n) & 0xffffffffn);
}
