import type { Random } from '#base/random';
import type { FeatureKind } from '#core/sim/feature-kinds';
import type { SideIndex } from '#core/sim/fifo-book';
import type { FillListener } from '#core/sim/matching-engine';
import type { Market } from '#core/sim/market';

/** A scheduled feature with everything decided. */
export interface FeatureRequest {
  readonly kind: FeatureKind;
  readonly side: SideIndex;
  readonly scale: number;
  /** `undefined`: what is usual for the kind. */
  readonly durationNs: number | undefined;
}

/**
 * One agent that makes one thing happen. The director runs one at a time: it calls `act` at `nextNs` until that is
 * Infinity. Each `act` writes at most one event group. A feature opens its episode at its first event, restores
 * the flow controls it changed, and releases the orders it holds before it ends.
 */
export abstract class Feature implements FillListener {
  /** Time of the next action, ns after the start. */
  nextNs: number;

  constructor(
    protected readonly market: Market,
    protected readonly request: FeatureRequest,
    protected readonly random: Random,
  ) {
    this.nextNs = market.nowNs + 1;
  }

  abstract act(): void;

  /** The best bid or ask is another one than after the previous event. */
  bestChanged(): void {
    // Most features do not care.
  }

  /** An order held by this feature was filled. */
  filled(_slot: number, _quantity: number, _left: number): void {
    // Most features hold no orders.
  }

  protected get side(): SideIndex {
    return this.request.side;
  }

  /** +1 for asks, -1 for bids: away from the spread. */
  protected get outward(): 1 | -1 {
    return this.side === 0 ? -1 : 1;
  }

  /** Opens the episode of this feature now. */
  protected open(tick: number, bothSides = false): number {
    const side = bothSides ? 'both' : this.side === 0 ? 'bid' : 'ask';
    return this.market.episodes.open(this.request.kind, side, tick, this.market.nowNs);
  }

  /** Closes the episode now; nothing more will happen. */
  protected end(episode: number): void {
    this.market.episodes.close(episode, this.market.nowNs);
    this.nextNs = Infinity;
  }

  protected after(ns: number): void {
    this.nextNs = this.market.nowNs + Math.max(1, Math.floor(ns));
  }

  /** The requested duration, or one drawn evenly between the usual limits (seconds). */
  protected durationNs(lowSeconds: number, highSeconds: number): number {
    const drawn = (lowSeconds + (highSeconds - lowSeconds) * this.random.unit()) * 1e9;
    return Math.floor(this.request.durationNs ?? drawn);
  }
}
