/** Ticks of a stream in its currency. */
import { tickInt, type VpRuntimeConfig } from '#core/config/runtime-config';
import type { CameraState, Viewport } from '#protocol/render-contract';
import { priceTicks, type PriceTick } from '#view/ticks';

type PriceGrid = Parameters<typeof tickInt>[0] & Pick<VpRuntimeConfig, 'price_scale'>;

/** Price of an absolute tick, currency units. */
export function tickPrice(config: PriceGrid, tick: number): number {
  return tick * tickInt(config) * config.price_scale;
}

/** Places of about `target` price labels in view. */
export function priceLabels(
  config: PriceGrid,
  camera: CameraState,
  viewport: Viewport,
  target: number,
): PriceTick[] {
  return priceTicks(camera, viewport, tickInt(config), target);
}
