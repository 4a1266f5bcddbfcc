/** Specs for tests. */
import { DEFAULT_RUNTIME_CONFIG } from '#core/config/runtime-config';

export interface SpecChanges {
  readonly experiment?: string;
  readonly run?: string;
  readonly config?: string;
  readonly snapshot?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** A spec as it would be read from a file, of the default configuration. */
export function rawSpec(changes: SpecChanges = {}): Record<string, unknown> {
  const { experiment = 'demo', run = 'run00001', config = 'cfg00001', snapshot = {}, ...more } = changes;
  return {
    runtime_snapshot: {
      ...DEFAULT_RUNTIME_CONFIG,
      stream_dt: '2026-02-06',
      stream_start_time: '09:25',
      ...snapshot,
    },
    source: {
      run_id: run,
      experiment_name: experiment,
      config_hash: config,
      promoted_at_utc: '2026-02-20T00:00:00Z',
    },
    ...more,
  };
}
