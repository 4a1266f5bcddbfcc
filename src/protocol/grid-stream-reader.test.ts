import { makeVector, RecordBatch, Schema, Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '#base/problem';
import { Random } from '#base/random';
import { mutate } from '#core/io/testing/mutate';
import { columnIndex, GRID_COLUMNS } from '#core/vp/columns';
import { emptyHead, type BinHead, type GridFrame } from '#core/vp/frame';
import { emptyFrame } from '#core/vp/testing/frames';
import { GridHeads } from '#protocol/grid-heads';
import { GridIpcLayout } from '#protocol/grid-ipc';
import { GridIpcWriter } from '#protocol/grid-ipc-writer';
import type { GridBlock } from '#protocol/grid-messages';
import { GridStreamReader } from '#protocol/grid-stream-reader';
import { fixturePath, readJson, readNdjson } from '#testdata/fixtures';

type Fields = Record<string, unknown>;

const config = readJson<Fields>(fixturePath('vp', 'wire', 'runtime_config.json'));
const updates = readNdjson<Fields>(fixturePath('vp', 'wire', 'grid_update.ndjson'));
const ROWS = Number(config['grid_rows']);
const PRESSURE = columnIndex('pressure_variant');
const NO_MODEL = {
  score: 0,
  ready: false,
  sampleCount: 0,
  base: 0,
  d1: 0,
  d2: 0,
  d3: 0,
  z1: 0,
  z2: 0,
  z3: 0,
  bullIntensity: 0,
  bearIntensity: 0,
  mixedIntensity: 0,
  dominantState5Code: 0,
};

function message(change: (frame: GridFrame) => void = () => undefined): Uint8Array<ArrayBuffer> {
  const frame = emptyFrame(ROWS);
  for (let row = 0; row < ROWS; row++) {
    frame.columns[0][row] = row - (ROWS - 1) / 2;
    frame.columns[PRESSURE][row] = row / 8;
  }
  change(frame);
  return written(frame);
}

function written(frame: GridFrame): Uint8Array<ArrayBuffer> {
  const layout = GridIpcLayout.of(frame.rows);
  const writer = new GridIpcWriter(layout, new ArrayBuffer(layout.stride));
  writer.write(frame, 0);
  return new Uint8Array(writer.buffer);
}

function codeOf(act: (reader: GridStreamReader) => void): string {
  const reader = new GridStreamReader();
  try {
    act(reader);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(() => reader.json(config), 'later messages are refused too').toThrow(ProblemError);
    return error.problem.code;
  }
  return 'accepted';
}

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([n]) => n !== name));

describe('a stream that keeps the contract', () => {
  it('is delivered bin by bin, from text or objects', () => {
    const reader = new GridStreamReader();
    expect(reader.json(JSON.stringify(config))?.config_version).toBe('7d0e7c67a116');
    for (const update of updates) {
      expect(reader.json(update)).toBeUndefined();
      const bin = reader.arrow(message());
      expect(bin.update).toEqual(update);
      expect(bin.column(0)[0]).toBe(-12);
      expect(bin.column(PRESSURE)[ROWS - 1]).toBe((ROWS - 1) / 8);
    }
    reader.end();
  });

  it('may lay its Arrow messages out in another way', () => {
    const batch = tableFromIPC(message()).batches[0];
    const schema = new Schema(batch.schema.fields, new Map([['made by', 'another program']]));
    const other = tableToIPC(new Table([new RecordBatch(schema, batch.data)]), 'stream');
    expect(GridIpcLayout.of(ROWS).matches(other, 0)).toBe(false);
    const reader = new GridStreamReader();
    reader.json(config);
    reader.json(updates[0]);
    const column = reader.arrow(other).column(PRESSURE);
    expect([...column]).toEqual([...GridIpcLayout.of(ROWS).column(message(), 0, PRESSURE)]);
  });
});

describe('a block of bins', () => {
  const head = (change: Partial<BinHead> = {}): BinHead => ({
    ...emptyHead({ ...NO_MODEL }),
    midPrice: 21_500.125,
    ...change,
  });

  function blockOf(heads: readonly BinHead[], change?: (frame: GridFrame) => void): GridBlock {
    const columns = GridHeads.withCapacity(heads.length + 1);
    const layout = GridIpcLayout.of(ROWS);
    const ipc = new Uint8Array(layout.stride * heads.length);
    heads.forEach((h, i) => {
      columns.append(h, 5n);
      ipc.set(message(i === heads.length - 1 ? change : undefined), i * layout.stride);
    });
    return { heads: columns.data, ipc, ipcStride: layout.stride };
  }

  const refusal = (block: GridBlock): string => codeOf((r) => (r.json(config), r.block(block)));

  it('is taken whole, between bins that come one by one', () => {
    const reader = new GridStreamReader();
    reader.json(config);
    reader.json(updates[0]);
    reader.arrow(message());
    const heads = reader.block(blockOf([head(), head({ binSeq: 1 })]));
    expect([heads.count, heads.message(1).bin_seq, heads.message(1).mid_price]).toEqual([2, 1, 21_500.125]);
    reader.json(updates[1]);
    expect(() => reader.block(blockOf([head()]))).toThrow(/not followed by its Arrow message/);
  });

  it('is refused before the configuration', () => {
    expect(codeOf((r) => r.block(blockOf([head()])))).toBe('stream/before-config');
  });

  it.each([NaN, Infinity, -Infinity])('is refused when a number of a bin is %d', (value) => {
    expect(refusal(blockOf([head(), head({ midPrice: value })]))).toBe('stream/bad-field');
    const model = { ...NO_MODEL, z3: value };
    expect(refusal(blockOf([head({ model }), head()]))).toBe('stream/bad-field');
  });

  it('is refused when a value of a column is not finite', () => {
    const damaged = blockOf([head(), head()], (f) => (f.columns[PRESSURE][3] = NaN));
    expect(() => {
      const reader = new GridStreamReader();
      reader.json(config);
      reader.block(damaged);
    }).toThrow('pressure_variant');
    expect(refusal(damaged)).toBe('stream/bad-field');
  });

  it('is refused when its messages are not those of the stream, wherever', () => {
    const whole = blockOf([head(), head()]);
    const { heads, ipc, ipcStride } = whole;
    expect(refusal(whole)).toBe('accepted');
    const damaged = ipc.slice();
    damaged[ipcStride + 40] ^= 1;
    expect(refusal({ ...whole, ipc: damaged })).toBe('stream/layout');
    expect(refusal({ ...whole, ipc: ipc.slice(0, ipcStride) })).toBe('stream/layout');
    expect(refusal({ ...whole, ipcStride: ipcStride / 2 })).toBe('stream/layout');
    expect(refusal({ ...whole, heads: { ...heads, count: 4 } })).toBe('stream/layout');
  });
});

describe('a stream is refused', () => {
  it('when messages come out of order', () => {
    expect(codeOf((r) => r.json(updates[0]))).toBe('stream/before-config');
    expect(codeOf((r) => r.arrow(message()))).toBe('stream/before-config');
    expect(codeOf((r) => [config, config].forEach((m) => r.json(m)))).toBe('stream/second-config');
    expect(codeOf((r) => (r.json(config), r.arrow(message())))).toBe('stream/unexpected-arrow');
    expect(codeOf((r) => [config, updates[0], updates[1]].forEach((m) => r.json(m)))).toBe(
      'stream/missing-arrow',
    );
    const endsEarly = (r: GridStreamReader): void => {
      r.json(config);
      r.json(updates[0]);
      r.end();
    };
    expect(codeOf(endsEarly)).toBe('stream/missing-arrow');
  });

  it('when it reports an error, or something that is no message', () => {
    expect(codeOf((r) => r.json({ type: 'error', message: 'unknown serving' }))).toBe('stream/error');
    expect(codeOf((r) => r.json('{'))).toBe('stream/not-json');
    expect(codeOf((r) => r.json([config]))).toBe('stream/not-json');
    expect(codeOf((r) => r.json({ type: 'grid' }))).toBe('stream/unknown-message');
  });

  it.each(
    Object.keys(config).filter(
      (name) =>
        ![
          'type',
          'state_model',
          'mode',
          'deployment_stage',
          'stream_format',
          'effective_config_hash',
          'serving',
        ].includes(name),
    ),
  )('when the configuration lacks %s', (name) => {
    expect(codeOf((r) => r.json(without(config, name)))).toMatch(/^stream\/(bad-field|schema)$/);
  });

  it.each(Object.keys(updates[0]))('when a grid_update lacks %s', (name) => {
    expect(codeOf((r) => (r.json(config), r.json(without(updates[0], name))))).toMatch(
      /^stream\/(bad-field|unknown-message)$/,
    );
  });

  it('when a number is not finite or a 64-bit integer is no decimal text', () => {
    const withField = (name: string, value: unknown): string =>
      codeOf((r) => (r.json(config), r.json({ ...updates[0], [name]: value })));
    expect(withField('state_model_z2', NaN)).toBe('stream/bad-field');
    expect(withField('mid_price', '21500.1')).toBe('stream/bad-field');
    expect(withField('mid_price', null)).toBe('stream/bad-field');
    expect(withField('ts_ns', 1770388200100000000)).toBe('stream/bad-field');
    expect(withField('best_bid_price_int', '1e9')).toBe('stream/bad-field');
    expect(withField('book_valid', 1)).toBe('stream/bad-field');
  });

  it('when the configuration contradicts itself', () => {
    const withField = (name: string, value: unknown): string =>
      codeOf((r) => r.json({ ...config, [name]: value }));
    expect(withField('projection_horizons_ms', [100, 200, 501])).toBe('stream/horizons');
    expect(withField('projection_horizons_ms', [100, 200])).toBe('stream/horizons');
    expect(withField('grid_radius_ticks', 0)).toBe('stream/bad-config');
    expect(withField('grid_rows', 24)).toBe('stream/bad-config');
    expect(withField('cell_width_ms', Infinity)).toBe('stream/bad-field');
    expect(withField('grid_schema_fields', ['k'])).toBe('stream/schema');
  });

  it('when a column has a value that is not finite, or the rows are not those of the stream', () => {
    const arrow = (bytes: Uint8Array): string =>
      codeOf((r) => (r.json(config), r.json(updates[0]), r.arrow(bytes)));
    expect(arrow(message((f) => (f.columns[PRESSURE][3] = NaN)))).toBe('stream/bad-field');
    expect(arrow(message((f) => (f.columns[columnIndex('flow_score')][0] = -Infinity)))).toBe(
      'stream/bad-field',
    );
    expect(arrow(written(emptyFrame(ROWS - 2)))).toBe('stream/rows');
    expect(arrow(tableToIPC(new Table({ k: makeVector(new Int32Array(ROWS)) }), 'stream'))).toBe(
      'stream/schema',
    );
    expect(arrow(new Uint8Array())).toBe('stream/rows');
  });

  it('or read whatever damage an Arrow message has, and never breaks the reader', () => {
    const random = new Random(4);
    const outcomes = new Set<string>();
    for (let i = 0; i < 2000; i++) {
      const bytes = mutate(message(), random);
      outcomes.add(codeOf((r) => (r.json(config), r.json(updates[0]), r.arrow(bytes))).split('/')[0]);
    }
    expect([...outcomes].sort()).toEqual(['accepted', 'arrow', 'stream']);
  });

  it('covers every column of the contract', () => {
    expect(config['grid_schema_fields']).toEqual(GRID_COLUMNS.map((c) => c.name));
  });
});
