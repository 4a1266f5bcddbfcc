/** The list of shipped samples as the site delivers it, checked: a host may serve anything under that name. */
import { fail } from '#base/problem';
import type { SampleInfo } from '#app/model';

const TEXTS = ['name', 'title', 'description', 'file', 'symbol'] as const;
const COUNTS = ['bytes', 'records', 'multiplier'] as const;
/** A file beside the list, never a path. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Entries of `public/samples/samples.json` with the fields that the page uses.
 *
 * @throws ProblemError `site/bad-samples`
 */
export function parseSamples(list: unknown): SampleInfo[] {
  if (!Array.isArray(list)) fail('site/bad-samples', 'The list of samples is not a list');
  return list.map((entry, i) => parseSample(entry, i + 1));
}

function parseSample(entry: unknown, position: number): SampleInfo {
  const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  for (const name of TEXTS) if (typeof fields[name] !== 'string') wrong(position, name);
  for (const name of COUNTS) if (!isCount(fields[name])) wrong(position, name);
  const sample = fields as unknown as SampleInfo;
  if (!FILE_NAME.test(sample.file)) wrong(position, 'file');
  const { name, title, description, file, bytes, records, symbol, multiplier } = sample;
  return { name, title, description, file, bytes, records, symbol, multiplier };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function wrong(position: number, field: string): never {
  fail('site/bad-samples', `Sample ${position} in the list of samples has no usable ${field}`, {
    tip: 'This site was not built or copied completely. Your own captures open all the same.',
  });
}
