/** Bins `[from, end)`. */
export interface BinSpan {
  readonly from: number;
  readonly end: number;
}

/** A set of bins as ranges in order, none touching the next. */
export class BinRanges {
  #spans: readonly BinSpan[] = [];

  get empty(): boolean {
    return this.#spans.length === 0;
  }

  add(from: number, end: number): void {
    if (end <= from) return;
    const near = this.#spans.filter((s) => s.end >= from && s.from <= end);
    const merged = {
      from: Math.min(from, ...near.map((s) => s.from)),
      end: Math.max(end, ...near.map((s) => s.end)),
    };
    this.#spans = [
      ...this.#spans.filter((s) => s.end < from),
      merged,
      ...this.#spans.filter((s) => s.from > end),
    ];
  }

  remove(from: number, end: number): void {
    if (end <= from) return;
    this.#spans = this.#spans.flatMap((s) =>
      [
        { from: s.from, end: Math.min(s.end, from) },
        { from: Math.max(s.from, end), end: s.end },
      ].filter((part) => part.from < part.end),
    );
  }

  clear(): void {
    this.#spans = [];
  }

  /** The first range that does not end before `bin`, without what precedes it. */
  from(bin: number): BinSpan | undefined {
    const span = this.#spans.find((s) => s.end > bin);
    return span && { from: Math.max(span.from, bin), end: span.end };
  }

  /** The last range. */
  last(): BinSpan | undefined {
    return this.#spans.at(-1);
  }
}
