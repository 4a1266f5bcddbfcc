/** Options: requested when their definitions are here, and only those that expire on the day. */
import { describe, expect, it } from 'vitest';
import { definitionsDay } from '#cli/download/testing/lake-files';
import { Bench, filesOf } from '#cli/download/testing/test-run';
import type { ServiceFile } from '#cli/download/testing/service-jobs';
import { listSessions } from '#core/lake/raw-sessions';

const OPTION = {
  symbol: 'E1AF6 C6900',
  asset: 'E1A',
  underlying: 'ESH6',
  expiration: '2026-01-05T21:00:00Z',
};
const FUTURES = ['futures', '--start', '2026-01-05', '--end', '2026-01-06', '--include-futures'];

/** Definitions that say what expires; everything else is any content. */
function filesWith(options: readonly (typeof OPTION)[]) {
  return (form: URLSearchParams): ServiceFile[] =>
    filesOf(form).map((file) => {
      const date = /-(\d{4})(\d\d)(\d\d)\.definition/.exec(file.name);
      if (!date) return file;
      const day = date.slice(1).join('-');
      return { name: file.name, content: definitionsDay(day, options) };
    });
}

const forms = (bench: Bench) => bench.service.billed.map((form) => new URLSearchParams(form));

describe('options of futures', () => {
  it('follow their definitions, by the assets of each day', async () => {
    const options = [
      OPTION,
      { ...OPTION, symbol: 'E1BF6 C6900', asset: 'E1B', expiration: '2026-01-06T21:00:00Z' },
      { ...OPTION, symbol: 'E1F6 C6900', asset: 'E1', expiration: '2026-01-06T21:00:00Z' },
    ];
    const bench = await Bench.open({ files: filesWith(options), usd: 0.1 });
    const { status, io } = await bench.download('daemon', ...FUTURES, '--yes');
    expect(io.errors).toBe('');
    expect(status).toBe(0);
    expect(
      forms(bench).map((f) => [
        f.get('schema'),
        f.get('symbols')?.slice(0, 14),
        f.get('start'),
        f.get('end'),
      ]),
    ).toEqual([
      ['mbo', 'ES.FUT', '2026-01-05', '2026-01-07'],
      ['definition', 'E1.OPT,E2.OPT,', '2026-01-05', '2026-01-07'],
      ['mbo', 'E1A.OPT', '2026-01-05', '2026-01-06'],
      ['mbo', 'E1.OPT,E1B.OPT', '2026-01-06', '2026-01-07'],
      ['statistics', 'E1A.OPT', '2026-01-05', '2026-01-06'],
      ['statistics', 'E1.OPT,E1B.OPT', '2026-01-06', '2026-01-07'],
    ]);
    const sessions = listSessions(bench.lakeFiles).sessions.map((s) => [
      s.date,
      s.symbol,
      s.underlying.length + s.options.length + s.definitions.length + s.statistics.length,
    ]);
    expect(sessions).toEqual([
      ['2026-01-05', 'ES', 4],
      ['2026-01-06', 'ES', 4],
    ]);
    expect(bench.lakeFiles).toContain('dataset=definition/glbx-mdp3-20260106.ES.definition.dbn.zst');
  });

  it('are not requested on a day on which none expires', async () => {
    const bench = await Bench.open({ files: filesWith([OPTION]) });
    expect((await bench.download('daemon', ...FUTURES, '--yes')).status).toBe(0);
    expect(forms(bench).map((f) => `${f.get('schema')} ${f.get('start')}`)).toEqual([
      'mbo 2026-01-05',
      'definition 2026-01-05',
      'mbo 2026-01-05',
      'statistics 2026-01-05',
    ]);
  });

  it('of a day with a strange asset are not requested, with a message; other days are', async () => {
    const strange = { ...OPTION, asset: 'EW1' };
    const tuesday = { ...OPTION, symbol: 'E1BF6 C6900', asset: 'E1B', expiration: '2026-01-06T21:00:00Z' };
    const bench = await Bench.open({ files: filesWith([strange, tuesday]) });
    const { status, io } = await bench.download('daemon', ...FUTURES, '--yes');
    expect(status).toBe(1);
    expect(io.errors).toContain(
      'ES 2026-01-05: lake/strange-asset: These assets should not expire on 2026-01-05: EW1',
    );
    expect(forms(bench).filter((f) => f.get('symbols') === 'E1B.OPT')).toHaveLength(2);
    expect(bench.states.every((state) => state === 'downloaded')).toBe(true);
  });

  it('are not requested where the definitions are damaged', async () => {
    const bench = await Bench.open({
      files: (form) => {
        const cut = (file: ServiceFile) => ({ ...file, content: file.content.slice(0, -7) });
        return filesWith([OPTION])(form).map((f) => (f.name.includes('definition') ? cut(f) : f));
      },
    });
    const { status, io } = await bench.download('daemon', ...FUTURES, '--yes');
    expect(status).toBe(1);
    expect(io.errors).toContain('dbn/truncated');
    expect(forms(bench)).toHaveLength(2);
  });

  it('stay within the money of the run: what does not fit is left out, the rest is fetched', async () => {
    const bench = await Bench.open({ files: filesWith([OPTION]), usd: 2 });
    const { status, io } = await bench.download('daemon', ...FUTURES, '--yes', '--max-cost', '5');
    expect(status).toBe(1);
    expect(io.errors).toContain(
      'download/over-budget: 2 requests cost 4.00 USD after 4.00 USD in this run, more than --max-cost 5; none was submitted',
    );
    expect(bench.states).toEqual(['downloaded', 'downloaded']);
  });

  it('are planned from definitions that are here, by a later run', async () => {
    const bench = await Bench.open({ files: filesWith([OPTION]) });
    const some = FUTURES.filter((arg) => arg !== '--include-futures');
    await bench.download('daemon', ...some, '--yes', '--options-schemas', 'definition');
    bench.env = {};
    const { status, io } = await bench.download('plan', ...some);
    expect(status).toBe(0);
    expect(io.text()).toContain('symbols=E1A.OPT&schema=statistics');
    expect(io.text()).toContain('2 requests');
    const without = await bench.download('plan', ...some, '--symbols', 'NQ', '--options-schemas', 'mbo');
    expect(without.io.text()).toContain('waiting: NQ 2026-01-05 mbo: its definitions are not here yet');
  });
});
