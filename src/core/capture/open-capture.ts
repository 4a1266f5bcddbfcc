/** Opening files as one timeline, and reading it. See `capture-types.ts` for what comes out. */
import { NEVER_ABORTED, type AbortFlag } from '#base/abort';
import { fail, problem, ProblemError, type Problem } from '#base/problem';
import { CaptureSource, nameFile, type FilePart } from '#core/capture/capture-file';
import type {
  Capture,
  CaptureFile,
  CaptureMetadata,
  CapturePart,
  InstrumentKey,
  OpenOptions,
  ReadOptions,
} from '#core/capture/capture-types';
import { fingerprint, joinFingerprints } from '#core/capture/fingerprint';
import { InstrumentCatalogue } from '#core/capture/instrument-catalogue';
import type { InstrumentCounts } from '#core/capture/instrument-counts';
import { joinOrigins, type RecordOrigin } from '#core/capture/record-origin';
import { selectInstrument } from '#core/capture/select-instrument';
import type { DbnMetadata } from '#core/dbn/dbn-types';
import { recordLayout } from '#core/dbn/record-layouts';
import { schemaRtype } from '#core/dbn/rtype';
import type { ByteSource } from '#core/io/byte-source';
import { joinU64, MBO_BYTES, MboBlock, W_TS_EVENT, W_TS_RECV } from '#core/mbo/mbo-block';

export type * from '#core/capture/capture-types';

/** Decompressed bytes of records that are looked at before the capture is shown, shared by its files. */
const PROBE_BYTES = 32 << 20;
const MIN_PROBE_BYTES = 1 << 20;

/** Dataset code of simulated data; it exists at no venue. */
const SYNTHETIC_DATASET = 'SIM.SYNTH';

/** What the first part of a file told. */
interface ProbedFile {
  readonly file: CaptureSource;
  readonly fingerprint: string;
  /** The header of a DBN file, or what a table keeps of one. */
  metadata: DbnMetadata | RecordOrigin | undefined;
  mboRecords: number;
  /** Names of what other records there are. */
  readonly others: Set<string>;
  firstNs: bigint | undefined;
  damage: Problem | undefined;
}

/**
 * Recognises the files, reads their first part, and puts them in order of time.
 *
 * @param sources at least one; several are one timeline
 * @throws ProblemError `import/…` for what is no capture, `capture/no-mbo`, `capture/no-records`, and the damage of a
 * file of which not one record can be read
 */
export async function openCapture(
  sources: readonly ByteSource[],
  options: OpenOptions = {},
): Promise<Capture> {
  if (sources.length === 0) fail('capture/no-files', 'No file was given.');
  const signal = options.signal ?? NEVER_ABORTED;
  const catalogue = new InstrumentCatalogue();
  const budget = Math.max(MIN_PROBE_BYTES, Math.floor(PROBE_BYTES / sources.length));
  const probed: ProbedFile[] = [];
  const duplicates: Problem[] = [];
  for (const source of sources) {
    const file = await CaptureSource.open(source, options);
    const name = await fingerprint(source);
    const same = name === '' ? undefined : probed.find((p) => p.fingerprint === name);
    if (same) {
      duplicates.push(
        problem('capture/duplicate-file', `Left out, the same as ${same.file.source.name}: ${source.name}`, {
          tip: 'Drop each file once.',
        }),
      );
      continue;
    }
    // Files are numbered later: probing in the order of the list must not report overlaps.
    probed.push(await probe(file, name, catalogue, budget, signal));
    if (signal.aborted) fail('import/cancelled', 'Opening was cancelled.');
  }
  probed.sort((a, b) => compareTimes(a.firstNs, b.firstNs));
  if (options.needs !== 'any') requireMbo(probed);
  return new OpenCapture(probed, catalogue, duplicates);
}

const UNDEFINED_TIME = 2n ** 64n - 1n;

/** Files without records come last. */
function compareTimes(a = UNDEFINED_TIME, b = UNDEFINED_TIME): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function probe(
  file: CaptureSource,
  name: string,
  catalogue: InstrumentCatalogue,
  budget: number,
  signal: AbortFlag,
): Promise<ProbedFile> {
  const result: ProbedFile = {
    file,
    fingerprint: name,
    metadata: undefined,
    mboRecords: 0,
    others: new Set(),
    firstNs: undefined,
    damage: undefined,
  };
  let bytes = 0;
  const onSymbol = (_publisher: number, instrument: number, symbol: string): void =>
    catalogue.names.addName(instrument, symbol);
  for await (const part of file.parts({ signal, onSymbol })) {
    switch (part.kind) {
      case 'metadata':
        result.metadata = part.metadata;
        if (catalogue.dataset === '') catalogue.dataset = part.metadata.dataset;
        catalogue.names.addMetadata(part.metadata);
        break;
      case 'mbo':
        result.mboRecords += part.block.count;
        result.firstNs ??= firstTime(part.block);
        catalogue.probed.add(part.block, 0);
        catalogue.steps.add(part.block, catalogue.probed);
        bytes += part.block.count * MBO_BYTES;
        break;
      case 'records':
        noteOthers(result, part);
        catalogue.names.addRecords(part);
        bytes += part.count * part.recordBytes;
        break;
      case 'warning':
        if (part.damage) result.damage = part.problem;
        break;
    }
    if (bytes >= budget && (result.mboRecords > 0 || !mayHoldMbo(result.metadata))) break;
  }
  const isEmpty = result.mboRecords === 0 && result.others.size === 0;
  if (isEmpty && result.damage) throw new ProblemError(nameFile(result.damage, file.source.name));
  return result;
}

function isDbnHeader(metadata: DbnMetadata | RecordOrigin): metadata is DbnMetadata {
  return 'version' in metadata;
}

function mayHoldMbo(metadata: RecordOrigin | undefined): boolean {
  return metadata?.schema === undefined || metadata.schema === 'mbo';
}

function firstTime({ words, count }: MboBlock): bigint | undefined {
  if (count === 0) return undefined;
  const received = joinU64(words[W_TS_RECV], words[W_TS_RECV + 1]);
  return received === UNDEFINED_TIME ? joinU64(words[W_TS_EVENT], words[W_TS_EVENT + 1]) : received;
}

const TS_EVENT_OFFSET = 8;

function noteOthers(result: ProbedFile, part: Extract<FilePart, { kind: 'records' }>): void {
  const schema = result.metadata?.schema;
  const isOfSchema = schema !== undefined && schemaRtype(schema) === part.rtype;
  const name = recordLayout(part.rtype, part.version)?.name ?? `type ${part.rtype}`;
  result.others.add(isOfSchema ? schema : name);
  result.firstNs ??= new DataView(part.bytes.buffer, part.bytes.byteOffset).getBigUint64(
    TS_EVENT_OFFSET,
    true,
  );
}

function requireMbo(probed: readonly ProbedFile[]): void {
  if (probed.some((p) => p.mboRecords > 0)) return;
  const damage = probed.find((p) => p.damage);
  if (damage?.damage) throw new ProblemError(nameFile(damage.damage, damage.file.source.name));
  const names = probed.map((p) => p.file.source.name).join(', ');
  const kinds = new Set(probed.flatMap((p) => [...p.others]));
  if (kinds.size === 0) {
    fail('capture/no-records', `There is not one record in it: ${names}`, {
      offset: 0,
      tip: 'Was the market closed at the requested time, or the symbol unknown?',
    });
  }
  fail(
    'capture/no-mbo',
    `It holds ${[...kinds].join(', ')} records but no market-by-order records: ${names}`,
    {
      offset: 0,
      tip: 'The order book is built from the schema mbo. The commands info and decode read every schema.',
    },
  );
}

class OpenCapture implements Capture {
  readonly files: readonly CaptureFile[];
  readonly metadata: CaptureMetadata;
  readonly fingerprint: string;
  readonly #sources: readonly CaptureSource[];
  /** All records that name instruments were seen. */
  #namesComplete = false;

  constructor(
    probed: readonly ProbedFile[],
    private readonly catalogue: InstrumentCatalogue,
    readonly warnings: readonly Problem[],
  ) {
    this.#sources = probed.map((p) => p.file);
    this.files = probed.map(({ file, firstNs }) => ({
      name: file.source.name,
      size: file.source.size,
      format: file.format,
      compression: file.compression,
      description: file.description,
      firstNs,
    }));
    this.fingerprint = joinFingerprints(probed.map((p) => p.fingerprint));
    const found = probed.flatMap(({ metadata }) => metadata ?? []);
    const dbn = found.find(isDbnHeader);
    const origin = joinOrigins(found);
    const dataset = origin?.dataset ?? '';
    const schema = probed[0].file.format === 'dbn' ? dbn?.schema : 'mbo';
    this.metadata = { dataset, schema, synthetic: dataset === SYNTHETIC_DATASET, origin, dbn };
  }

  instruments() {
    return this.catalogue.list();
  }

  defaultInstrument() {
    return this.catalogue.defaultInstrument();
  }

  facts(instrument: InstrumentKey) {
    return this.catalogue.facts(instrument);
  }

  find(instrument: string) {
    return this.catalogue.find(instrument);
  }

  async *read(options: ReadOptions = {}): AsyncGenerator<CapturePart, void, void> {
    const { signal, instrument, keepTsOut = false } = options;
    const counts = this.catalogue.startReading();
    const { names } = this.catalogue;
    const select = instrument && selectInstrument(instrument);
    const bytesTotal = this.#totalBytes();
    let before = 0;
    let bytesRead = 0;
    let shown = -1;
    for (const [file, source] of this.#sources.entries()) {
      const onRead = (position: number): void => void (bytesRead = before + position);
      const onSymbol = (_publisher: number, id: number, symbol: string): void => names.addName(id, symbol);
      let overlapsSeen = counts.overlaps.length;
      for await (const part of source.parts({ signal, keepTsOut: keepTsOut && !select, onRead, onSymbol })) {
        if (part.kind === 'mbo') {
          counts.add(part.block, file);
          while (overlapsSeen < counts.overlaps.length) yield this.#overlap(counts, overlapsSeen++);
          const block = select ? select(part.block) : part.block;
          if (block.count > 0) yield { ...part, block, file };
        } else {
          if (part.kind === 'records' && !this.#namesComplete) names.addRecords(part);
          yield { ...part, file };
        }
        if (bytesRead !== shown) {
          shown = bytesRead;
          yield { kind: 'progress', bytesRead, bytesTotal };
        }
        if (signal?.aborted) return;
      }
      if (signal?.aborted) return;
      before += source.source.size ?? bytesRead - before;
    }
    this.#namesComplete = true;
    yield { kind: 'progress', bytesRead: bytesTotal ?? bytesRead, bytesTotal };
  }

  #totalBytes(): number | undefined {
    let total = 0;
    for (const { size } of this.files) {
      if (size === undefined) return undefined;
      total += size;
    }
    return total;
  }

  #overlap(counts: InstrumentCounts, index: number): CapturePart {
    const { file, earlierFile, instrumentId } = counts.overlaps[index];
    const symbol =
      this.catalogue.names.symbolOf(instrumentId, this.files[file].firstNs ?? 0n) ?? String(instrumentId);
    const { name } = this.files[file];
    return {
      kind: 'warning',
      file,
      damage: false,
      problem: problem(
        'capture/overlap',
        `${symbol} starts again before it ended in ${this.files[earlierFile].name}: ${name}`,
        { tip: 'The files overlap in time and are read one after the other. Open them one by one.' },
      ),
    };
  }
}
