/** The kinds of feeds. A new one is a module and a line here. */
import type { FeedAdapter } from '#relay/feed-adapter';
import type { Clock } from '#relay/clock';
import type { ConfigFields } from '#relay/config-fields';
import type { RelayLog } from '#relay/log';
import { databentoAdapter } from '#relay/databento/databento-adapter';
import { gridAdapter } from '#relay/grid/grid-adapter';
import { replayAdapter } from '#relay/replay/replay-adapter';

export interface AdapterParts {
  /** What relative paths are relative to. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: RelayLog;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Reads the fields of a feed; the caller refuses what was not read. @throws ProblemError `relay/…` */
export type AdapterFactory = (fields: ConfigFields, parts: AdapterParts) => FeedAdapter;

export const ADAPTERS: Readonly<Record<string, AdapterFactory>> = {
  replay: replayAdapter,
  databento: databentoAdapter,
  grid: gridAdapter,
};
