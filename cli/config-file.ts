import { parse, YAMLParseError } from 'yaml';
import { fail } from '#base/problem';

/** A mapping from a YAML or JSON file (JSON is YAML). */
export function readMapping(path: string, content: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parse(content);
  } catch (error) {
    const at = error instanceof YAMLParseError ? { offset: error.pos[0] } : {};
    const reason = error instanceof Error ? error.message.split('\n')[0] : 'not readable';
    return fail('config/not-yaml', `The configuration is neither YAML nor JSON: ${reason}: ${path}`, at);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(
      'config/not-a-mapping',
      `The configuration must be a mapping of field names to values: ${path}`,
    );
  }
  return value as Readonly<Record<string, unknown>>;
}
