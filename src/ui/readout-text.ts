/** Prices and times of read-outs in the words of the opened stream. */
import type { BinReadout, SessionState } from '#app/model';
import type { RuntimeConfigMessage } from '#protocol/grid-messages';
import { formatPrice, NONE } from '#ui/format';
import { formatClock, ianaZone, subSecondOf, zoneName, type Zone } from '#ui/zone-time';
import { tickPrice } from '#view/prices';

/** Price of an absolute tick, with the instrument's decimals. */
export function priceOfTick(config: RuntimeConfigMessage | undefined, tick: number): string {
  if (!config || !Number.isFinite(tick)) return NONE;
  return formatPrice(tickPrice(config, tick), config.price_decimals);
}

/** Market time up to which bins are loaded, as the page's clocks show it; the first bin's start while there are none. */
export function loadedUntil(
  { firstBinStartNs, cellWidthNs, bins }: Pick<SessionState, 'firstBinStartNs' | 'cellWidthNs' | 'bins'>,
  zone: Zone,
): { time: string; zone: string } {
  const endNs = firstBinStartNs + BigInt(bins) * BigInt(cellWidthNs);
  const name = ianaZone(zone);
  return { time: formatClock(endNs, name), zone: zoneName(endNs, name) };
}

/** End of the bin, with the digits that tell it from its neighbours, and the name of the zone. */
export function timeOfReadout(
  session: Pick<SessionState, 'cellWidthNs'>,
  readout: Pick<BinReadout, 'tsNs'>,
  zone: Zone,
): { time: string; zone: string } {
  const name = ianaZone(zone);
  return {
    time: formatClock(readout.tsNs, name, subSecondOf(session.cellWidthNs)),
    zone: zoneName(readout.tsNs, name),
  };
}
