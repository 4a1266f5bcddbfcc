/** What a pointer event means for the map. Coordinates are CSS pixels from the top left of the map. */
export type Gesture =
  | { readonly kind: 'none' }
  | { readonly kind: 'hover'; readonly x: number; readonly y: number }
  | { readonly kind: 'tap'; readonly x: number; readonly y: number; readonly touch: boolean }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  | {
      readonly kind: 'pinch';
      /** Middle of the two fingers. */
      readonly x: number;
      readonly y: number;
      /** Growth of their distance. */
      readonly factor: number;
      readonly dx: number;
      readonly dy: number;
    };

export interface PointerInput {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly touch: boolean;
}

interface Pressed {
  x: number;
  y: number;
  startX: number;
  startY: number;
  moved: boolean;
}

const NONE: Gesture = { kind: 'none' };
/** A press that moves no further is a tap (vacuum-pressure.md section 22.4); fingers are less steady. */
const MOUSE_SLOP_PX = 3;
const TOUCH_SLOP_PX = 8;

/** One pressed pointer pans, two pinch, a press without movement taps, a mouse without a press hovers. */
export class PointerTracker {
  readonly #pressed = new Map<number, Pressed>();

  /** A drag or pinch is under way. */
  get dragging(): boolean {
    return [...this.#pressed.values()].some((p) => p.moved);
  }

  down({ id, x, y }: PointerInput): void {
    this.#pressed.set(id, { x, y, startX: x, startY: y, moved: false });
    if (this.#pressed.size > 1) for (const p of this.#pressed.values()) p.moved = true;
  }

  move(input: PointerInput): Gesture {
    const { id, x, y, touch } = input;
    const pointer = this.#pressed.get(id);
    if (!pointer) return touch ? NONE : { kind: 'hover', x, y };
    if (this.#pressed.size === 2) return this.#pinch(pointer, input);
    if (!pointer.moved) {
      const slop = touch ? TOUCH_SLOP_PX : MOUSE_SLOP_PX;
      if (Math.hypot(x - pointer.startX, y - pointer.startY) <= slop) return NONE;
      pointer.moved = true;
    }
    const gesture: Gesture = { kind: 'pan', dx: x - pointer.x, dy: y - pointer.y };
    pointer.x = x;
    pointer.y = y;
    return gesture;
  }

  up({ id, x, y, touch }: PointerInput): Gesture {
    const pointer = this.#pressed.get(id);
    this.#pressed.delete(id);
    return pointer && !pointer.moved ? { kind: 'tap', x, y, touch } : NONE;
  }

  cancel(id: number): void {
    this.#pressed.delete(id);
  }

  #pinch(pointer: Pressed, { x, y }: PointerInput): Gesture {
    const other = [...this.#pressed.values()].find((p) => p !== pointer)!;
    const before = Math.hypot(pointer.x - other.x, pointer.y - other.y);
    const after = Math.hypot(x - other.x, y - other.y);
    const gesture: Gesture = {
      kind: 'pinch',
      x: (x + other.x) / 2,
      y: (y + other.y) / 2,
      factor: before > 0 && after > 0 ? after / before : 1,
      dx: (x - pointer.x) / 2,
      dy: (y - pointer.y) / 2,
    };
    pointer.x = x;
    pointer.y = y;
    return gesture;
  }
}
