/** Reading one configuration value from untyped input, and its canonical text (vacuum-pressure.md section 15). */
import { fail } from '#base/problem';
import {
  describeRange,
  type FieldKind,
  type FieldRange,
  type FieldValue,
  type RuntimeField,
} from '#core/config/field';

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What has to be known of a field to read its value. */
export type ValueField<K extends FieldKind = FieldKind> = Pick<
  RuntimeField<string, K>,
  'name' | 'kind' | 'range'
>;

/**
 * The value of `field` in its own type: texts trimmed, numeric text and comma lists converted, -0 as 0.
 * Fails with `config/not-text`, `config/not-a-number`, `config/not-an-integer`, `config/not-a-list` or
 * `config/out-of-range`; every message starts with the field's name.
 */
export function parseFieldValue<K extends FieldKind>(field: ValueField<K>, raw: unknown): FieldValue[K];
export function parseFieldValue(field: ValueField, raw: unknown): FieldValue[FieldKind] {
  switch (field.kind) {
    case 'string':
      return parseText(field, raw);
    case 'int':
    case 'f64':
      return parseNumber(field, field.name, field.kind === 'int', raw);
    case 'int[]':
    case 'f64[]':
      return parseList(field, field.kind === 'int[]', raw);
  }
}

function parseText(field: ValueField, raw: unknown): string {
  if (typeof raw !== 'string') fail('config/not-text', `${field.name} must be text, got ${show(raw)}`);
  const value = raw.trim();
  const { choices, nonEmpty } = field.range;
  if ((choices && !choices.includes(value)) || (nonEmpty && value === '')) outOfRange(field, field.name, raw);
  return value;
}

function parseNumber(field: ValueField, label: string, integral: boolean, raw: unknown): number {
  const value = typeof raw === 'string' && DECIMAL.test(raw.trim()) ? Number(raw) : raw;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    fail('config/not-a-number', `${label} must be a number, got ${show(raw)}`);
  }
  if (integral && !Number.isSafeInteger(value)) {
    fail('config/not-an-integer', `${label} must be a whole number, got ${show(raw)}`);
  }
  if (!isWithin(field.range, value)) outOfRange(field, label, raw);
  return value === 0 ? 0 : value;
}

function parseList(field: ValueField, integral: boolean, raw: unknown): readonly number[] {
  const items: readonly unknown[] =
    typeof raw === 'string'
      ? raw.split(',').filter((item) => item.trim() !== '')
      : Array.isArray(raw)
        ? (raw as readonly unknown[])
        : fail('config/not-a-list', `${field.name} must be a list or comma-separated text, got ${show(raw)}`);
  const { minLength = 0, maxLength = Infinity, unique } = field.range;
  if (items.length < minLength || items.length > maxLength) outOfRange(field, field.name, raw);
  const values = items.map((item, i) => parseNumber(field, `${field.name}[${i}]`, integral, item));
  if (unique && new Set(values).size < values.length) outOfRange(field, field.name, raw);
  return Object.freeze(values);
}

function isWithin(range: FieldRange, value: number): boolean {
  return (
    value >= (range.atLeast ?? -Infinity) &&
    value > (range.above ?? -Infinity) &&
    value <= (range.atMost ?? Infinity) &&
    value < (range.below ?? Infinity)
  );
}

function outOfRange(field: ValueField, label: string, raw: unknown): never {
  const { because } = field.range;
  const limits = describeRange(field.range) + (because ? `, because ${because}` : '');
  return fail('config/out-of-range', `${label} must be ${limits}; got ${show(raw)}`);
}

const SHOWN_CHARACTERS = 60;

function show(raw: unknown): string {
  const text =
    typeof raw === 'string' || Array.isArray(raw)
      ? JSON.stringify(raw)
      : typeof raw === 'object' && raw !== null
        ? 'a mapping'
        : String(raw);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

/** Canonical text of a value for the configuration hash: `2.0`, `1e-09`, `[5, 10]`. */
export function fieldValueText(kind: FieldKind, value: FieldValue[FieldKind]): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return kind === 'int' ? String(value) : floatText(value);
  return `[${value.map((item) => (kind === 'int[]' ? String(item) : floatText(item))).join(', ')}]`;
}

/**
 * Shortest round-trip digits; plain with at least one decimal for decimal exponents -4..15, otherwise scientific
 * with at least two exponent digits.
 */
function floatText(x: number): string {
  const [mantissa, exponentText] = x.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 16) {
    const plain = String(x);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
