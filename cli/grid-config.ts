/** What a grid is computed of: the configuration file, the instrument it is for, the part of the day it asks for. */
import { fail, problem, type Problem } from '#base/problem';
import { runtimeConfigForInstrument } from '#core/config/instrument-config';
import { parseRuntimeConfig, type VpRuntimeConfig } from '#core/config/runtime-config';
import { RUNTIME_FIELDS } from '#core/config/runtime-fields';
import { requireInstrument, type InstrumentLock } from '#core/config/serving-registry';
import {
  emissionLimits,
  sessionWindow,
  type EmissionLimits,
  type SessionWindow,
} from '#core/config/time-boundaries';
import type { Capture, InstrumentInfo } from '#core/capture/capture-types';
import type { RunLimits } from '#core/vp/bin-clock';
import { readMapping } from '#cli/config-file';
import { selectInstrument } from '#cli/capture';
import { isoTime } from '#cli/iso-time';

/** A configuration file, checked as far as is possible without the capture. */
export interface ConfigFile {
  readonly config: VpRuntimeConfig;
  readonly session: SessionWindow | undefined;
  readonly emission: EmissionLimits | undefined;
  readonly warnings: readonly Problem[];
}

export interface GridSetup {
  readonly config: VpRuntimeConfig;
  readonly instrument: InstrumentInfo;
  readonly limits: RunLimits;
  readonly warnings: readonly Problem[];
}

/** @throws ProblemError `config/…` */
export function parseConfigFile(path: string, content: string): ConfigFile {
  const source = readMapping(path, content);
  const config = parseRuntimeConfig(source);
  const warnings = unknownKeys(source);
  // Beside the configuration fields, and not part of them.
  const dt = textField(source, 'stream_dt');
  const startTime = textField(source, 'stream_start_time');
  if (dt === undefined) {
    if (startTime !== undefined) fail('config/missing-field', 'stream_start_time needs stream_dt');
    return { config, session: undefined, emission: undefined, warnings };
  }
  const session = sessionWindow(config.product_type, dt);
  return { config, session, emission: emissionLimits(dt, startTime), warnings };
}

const KNOWN_KEYS = new Set<string>([
  ...RUNTIME_FIELDS.map((field) => field.name),
  'config_version',
  'stream_dt',
  'stream_start_time',
]);

function unknownKeys(source: Readonly<Record<string, unknown>>): Problem[] {
  return Object.keys(source)
    .filter((key) => !KNOWN_KEYS.has(key))
    .map((key) =>
      problem('config/unknown-field', `${key} is not a configuration field and has no effect.`, {
        tip: 'Is it misspelt? A field that is not given has its default value.',
      }),
    );
}

function textField(source: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = source[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') fail('config/not-text', `${name} must be text`);
  return value;
}

/**
 * @param wanted id or symbol of the instrument; else the configuration's, else the busiest outright
 * @throws ProblemError `capture/…`, `serving/instrument-lock`
 */
export function setUpGrid(
  capture: Capture,
  file: ConfigFile | undefined,
  wanted: string | undefined,
): GridSetup {
  if (!file) {
    const instrument = selectInstrument(capture, wanted) ?? noRecords();
    const config = runtimeConfigForInstrument(capture.facts(instrument));
    return { config, instrument, limits: {}, warnings: [] };
  }
  const { config, session, emission } = file;
  const instrument =
    wanted === undefined ? instrumentOf(config, capture) : (selectInstrument(capture, wanted) ?? noRecords());
  const limits = {
    ...emission,
    ...(session && { sessionStartNs: session.startNs, sessionEndNs: session.endNs }),
  };
  return { config, instrument, limits, warnings: [...file.warnings, ...otherSymbol(config, instrument)] };
}

/**
 * The instrument lock (vacuum-pressure.md section 15): numbers of one instrument under the name of another mislead.
 * Where there is only one to choose, its name may be a matter of spelling: that is a warning.
 */
function instrumentOf(config: VpRuntimeConfig, capture: Capture): InstrumentInfo {
  const busiest = capture.defaultInstrument() ?? noRecords();
  const named = capture.instruments().filter(isNamed);
  // Where the files name no instrument, nothing contradicts the configuration.
  if (named.length === 0) return busiest;
  const only = capture.instruments().length === 1;
  if (!only && !named.some((i) => i.symbol === config.symbol)) {
    const symbols = named.slice(0, SHOWN_SYMBOLS).map((i) => i.symbol);
    const more = named.length > SHOWN_SYMBOLS ? ', …' : '';
    const { productType } = capture.facts(busiest);
    requireInstrument({ productType, symbol: symbols.join(', ') + more }, lockOf(config));
  }
  const instrument = only ? busiest : capture.find(config.symbol);
  const { productType } = capture.facts(instrument);
  // Stocks are known to be stocks; whatever else is taken for futures may be either.
  if (productType === 'equity_mbo') requireInstrument({ productType, symbol: config.symbol }, lockOf(config));
  return instrument;
}

function lockOf({ product_type: productType, symbol }: VpRuntimeConfig): InstrumentLock {
  return { productType, symbol };
}

const SHOWN_SYMBOLS = 8;

function isNamed({ symbol, instrumentId }: InstrumentInfo): boolean {
  return symbol !== String(instrumentId);
}

function otherSymbol({ symbol }: VpRuntimeConfig, instrument: InstrumentInfo): Problem[] {
  if (instrument.symbol === symbol || !isNamed(instrument)) return [];
  return [
    problem(
      'config/other-symbol',
      `The configuration is for ${symbol}, the records are of ${instrument.symbol}.`,
      {
        tip: 'Its config_version stands for the other instrument: give it the right symbol.',
      },
    ),
  ];
}

function noRecords(): never {
  return fail('capture/no-records', 'The capture holds no market-by-order records.');
}

/**
 * Why there is nothing to see.
 *
 * @param bins put out: snapshots are exempt from the session and may make some on a day without a live record
 * @param records the instrument after reading
 */
export function emptyGrid(
  { limits, instrument }: GridSetup,
  bins: number,
  records: InstrumentInfo | undefined,
): Problem {
  const { sessionStartNs, sessionEndNs, emitAfterNs } = limits;
  const facts = [
    records
      ? `the records of ${instrument.symbol} run from ${isoTime(records.firstNs)} to ${isoTime(records.lastNs)}`
      : `there is no record of ${instrument.symbol}`,
  ];
  if (sessionStartNs !== undefined && sessionEndNs !== undefined) {
    facts.push(`the session is from ${isoTime(sessionStartNs)} to ${isoTime(sessionEndNs)}`);
  }
  if (emitAfterNs) facts.push(`bins begin at ${isoTime(emitAfterNs)}`);
  const what = bins === 0 ? 'Not one bin was put out' : 'No bin holds more than a snapshot';
  return problem('grid/no-bins', `${what}: ${facts.join(', ')}.`, {
    tip: 'Check stream_dt and stream_start_time of the configuration, --bins, --start and --end.',
  });
}
