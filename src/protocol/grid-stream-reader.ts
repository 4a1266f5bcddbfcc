/**
 * The consumer's side of the stream contract (vacuum-pressure.md section 17): takes messages in order and refuses
 * every stream that breaks the rules, before anything of it is shown.
 *
 *   runtime_config, then (grid_update, Arrow) per bin; or one error
 */
import { fail, ProblemError, type Problem } from '#base/problem';
import { recordBatches } from '#core/arrow/arrow-reader';
import { checkIpcStream } from '#core/arrow/ipc-frames';
import { checkRuntimeConfig } from '#core/config/runtime-config';
import { RUNTIME_FIELDS } from '#core/config/runtime-fields';
import { GRID_COLUMNS } from '#core/vp/columns';
import { GridHeads } from '#protocol/grid-heads';
import { GRID_SCHEMA, GridIpcLayout, indexNotFinite, type GridColumnView } from '#protocol/grid-ipc';
import {
  GRID_UPDATE_FIELDS,
  type GridBlock,
  type GridFieldType,
  type GridUpdateMessage,
  type RuntimeConfigMessage,
} from '#protocol/grid-messages';

/** One bin: its message and its columns. */
export interface GridBin {
  readonly update: GridUpdateMessage;
  /** Values of the column at `index` of `GRID_COLUMNS`, rows by `k` ascending. */
  column(index: number): GridColumnView;
}

const DECIMAL_I64 = /^-?\d{1,19}$/;

export class GridStreamReader {
  #config: RuntimeConfigMessage | undefined;
  /** The message whose Arrow columns have not come yet. */
  #pending: GridUpdateMessage | undefined;
  #failure: Problem | undefined;

  /** Known after the first message. */
  get config(): RuntimeConfigMessage | undefined {
    return this.#config;
  }

  /**
   * Takes a JSON message, as text or parsed.
   *
   * @returns the configuration, where the message is one
   * @throws ProblemError `stream/…`; the stream must be closed, and later calls throw the same
   */
  json(message: unknown): RuntimeConfigMessage | undefined {
    return this.#guard(() => {
      const fields = asObject(typeof message === 'string' ? parseJson(message) : message);
      switch (fields['type']) {
        case 'runtime_config':
          return this.#takeConfig(fields);
        case 'grid_update': {
          this.#takeUpdate(fields);
          return;
        }
        case 'error':
          return fail('stream/error', `The sender reports: ${String(fields['message'])}`);
        default:
          return fail('stream/unknown-message', `A message has the unknown type ${String(fields['type'])}.`);
      }
    });
  }

  /** Takes the Arrow message that follows a `grid_update`. Throws as `json`. */
  arrow(bytes: Uint8Array): GridBin {
    return this.#guard(() => {
      if (!this.#config) beforeConfig('An Arrow message');
      const update = this.#pending;
      if (!update) fail('stream/unexpected-arrow', 'An Arrow message came without its grid_update.');
      const columns = readColumns(bytes, this.#config.grid_rows);
      this.#pending = undefined;
      return { update, column: (index) => columns[index] };
    });
  }

  /**
   * Takes many bins at once, as `json` and `arrow` would one by one, but for Arrow messages that another program
   * laid out: within a block they are refused. Throws as `json`.
   */
  block(block: GridBlock): GridHeads {
    return this.#guard(() => {
      if (!this.#config) beforeConfig('A block of bins');
      if (this.#pending) missingArrow(this.#pending);
      const heads = GridHeads.of(block.heads) ?? badLayout();
      checkHeads(heads);
      checkMessages(block, GridIpcLayout.of(this.#config.grid_rows));
      return heads;
    });
  }

  /** Takes the end of the stream. Throws as `json`. */
  end(): void {
    this.#guard(() => {
      if (this.#pending) missingArrow(this.#pending);
    });
  }

  #guard<T>(take: () => T): T {
    if (this.#failure) throw new ProblemError(this.#failure);
    try {
      return take();
    } catch (error) {
      if (error instanceof ProblemError) this.#failure = error.problem;
      throw error;
    }
  }

  #takeConfig(fields: Readonly<Record<string, unknown>>): RuntimeConfigMessage {
    if (this.#config) fail('stream/second-config', 'A second runtime_config came.');
    requireConfigFields(fields);
    this.#config = fields as unknown as RuntimeConfigMessage;
    return this.#config;
  }

  #takeUpdate(fields: Readonly<Record<string, unknown>>): undefined {
    if (!this.#config) beforeConfig('A grid_update');
    if (this.#pending) missingArrow(this.#pending);
    for (const [name, type] of Object.entries(GRID_UPDATE_FIELDS)) requireField(fields, name, type);
    this.#pending = fields as unknown as GridUpdateMessage;
  }
}

function requireConfigFields(fields: Readonly<Record<string, unknown>>): void {
  for (const { name, kind } of RUNTIME_FIELDS) {
    if (kind === 'string') requireField(fields, name, 'string');
    else if (kind === 'int' || kind === 'f64') requireField(fields, name, 'number');
    else requireNumbers(fields, name);
  }
  requireField(fields, 'config_version', 'string');
  const [violation] = checkRuntimeConfig(fields);
  if (violation) fail('stream/bad-config', violation.problem.message);
  const config = fields as unknown as RuntimeConfigMessage;
  const horizons = config.projection_horizons_bins.map((bins) => bins * config.cell_width_ms);
  const stated = config.projection_horizons_ms;
  if (stated.length !== horizons.length || stated.some((ms, i) => ms !== horizons[i])) {
    fail('stream/horizons', 'projection_horizons_ms is not projection_horizons_bins times cell_width_ms.');
  }
  requireField(fields, 'grid_rows', 'number');
  if (config.grid_rows !== 2 * config.grid_radius_ticks + 1) {
    fail('stream/bad-config', 'grid_rows is not 2 × grid_radius_ticks + 1.');
  }
  const names = fields['grid_schema_fields'];
  if (!Array.isArray(names) || names.join() !== GRID_COLUMNS.map((c) => c.name).join()) {
    fail('stream/schema', 'grid_schema_fields does not list the columns of this version.');
  }
}

function requireField(fields: Readonly<Record<string, unknown>>, name: string, type: GridFieldType): void {
  const value = fields[name];
  const fits =
    type === 'i64'
      ? typeof value === 'string' && DECIMAL_I64.test(value)
      : type === 'number'
        ? Number.isFinite(value)
        : typeof value === type;
  if (!fits) badField(name, value);
}

function requireNumbers(fields: Readonly<Record<string, unknown>>, name: string): void {
  const value = fields[name];
  if (!Array.isArray(value) || !value.every((item) => Number.isFinite(item))) badField(name, value);
}

function badField(name: string, value: unknown): never {
  const found = value === undefined ? 'is missing' : `has the value ${JSON.stringify(value)}`;
  fail('stream/bad-field', `The required field ${name} ${found}.`);
}

function beforeConfig(what: string): never {
  fail('stream/before-config', `${what} came before runtime_config.`);
}

function missingArrow(update: GridUpdateMessage): never {
  fail(
    'stream/missing-arrow',
    `The grid_update of bin ${update.bin_seq} was not followed by its Arrow message.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return fail('stream/not-json', 'A text message is not JSON.');
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail('stream/not-json', 'A message is no JSON object.');
  }
  return value as Readonly<Record<string, unknown>>;
}

function badLayout(): never {
  fail('stream/layout', 'A block of bins is not in the layout of its stream.');
}

/** Columns of 64-bit integers hold nothing that could be wrong. */
function checkHeads(heads: GridHeads): void {
  if (typeof heads.stateModelName !== 'string') badField('state_model_name', heads.stateModelName);
  for (const [name, column] of Object.entries(heads.columns)) {
    if (!(column instanceof Float64Array)) continue;
    const values = column.subarray(0, heads.count);
    const at = indexNotFinite(values);
    if (at >= 0) badField(name, values[at]);
  }
}

function checkMessages({ heads, ipc, ipcStride }: GridBlock, layout: GridIpcLayout): void {
  if (ipcStride !== layout.stride || ipc.length !== heads.count * ipcStride) badLayout();
  for (let offset = 0; offset < ipc.length; offset += ipcStride) {
    if (!layout.matches(ipc, offset)) badLayout();
    const column = layout.columnNotFinite(ipc, offset);
    if (column >= 0) badColumn(column);
  }
}

function badColumn(index: number): never {
  fail('stream/bad-field', `The column ${GRID_COLUMNS[index].name} holds a value that is not finite.`);
}

/** In place where the message is laid out as this program writes it, otherwise as any Arrow stream. */
function readColumns(bytes: Uint8Array, rows: number): readonly GridColumnView[] {
  const layout = GridIpcLayout.of(rows);
  const isOurs = bytes.length === layout.stride && layout.matches(bytes, 0);
  const columns = isOurs ? GRID_COLUMNS.map((_, i) => layout.column(bytes, 0, i)) : readForeign(bytes, rows);
  for (const [i, column] of columns.entries()) {
    if (column instanceof Float64Array && indexNotFinite(column) >= 0) badColumn(i);
  }
  return columns;
}

function readForeign(bytes: Uint8Array, rows: number): readonly GridColumnView[] {
  checkIpcStream(bytes);
  const batches = [...recordBatches(bytes)];
  const [batch] = batches;
  if (batches.length !== 1 || batch.numRows !== rows) {
    fail('stream/rows', `An Arrow message must be one batch of ${rows} rows.`);
  }
  const expected = GRID_SCHEMA.fields.map(String);
  if (batch.schema.fields.map(String).join() !== expected.join()) {
    fail('stream/schema', 'An Arrow message has other columns than the contract.');
  }
  return batch.data.children.map((child, i) => {
    const values = child.values as GridColumnView;
    if (child.nullCount > 0 || values.length < rows) badField(GRID_COLUMNS[i].name, null);
    return values.subarray(0, rows);
  });
}
