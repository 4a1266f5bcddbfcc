import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemError, type Problem } from '#base/problem';
import { captureFormats } from '#core/capture/formats';
import { arrowOf, dbnOf, gzip, open, parquetOf, simulate } from '#testdata/capture-samples';
import { sharedPath } from '#testdata/fixtures';

const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));

async function refusal(bytes: Uint8Array, name = 'unknown'): Promise<Problem> {
  try {
    await open({ [name]: bytes });
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('was opened');
}

/** What opening says, apart from the file's name. */
async function verdict(bytes: Uint8Array, name: string): Promise<string> {
  try {
    const capture = await open({ [name]: bytes });
    return `${capture.files[0].description}: ${capture.instruments()[0].records}`;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return `${error.problem.code} ${error.problem.message.replace(name, '')}`;
  }
}

describe('the registry of formats', () => {
  it('recognises every supported form by content alone', async () => {
    const simulation = simulate({ durationSeconds: 5 });
    const dbn = dbnOf(simulation);
    const parquet = await parquetOf(simulation);
    const forms: Record<string, Uint8Array> = {
      'DBN version 3': dbn,
      'DBN version 3, gzip': gzip(dbn),
      'DBN version 3, gzip, gzip': gzip(gzip(dbn)),
      'DBN mbo records without header': simulation.block.bytes.slice(0, 56 * simulation.block.count),
      Parquet: parquet,
      'Arrow file': arrowOf(simulation, 'file'),
      'Arrow stream': arrowOf(simulation, 'stream'),
      'Arrow stream, gzip': gzip(arrowOf(simulation, 'stream')),
      'Arrow file, gzip': gzip(arrowOf(simulation, 'file')),
    };
    for (const [description, bytes] of Object.entries(forms)) {
      for (const name of ['unknown', 'misleading.csv']) {
        const capture = await open({ [name]: bytes });
        expect(capture.files[0].description).toBe(description);
        expect(capture.instruments()[0].records, description).toBe(simulation.block.count);
      }
    }
  });

  it('lists every supported format, and only those, in the error for all others', async () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 0, 250, 251, 252, 9, 9);
    const problem = await refusal(bytes, 'odd.bin');
    expect(problem.code).toBe('import/unknown-format');
    expect(problem.message).toMatch(/: odd\.bin$/);
    for (const importer of captureFormats().importers) {
      const listed = new RegExp(`(^|[ :])${importer.title} \\(`).test(problem.tip ?? '');
      expect(listed, importer.id).toBe(importer.refusal === undefined);
    }
  });

  it.each([
    ['import/empty', new Uint8Array()],
    ['import/empty', gzip(new Uint8Array())],
    ['import/csv', text('ts_recv,ts_event,action\n1,2,A\n')],
    ['import/csv', text('\ufeffTime;Price\r\n1;2\r\n')],
    ['import/csv', gzip(text('a\tb\n1\t2\n'))],
    ['import/json', text('\n  {"ts_event": 1}\n{"ts_event": 2}\n')],
    ['import/text', text('To whom it may concern')],
    ['import/zip', Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0)],
    ['import/dbz', Uint8Array.of(0x51, 0x2a, 0x4d, 0x18, 9, 0, 0, 0, 0x44, 0x42, 0x5a, 1, 0)],
    ['import/nested', gzip(gzip(gzip(gzip(text('DBN')))))],
    ['import/compressed-parquet', gzip(text('PAR1 and so on'))],
    ['dbn/unsupported-version', Uint8Array.of(0x44, 0x42, 0x4e, 9, 100, 0, 0, 0, ...new Uint8Array(100))],
    ['dbn/truncated', Uint8Array.of(0x44, 0x42, 0x4e, 3, 250, 0, 0, 0, 1, 2, 3, 4, 5, 6)],
  ])('says what is wrong: %s', async (code, bytes) => {
    const problem = await refusal(bytes);
    expect(problem.code).toBe(code);
    expect(problem.message).toContain('unknown');
  });

  it.skipIf(!sharedPath('data', 'dbn-schemas'))(
    'judges every sample file the same under any name',
    async () => {
      let samples = 0;
      for (const folder of [
        'dbn-schemas',
        'mbo',
        'options',
        'lobster',
        'crypto',
        'mbp10-oracle',
        'game-feed',
      ]) {
        const path = sharedPath('data', folder)!;
        for (const name of readdirSync(path)) {
          const bytes = new Uint8Array(readFileSync(join(path, name)));
          const own = await verdict(bytes, name);
          expect(await verdict(bytes, 'unknown'), name).toBe(own);
          expect(own, name).toMatch(expectedOf(folder, name));
          samples++;
        }
      }
      expect(samples).toBeGreaterThan(110);
    },
  );
});

function expectedOf(folder: string, name: string): RegExp {
  if (name.endsWith('.dbz')) return /^import\/dbz/;
  if (/csv$/.test(name)) return /^import\/csv/;
  if (/json/.test(name)) return /^import\/json/;
  if (folder === 'crypto') return /^import\/(csv|json|text)/;
  if (/mbo/.test(name)) return /^DBN version \d.*: (2|5886|20000)$/;
  const schema = /(?:test_data\.|frame\.|_|^)([a-z]+(?:-1[smhd]|-10?)?)(?:-glbx[^.]*|_20[^.]*)?\./.exec(
    name,
  )?.[1];
  // The samples of daily bars are empty.
  const empty = schema === 'ohlcv-1d' ? '|^capture/no-records' : '';
  return new RegExp(`^capture/no-mbo It holds ${schema} records${empty}`);
}
