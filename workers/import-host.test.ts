import { describe, expect, it, vi } from 'vitest';
import { fixturePath, readBytes } from '#testdata/fixtures';
import type { EngineOutput, ImportOutput, ReadProgress, ScorerOutput } from '#protocol/engine-contract';
import type { Problem } from '#base/problem';
import { ImportHost } from './import-host';
import { startPair } from './testing/engine-pair';

const SILENT: EngineOutput & ScorerOutput = {
  onConfig: () => Promise.resolve(),
  onGrid: () => Promise.resolve(undefined),
  onProgress: () => undefined,
  onCheckpoint: () => undefined,
};

class Listener implements ImportOutput {
  readonly progress: ReadProgress[] = [];
  readonly warnings: Problem[] = [];

  onProgress(progress: ReadProgress): void {
    this.progress.push(progress);
  }
  onInstruments(): void {
    // not needed here
  }
  onWarning(warning: Problem): void {
    this.warnings.push(warning);
  }
}

/** The sample, three times over: more than is read at once. */
function file(): File {
  const one = readBytes(fixturePath('captures', 'mini.dbn.gz'));
  const records = one.subarray(8 + new DataView(one.buffer).getUint32(4, true));
  return new File(
    [one, records, records].map((part) => part.slice()),
    'mini.dbn',
  );
}

async function run(input: File, afterProbe: () => void = () => undefined) {
  const host = new ImportHost();
  const { chosen, config } = await host.probe([input]);
  afterProbe();
  const { publisherId, instrumentId } = chosen;
  const instrument = { publisherId, instrumentId };
  const pair = startPair({ config, instrument }, SILENT);
  const output = new Listener();
  const streaming = host.stream(pair.feed, { instrument, skipRecords: 0 }, output);
  const [end, stream] = await Promise.allSettled([pair.running, streaming]);
  pair.close();
  return { end, stream, output };
}

describe('ImportHost', () => {
  it('tells how far it has read, in bytes and in market time', async () => {
    const input = file();
    const { end, stream, output } = await run(input);
    expect([end.status, stream.status]).toEqual(['fulfilled', 'fulfilled']);
    const last = output.progress.at(-1);
    expect(last).toMatchObject({ bytes: input.size, totalBytes: input.size });
    expect(Number((last?.lastNs ?? 0n) - (output.progress[0].lastNs ?? 0n)) / 1e9).toBeGreaterThan(50);
  });

  it('lets the engine finish what was read when its input is taken away', async () => {
    const input = file();
    const slice = input.slice.bind(input);
    const { end, output } = await run(input, () => {
      vi.spyOn(input, 'slice').mockImplementation((start = 0, to) => {
        const part = slice(start, to);
        if (start > input.size / 2) part.arrayBuffer = () => Promise.reject(new Error('gone'));
        return part;
      });
    });
    expect(output.warnings).toEqual([expect.objectContaining({ code: 'file/unreadable' })]);
    expect(output.warnings[0].offset).toBeGreaterThan(1e6);
    expect(end).toMatchObject({ status: 'fulfilled' });
    expect(end.status === 'fulfilled' && end.value.records).toBeGreaterThan(1000);
  });
});
