/**
 * The vacuum-pressure runtime configuration: one immutable object per stream, checked once, identified by a
 * hash (vacuum-pressure.md section 15). Everything about single fields is in the table `runtime-fields.ts`.
 */
import { fail, problem, ProblemError, type Problem } from '#base/problem';
import { sha256Hex } from '#base/sha256';
import type { FieldKind, FieldValue, RuntimeField } from '#core/config/field';
import { fieldValueText, parseFieldValue } from '#core/config/field-value';
import { RUNTIME_FIELDS, RUNTIME_RULES, type RuntimeFieldValues } from '#core/config/runtime-fields';

export { tickInt } from '#core/config/runtime-fields';

/** All fields of `RUNTIME_FIELDS` under their own names, deeply frozen. */
export interface VpRuntimeConfig extends RuntimeFieldValues {
  /** First 12 hex digits of the SHA-256 of `configHashInput`. */
  readonly config_version: string;
}

/** A violation and the field it concerns. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: Problem;
}

const FIELDS: readonly RuntimeField[] = RUNTIME_FIELDS;
const FIELD_BY_NAME: ReadonlyMap<string, RuntimeField> = new Map(FIELDS.map((field) => [field.name, field]));

/**
 * Every violation in a source mapping, in the order of the field table; relations between fields are looked at
 * only once the fields are valid on their own. Empty = `parseRuntimeConfig` accepts it.
 */
export function checkRuntimeConfig(source: Readonly<Record<string, unknown>>): readonly FieldProblem[] {
  return readFields(source).problems;
}

/**
 * Builds the configuration from a source mapping and optional overrides. Required fields must be present,
 * other missing fields take their default, derived fields are recomputed, keys that are no field are ignored in
 * `source` and refused in `overrides`.
 *
 * @throws ProblemError `config/missing-field`, `config/not-…`, `config/out-of-range`, `config/inconsistent`,
 * `config/unknown-field`, `config/derived-field`; the message starts with the name of the field
 */
export function parseRuntimeConfig(
  source: Readonly<Record<string, unknown>>,
  overrides: Readonly<Record<string, unknown>> = {},
): VpRuntimeConfig {
  const { values, problems } = readFields(source);
  if (problems.length > 0) throw new ProblemError(problems[0].problem);
  const inTableOrder = Object.fromEntries(FIELDS.map(({ name }) => [name, values[name]]));
  const complete = inTableOrder as unknown as RuntimeFieldValues;
  const config = Object.freeze({ ...complete, config_version: configVersion(complete) });
  return overrideRuntimeConfig(config, overrides);
}

/** `base` with some fields replaced; the same object when there is nothing to replace. Throws as above. */
export function overrideRuntimeConfig(
  base: VpRuntimeConfig,
  overrides: Readonly<Record<string, unknown>>,
): VpRuntimeConfig {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  if (given.length === 0) return base;
  for (const [name] of given) {
    const field = FIELD_BY_NAME.get(name);
    if (name === 'config_version' || field?.derived) {
      fail('config/derived-field', `${name} is computed from the other fields and cannot be set`);
    }
    if (!field) fail('config/unknown-field', `${name} is not a configuration field`);
  }
  return parseRuntimeConfig({ ...base, ...Object.fromEntries(given) });
}

interface ReadFields {
  readonly values: Readonly<Record<string, FieldValue[FieldKind]>>;
  readonly problems: readonly FieldProblem[];
}

function readFields(source: Readonly<Record<string, unknown>>): ReadFields {
  const values: Record<string, FieldValue[FieldKind]> = {};
  const problems: FieldProblem[] = [];
  for (const field of FIELDS) {
    if (field.derived) continue;
    try {
      values[field.name] = readField(field, source[field.name]);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push({ field: field.name, problem: error.problem });
    }
  }
  if (problems.length > 0) return { values, problems };

  const complete = values as unknown as RuntimeFieldValues;
  values['projection_horizons_ms'] = Object.freeze(
    complete.projection_horizons_bins.map((bins) => bins * complete.cell_width_ms),
  );
  for (const rule of RUNTIME_RULES) {
    if (rule.holds(complete)) continue;
    problems.push({
      field: rule.field,
      problem: problem('config/inconsistent', `${rule.field} ${rule.message}`),
    });
  }
  return { values, problems };
}

function readField(field: RuntimeField, raw: unknown): FieldValue[FieldKind] {
  if (raw !== undefined) return parseFieldValue(field, raw);
  if (field.required) fail('config/missing-field', `${field.name} is missing`);
  return field.default;
}

/**
 * The text that is hashed: `key=value` joined with `|`, keys in ascending code-point order. An extension field
 * at its default is left out.
 */
export function configHashInput(values: RuntimeFieldValues): string {
  return hashInputOf(FIELDS, values);
}

/** `configHashInput` over any field table. */
export function hashInputOf(
  fields: readonly RuntimeField[],
  values: Readonly<Record<string, FieldValue[FieldKind]>>,
): string {
  return fields
    .map((field) => ({
      name: field.name,
      text: fieldValueText(field.kind, values[field.name]),
      omitted: field.extension && fieldValueText(field.kind, field.default),
    }))
    .filter((entry) => entry.text !== entry.omitted)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => `${entry.name}=${entry.text}`)
    .join('|');
}

/** `effective_config_hash`: first 12 hex digits of SHA-256 of `configHashInput`. */
export function configVersion(values: RuntimeFieldValues): string {
  return sha256Hex(configHashInput(values)).slice(0, 12);
}

/** Defaults of the reference, an MNQ contract; version `4e253a80d7ea`. */
export const DEFAULT_RUNTIME_CONFIG: VpRuntimeConfig = parseRuntimeConfig(
  Object.fromEntries(FIELDS.map((field) => [field.name, field.default])),
);
