/**
 * How the next capture is opened: how wide its bins are and from when on they are made. The rest of the configuration
 * comes from the capture; a serving has one of its own.
 */
import type { RunSettings } from '#app/session';
import { DEFAULT_RUNTIME_CONFIG, overrideRuntimeConfig } from '#core/config/runtime-config';
import { emissionLimits } from '#core/config/time-boundaries';

export interface OpenSettings {
  /** The field `cell_width_ms`; undefined: its default. */
  readonly cellWidthMs: number | undefined;
  /** `stream_dt` and `stream_start_time`: New York date and time; undefined: from the first record on. */
  readonly start: { readonly dt: string; readonly time: string } | undefined;
}

/** Bin width where none is asked for. */
export const DEFAULT_CELL_WIDTH_MS = DEFAULT_RUNTIME_CONFIG.cell_width_ms;

export const DEFAULT_OPEN_SETTINGS: OpenSettings = { cellWidthMs: undefined, start: undefined };

/**
 * The settings in their shortest form, checked as a configuration file is.
 *
 * @throws ProblemError `config/…`
 */
export function checkedOpenSettings({ cellWidthMs, start }: OpenSettings): OpenSettings {
  const { cell_width_ms: width } = overrideRuntimeConfig(DEFAULT_RUNTIME_CONFIG, {
    cell_width_ms: cellWidthMs,
  });
  if (start) emissionLimits(start.dt, start.time);
  return { cellWidthMs: width === DEFAULT_CELL_WIDTH_MS ? undefined : width, start };
}

/** The run of a capture under the settings; one with a configuration of its own stays as it is. */
export function openedWith({ cellWidthMs, start }: OpenSettings, run: RunSettings): RunSettings {
  if (run.config) return run;
  return {
    ...run,
    ...(start ? emissionLimits(start.dt, start.time) : {}),
    overrides: { ...run.overrides, ...(cellWidthMs === undefined ? {} : { cell_width_ms: cellWidthMs }) },
  };
}

/** In links: `cell=1000`, `start=2025-07-17T09:30`. */
export function encodeOpenSettings({ cellWidthMs, start }: OpenSettings, into: URLSearchParams): void {
  if (cellWidthMs !== undefined) into.set('cell', String(cellWidthMs));
  if (start) into.set('start', `${start.dt}T${start.time}`);
}

/** Undefined where a link has none, or such as are not accepted. */
export function decodeOpenSettings(params: URLSearchParams): OpenSettings | undefined {
  const cell = params.get('cell');
  const [dt, time = ''] = params.get('start')?.split('T') ?? [];
  try {
    const settings = checkedOpenSettings({
      cellWidthMs: cell === null ? undefined : Number(cell),
      start: dt === undefined ? undefined : { dt, time },
    });
    return settings.cellWidthMs === undefined && !settings.start ? undefined : settings;
  } catch {
    return undefined;
  }
}
