/** The grid digest of bins that are already here, as the engine and the command line compute it on the way. */
import type { BinStore } from '#app/bin-store';
import { GridDigest } from '#protocol/grid-digest';

/** A page that hashes for longer than this without a pause is felt to stand. */
const LONGEST_TURN_MS = 12;

/** @returns 64 hex digits; undefined where a bin is no longer held in full detail, or there is none */
export async function digestOfStore(store: BinStore, now: () => number): Promise<string | undefined> {
  const messages = store.bins > 0 ? store.messages() : undefined;
  if (!messages) return undefined;
  const digest = new GridDigest();
  let turnEndMs = now() + LONGEST_TURN_MS;
  for (const message of messages) {
    digest.update(message);
    if (now() < turnEndMs) continue;
    await new Promise((resolve) => setTimeout(resolve));
    turnEndMs = now() + LONGEST_TURN_MS;
  }
  return digest.hex();
}
