/**
 * How one configuration field is described. The table in `runtime-fields.ts` is the only place that knows the
 * fields; parsing, defaults, hashing, listings and settings panels all read it.
 */

/** `int[]` and `f64[]` may also be given as comma-separated text, numbers as numeric text. */
export type FieldKind = 'int' | 'f64' | 'string' | 'int[]' | 'f64[]';

export interface FieldValue {
  int: number;
  f64: number;
  string: string;
  'int[]': readonly number[];
  'f64[]': readonly number[];
}

export type FieldGroup =
  'instrument' | 'grid' | 'mechanics' | 'forces' | 'spectrum' | 'projection' | 'state model';

/** Limits on a number, or on every element of a list. Absent = unlimited. */
export interface FieldRange {
  readonly atLeast?: number;
  readonly above?: number;
  readonly atMost?: number;
  readonly below?: number;
  /** Lists only. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly unique?: boolean;
  /** Why there are limits, where that does not follow from what the field is. */
  readonly because?: string;
  /** Texts only. */
  readonly nonEmpty?: boolean;
  readonly choices?: readonly string[];
}

export interface RuntimeField<N extends string = string, K extends FieldKind = FieldKind> {
  readonly name: N;
  readonly kind: K;
  /** Must be present in a source mapping; other fields fall back to the default. */
  readonly required: boolean;
  readonly default: FieldValue[K];
  /** Computed from the other fields: ignored in a source mapping, refused as an override. */
  readonly derived: boolean;
  /**
   * A departure from the reference engine, off by default. It enters the hash only when it differs from the
   * default, so that configurations without it keep their version.
   */
  readonly extension: boolean;
  readonly unit: string;
  readonly range: FieldRange;
  readonly group: FieldGroup;
  readonly title: string;
  readonly description: string;
}

/** The limits in words: `at least 2, at most 4096`. Empty when there are none. */
export function describeRange(range: FieldRange): string {
  const parts: string[] = [];
  if (range.choices) parts.push(`one of ${range.choices.join(', ')}`);
  if (range.nonEmpty) parts.push('not empty');
  if (range.minLength !== undefined && range.minLength === range.maxLength) {
    parts.push(`exactly ${range.minLength} values`);
  } else {
    if (range.minLength !== undefined)
      parts.push(range.minLength === 1 ? 'not empty' : `at least ${range.minLength} values`);
    if (range.maxLength !== undefined) parts.push(`at most ${range.maxLength} values`);
  }
  if (range.atLeast !== undefined) parts.push(`at least ${range.atLeast}`);
  if (range.above !== undefined) parts.push(`greater than ${range.above}`);
  if (range.atMost !== undefined) parts.push(`at most ${range.atMost}`);
  if (range.below !== undefined) parts.push(`less than ${range.below}`);
  if (range.unique) parts.push('no value twice');
  return parts.join(', ');
}
