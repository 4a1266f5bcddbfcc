const FIRST_ROOM = 512;

const COLUMNS = [
  'price',
  'relTicks',
  'relTicksSide',
  'startQty',
  'endQty',
  'addQty',
  'pullQty',
  'restQty',
  'restedPullQty',
  'fillQty',
] as const;

type Column = (typeof COLUMNS)[number];

/** Depth and flow of one window as columns, one row per side and price. Units: price_int, grid steps, quantities. */
export class DepthRows implements Record<Column, Float64Array> {
  count = 0;
  /** 0 bid, 1 ask. */
  side = new Uint8Array(FIRST_ROOM);
  price = new Float64Array(FIRST_ROOM);
  relTicks = new Float64Array(FIRST_ROOM);
  relTicksSide = new Float64Array(FIRST_ROOM);
  startQty = new Float64Array(FIRST_ROOM);
  endQty = new Float64Array(FIRST_ROOM);
  addQty = new Float64Array(FIRST_ROOM);
  pullQty = new Float64Array(FIRST_ROOM);
  restQty = new Float64Array(FIRST_ROOM);
  restedPullQty = new Float64Array(FIRST_ROOM);
  fillQty = new Float64Array(FIRST_ROOM);

  clear(): void {
    this.count = 0;
  }

  /** A further row, zero but for its key. */
  append(side: number, price: number): number {
    const row = this.count++;
    if (row === this.side.length) this.#grow();
    for (const name of COLUMNS) this[name][row] = 0;
    this.side[row] = side;
    this.price[row] = price;
    return row;
  }

  /** Bids before asks, prices ascending. */
  sort(): void {
    const order = Array.from({ length: this.count }, (_, row) => row).sort(
      (a, b) => this.side[a] - this.side[b] || this.price[a] - this.price[b],
    );
    this.side.set(order.map((row) => this.side[row]));
    for (const name of COLUMNS) this[name].set(order.map((row) => this[name][row]));
  }

  #grow(): void {
    const room = 2 * this.side.length;
    const side = new Uint8Array(room);
    side.set(this.side);
    this.side = side;
    for (const name of COLUMNS) {
      const column = new Float64Array(room);
      column.set(this[name]);
      this[name] = column;
    }
  }
}
