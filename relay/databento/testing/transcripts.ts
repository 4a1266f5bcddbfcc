/** Recorded dialogues between the vendor's own client and a gateway (`testdata/fixtures/live`). */
import { existsSync } from 'node:fs';
import { fixturePath, readBytes, readText } from '#testdata/fixtures';

export interface Dialogue {
  /** In order. `S` and `C` are whole lines with their end, `D` a range of the stream. */
  readonly steps: readonly (
    | { readonly by: 'S' | 'C'; readonly text: string }
    | { readonly by: 'D'; readonly from: number; readonly to: number }
  )[];
  /** What the gateway sent after the start, uncompressed. */
  readonly stream: Uint8Array;
  /** As it went over the wire, where the session was compressed. */
  readonly wire: Uint8Array;
}

export interface Transcript {
  readonly name: string;
  readonly key: string;
  readonly connections: readonly Dialogue[];
  /** What the vendor's client reported. */
  readonly reported: readonly string[];
}

export const TRANSCRIPT_NAMES = [
  '01-raw-symbols-mbo',
  '02-wrong-key',
  '03-all-symbols-trades',
  '04-parent-snapshot',
  '05-chunking',
  '06-replay',
  '07-options-zstd-tsout',
  '08-error-records',
  '09-slow-reader',
  '10-fragmented',
  '11-drop-and-reconnect',
  '12-late-subscription',
  '13-connection-limit',
  '14-no-licence',
  '16-silence',
  '18-coalesced',
] as const;

export function readTranscript(name: string): Transcript {
  const lines = readText(fixturePath('live', `${name}.txt`)).split('\n');
  const key = /key (\S+)/.exec(lines.find((line) => line.includes('; key ')) ?? '')?.[1] ?? '';
  const dialogues: { by: 'S' | 'C' | 'D'; text: string }[][] = [];
  for (const line of lines) {
    if (/^- connection \d+ accepted/.test(line)) dialogues.push([]);
    const match = /^([SCD]) (.*)$/.exec(line);
    if (match)
      dialogues.at(-1)?.push({ by: match[1] as 'S' | 'C' | 'D', text: match[2].replaceAll('\\n', '\n') });
  }
  const connections = dialogues.map((steps, i): Dialogue => {
    const part = dialogues.length > 1 ? `.c${i + 1}` : '';
    const stream = bytesOf(`${name}${part}.dbn`);
    const compressed = fixturePath('live', `${name}${part}.dbn.zst`);
    return {
      steps: steps.map(({ by, text }) => {
        if (by !== 'D') return { by, text };
        const [, from, to] = /^bytes (\d+)\.\.(\d+)/.exec(text)!;
        return { by, from: Number(from), to: Number(to) };
      }),
      stream,
      wire: existsSync(compressed) ? readBytes(compressed) : stream,
    };
  });
  return { name, key, connections, reported: lines.filter((line) => line.startsWith('R ')) };
}

function bytesOf(file: string): Uint8Array {
  const path = fixturePath('live', file);
  return existsSync(path) ? readBytes(path) : new Uint8Array(0);
}

/** A control line as a set of fields: their order differs between the vendor's own clients. */
export function fieldSet(line: string): string[] {
  return line.trimEnd().split('|').sort();
}
