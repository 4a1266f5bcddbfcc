/**
 * The ordinary flow: a queue-reactive stream of limit orders, cancels, modifies and small aggressors. Whether a
 * level gains or loses an order depends on its distance from the touch and on how full it is; the touch also
 * reacts to the opposite queue, so thin touches tend to run out and the price moves by depletion.
 * (Idea: Huang, Lehalle, Rosenbaum, "Simulating and analyzing order book data: the queue-reactive model", 2015.)
 */
import { Random } from '#base/random';
import { NEAR_TICKS } from '#core/sim/book-shape';
import { EventClock } from '#core/sim/event-clock';
import type { SideIndex } from '#core/sim/fifo-book';
import { STREAM_BACKGROUND, type Market } from '#core/sim/market';
import type { Regime } from '#core/sim/regime';

/** Shares of event groups; the rest are adds and cancels. */
const TRADE_SHARE = 0.022;
const MODIFY_SHARE = 0.105;
/** Share of packets with several messages, and how many more at most. */
const PACKET_SHARE = 0.06;
const PACKET_EXTRA = 4;

/** How readily a spread of two ticks is closed, per event group; wider ones attract with the square. */
const TIGHTEN_SHARE = 0.5;
/** Share of closings in the direction of the move that opened the spread. */
const FOLLOW_SHARE = 0.64;
/** Orders that join a touch that is new, as shares of its usual number, and their hurry. */
const JOIN_LOW = 0.4;
const JOIN_HIGH = 1.3;
const JOIN_SHARE = 0.5;

/** How strongly aggressors go for the thinner side. */
const THIN_SIDE_PULL = 0.42;
/** Share of aggressors that take a touch that has become thin as a whole, and what counts as thin. */
const TAKE_ALL_SHARE = 0.3;
const TAKE_ALL_ORDERS = 0.45;
/** The price is drawn back softly when it leaves this many ticks from the middle of the band. */
const FREE_TICKS = 1500;
/** How far into a queue orders are looked for. */
const QUEUE_REACH = 16;

export class BackgroundFlow {
  private readonly market: Market;
  private readonly regime: Regime;
  private readonly random: Random;
  private readonly clock: EventClock;
  /** Orders still to join each touch. */
  private readonly joining = new Int32Array(2);
  private lastBid = -1;
  private lastAsk = -1;
  /** 1: the price last went up, 0: down. */
  private direction = 0;

  constructor(market: Market, regime: Regime) {
    this.market = market;
    this.regime = regime;
    this.random = new Random(market.options.seed, STREAM_BACKGROUND);
    this.clock = new EventClock(this.random, market.options.rate);
  }

  get nextNs(): number {
    return this.clock.nextNs;
  }

  /** One event group, then the time of the next one. */
  act(): void {
    const { market, random } = this;
    this.watchTouch();
    market.begin();
    this.event();
    if (random.chance(PACKET_SHARE)) {
      for (let extra = random.between(1, PACKET_EXTRA); extra > 0; extra--) this.quote();
    }
    const records = market.tape.groupRecords;
    market.end();
    this.clock.advance(market.nowNs, records, this.regime.activity * market.controls.rate);
  }

  /** New best prices attract joiners and a burst of activity. */
  private watchTouch(): void {
    const { best } = this.market.book;
    if (best[0] === this.lastBid && best[1] === this.lastAsk) return;
    if (best[0] !== this.lastBid) {
      this.direction = best[0] > this.lastBid ? 1 : 0;
      this.joining[0] = this.joiners();
    }
    if (best[1] !== this.lastAsk) {
      this.direction = best[1] > this.lastAsk ? 1 : 0;
      this.joining[1] = this.joiners();
    }
    this.lastBid = best[0];
    this.lastAsk = best[1];
    this.clock.excite(2 + this.random.below(6));
  }

  private joiners(): number {
    const share = JOIN_LOW + (JOIN_HIGH - JOIN_LOW) * this.random.unit();
    return Math.floor(share * this.market.shape.usualOrders[0]);
  }

  private event(): void {
    const { market, random } = this;
    const trades = TRADE_SHARE * market.controls.trades;
    const u = random.unit();
    if (u < trades) this.aggress();
    else if (u < trades + MODIFY_SHARE) this.modify();
    else this.quote();
  }

  /** An add or a cancel somewhere. */
  private quote(): void {
    const { market, random } = this;
    const open = market.book.spread - 1;
    if (open > 0 && random.chance(TIGHTEN_SHARE * market.controls.tighten * open * open)) {
      this.tighten();
      return;
    }
    const joinSide = random.below(2) as SideIndex;
    if (this.joining[joinSide] > 0 && random.chance(JOIN_SHARE * market.controls.placement[joinSide])) {
      this.joining[joinSide]--;
      this.add(joinSide, 0);
      return;
    }
    this.addOrCancel(random.below(2) as SideIndex, market.shape.distance(random));
  }

  /** The odds of an add fall with the number of orders at the level; equal at the usual number. */
  private addOrCancel(side: SideIndex, distance: number): void {
    const { book, shape, controls } = this.market;
    const tick = this.tickAt(side, distance);
    if (tick < 0 || tick >= book.ticks) return;
    const n = book.orders[side * book.ticks + tick];
    let odds = shape.usualAt(distance, tick);
    if (distance === 0) odds *= this.touchHerding(side);
    if (distance < NEAR_TICKS) odds *= controls.placement[side];
    // odds : n is the ratio of adds to cancels.
    if (this.random.unit() * (odds + n) < odds || !this.cancelAt(side, tick)) this.add(side, distance);
  }

  /** A touch thinner than the opposite one loses orders: 0 .. 2, 1 = balanced. */
  private touchHerding(side: SideIndex): number {
    const { book, controls } = this.market;
    const own = this.touchOrders(side);
    const opposite = this.touchOrders((1 - side) as SideIndex);
    const lean = controls.tilt + this.regime.lean;
    const herding = (2 * own) / (own + opposite) + (side === 0 ? lean : -lean);
    return book.spread > 2 ? 1 : Math.max(0.1, herding);
  }

  private touchOrders(side: SideIndex): number {
    const { book } = this.market;
    return book.orders[side * book.ticks + book.best[side]];
  }

  private add(side: SideIndex, distance: number): void {
    const tick = this.tickAt(side, distance);
    if (tick < 0 || tick >= this.market.book.ticks) return;
    this.market.engine.add(side, tick, this.market.shape.orderSize(this.random, distance));
  }

  /** @returns false if there is nothing here that may go */
  private cancelAt(side: SideIndex, tick: number): boolean {
    const slot = this.pick(side, tick);
    if (slot < 0 || !this.market.engine.canSpare(side, 1)) return false;
    this.market.engine.cancel(slot);
    return true;
  }

  /** Improves the best price of one side by a tick. */
  private tighten(): void {
    const { book, controls } = this.market;
    const bid = (this.direction === 1 ? FOLLOW_SHARE : 1 - FOLLOW_SHARE) * controls.placement[0];
    const ask = (this.direction === 0 ? FOLLOW_SHARE : 1 - FOLLOW_SHARE) * controls.placement[1];
    const side: SideIndex = this.random.unit() * (bid + ask) < bid ? 0 : 1;
    this.market.engine.add(
      side,
      side === 0 ? book.best[0] + 1 : book.best[1] - 1,
      this.market.shape.orderSize(this.random, 0),
    );
  }

  private modify(): void {
    const { market, random } = this;
    const { book } = market;
    const side = random.below(2) as SideIndex;
    const tick = this.tickAt(side, market.shape.distance(random));
    const slot = tick < 0 || tick >= book.ticks ? -1 : this.pick(side, tick);
    if (slot < 0) {
      this.quote();
      return;
    }
    const size = book.size[slot];
    const u = random.below(10);
    if (u < 5) {
      const inward = side === 0 ? 1 : -1;
      const to = tick + (random.chance(0.6) ? inward : -inward) * random.between(1, 2);
      const tightens = (to - book.best[side]) * inward > 0;
      const allowed = to >= 0 && to < book.ticks && !book.crosses(side, to);
      if (allowed && (!tightens || random.chance(market.controls.tighten)))
        market.engine.modify(slot, to, size);
      else market.engine.modify(slot, tick, size + 1);
    } else if (u < 8 && size > 1) {
      market.engine.modify(slot, tick, size - random.between(1, size - 1));
    } else {
      market.engine.modify(slot, tick, size + random.between(1, 5));
    }
  }

  private aggress(): void {
    const { market, random } = this;
    const { book } = market;
    const bids = this.touchOrders(0);
    const asks = this.touchOrders(1);
    const lean = market.controls.tilt + this.regime.lean - this.homesick();
    const buys = 0.5 + THIN_SIDE_PULL * ((bids - asks) / (bids + asks)) + lean;
    const side: SideIndex = random.chance(buys) ? 1 : 0;
    const touch = book.best[side];
    const available = book.depth[side * book.ticks + touch];
    const usual = market.shape.usualOrders[0];
    const takesAll = this.touchOrders(side) < TAKE_ALL_ORDERS * usual && random.chance(TAKE_ALL_SHARE);
    let want = takesAll ? available : market.shape.orderSize(random, 0);
    // Few aggressors walk the book: most stop at what the touch offers.
    const walks = random.chance(0.08);
    if (!walks) want = Math.min(want, available);
    market.engine.trade(side, want, walks ? touch + (side === 0 ? -1 : 1) : touch);
    this.clock.excite(1 + random.below(4));
  }

  /** Pull of the middle of the band on the direction of aggressors, above 0 when the price is high. */
  private homesick(): number {
    const { book } = this.market;
    const away = book.best[0] - book.ticks / 2;
    const beyond = Math.max(0, Math.abs(away) - FREE_TICKS) / FREE_TICKS;
    return away > 0 ? beyond : -beyond;
  }

  /** An order of the level, preferably a young one; -1 = none that the background may touch. */
  private pick(side: SideIndex, tick: number): number {
    const { book } = this.market;
    const level = side * book.ticks + tick;
    const n = Math.min(book.orders[level], QUEUE_REACH);
    if (n === 0) return -1;
    const young = this.random.chance(0.7);
    let slot = young ? book.tail[level] : book.head[level];
    for (let steps = this.random.below(n); steps > 0; steps--)
      slot = young ? book.previous[slot] : book.next[slot];
    while (slot >= 0 && book.held[slot] === 1) slot = young ? book.previous[slot] : book.next[slot];
    return slot;
  }

  private tickAt(side: SideIndex, distance: number): number {
    return side === 0 ? this.market.book.best[0] - distance : this.market.book.best[1] + distance;
  }
}
