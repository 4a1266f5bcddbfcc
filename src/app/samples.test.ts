import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { servingRun } from '#app/address';
import { parseSamples } from '#app/samples';
import { runtimeConfigForInstrument } from '#core/config/instrument-config';
import { parseServingCatalog } from '#core/config/serving-catalog';

const SHIPPED = JSON.parse(readFileSync('public/samples/samples.json', 'utf8')) as Record<string, unknown>[];

function codeOf(list: unknown): string | undefined {
  try {
    parseSamples(list);
    return undefined;
  } catch (error) {
    return error instanceof ProblemError ? error.problem.code : String(error);
  }
}

describe('the list of samples', () => {
  it('is read with what the page shows of it', () => {
    const [demo] = parseSamples(SHIPPED);
    expect(demo).toMatchObject({ name: 'demo', file: 'demo.dbn.gz', symbol: 'SIMZ6' });
    expect(Object.keys(demo)).not.toContain('sha256');
    expect(parseSamples([])).toEqual([]);
  });

  it('gives the sample the configuration of its serving', () => {
    const [{ symbol, multiplier }] = parseSamples(SHIPPED);
    const catalog = parseServingCatalog(JSON.parse(readFileSync('public/servings/registry.json', 'utf8')));
    const { settings } = servingRun(catalog, 'demo');
    const ofSample = runtimeConfigForInstrument(
      { symbol, tickSize: 0.25 },
      { contract_multiplier: multiplier },
    );
    expect(ofSample.config_version).toBe(settings.config?.config_version);
  });

  it('is refused when it is something else', () => {
    for (const list of [undefined, null, 'text', {}, [null], [7], [[]], [{}]]) {
      expect(codeOf(list)).toBe('site/bad-samples');
    }
  });

  it.each(['name', 'title', 'description', 'file', 'symbol', 'bytes', 'records', 'multiplier'])(
    'is refused without a sound %s',
    (field) => {
      for (const value of [undefined, null, {}, -1, NaN, true]) {
        expect(codeOf([{ ...SHIPPED[0], [field]: value }])).toBe('site/bad-samples');
      }
    },
  );

  it('names files beside it only', () => {
    for (const file of ['', '../index.html', '/etc/x', 'a/b', 'https://example.org/x', '..', '.hidden']) {
      expect(codeOf([{ ...SHIPPED[0], file }])).toBe('site/bad-samples');
    }
  });
});
