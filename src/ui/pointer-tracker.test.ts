import { describe, expect, it } from 'vitest';
import { PointerTracker, type PointerInput } from '#ui/pointer-tracker';

function mouse(x: number, y: number): PointerInput {
  return { id: 1, x, y, touch: false };
}

function finger(id: number, x: number, y: number): PointerInput {
  return { id, x, y, touch: true };
}

describe('a mouse', () => {
  it('hovers without a button', () => {
    expect(new PointerTracker().move(mouse(5, 6))).toEqual({ kind: 'hover', x: 5, y: 6 });
  });

  it('taps when it moves at most three pixels between press and release', () => {
    const tracker = new PointerTracker();
    tracker.down(mouse(10, 10));
    expect(tracker.move(mouse(13, 10)).kind).toBe('none');
    expect(tracker.up(mouse(13, 10))).toEqual({ kind: 'tap', x: 13, y: 10, touch: false });
  });

  it('pans beyond, by the whole way so that the grabbed point stays under it', () => {
    const tracker = new PointerTracker();
    tracker.down(mouse(10, 10));
    tracker.move(mouse(12, 10));
    expect(tracker.move(mouse(14, 11))).toEqual({ kind: 'pan', dx: 4, dy: 1 });
    expect(tracker.dragging).toBe(true);
    expect(tracker.move(mouse(15, 11))).toEqual({ kind: 'pan', dx: 1, dy: 0 });
    expect(tracker.up(mouse(15, 11)).kind).toBe('none');
    expect(tracker.dragging).toBe(false);
  });
});

describe('fingers', () => {
  it('do not hover', () => {
    expect(new PointerTracker().move(finger(1, 5, 6)).kind).toBe('none');
  });

  it('pinch about their middle', () => {
    const tracker = new PointerTracker();
    tracker.down(finger(1, 100, 100));
    tracker.down(finger(2, 200, 100));
    expect(tracker.move(finger(2, 300, 100))).toEqual({
      kind: 'pinch',
      x: 200,
      y: 100,
      factor: 2,
      dx: 50,
      dy: 0,
    });
  });

  it('leave no tap behind after a pinch', () => {
    const tracker = new PointerTracker();
    tracker.down(finger(1, 100, 100));
    tracker.down(finger(2, 200, 100));
    expect(tracker.up(finger(2, 200, 100)).kind).toBe('none');
    expect(tracker.up(finger(1, 100, 100)).kind).toBe('none');
  });

  it('ignore a distance of zero', () => {
    const tracker = new PointerTracker();
    tracker.down(finger(1, 100, 100));
    tracker.down(finger(2, 100, 100));
    expect(tracker.move(finger(2, 120, 100))).toMatchObject({ kind: 'pinch', factor: 1 });
  });

  it('continue as a pan when one of two is lifted', () => {
    const tracker = new PointerTracker();
    tracker.down(finger(1, 100, 100));
    tracker.down(finger(2, 200, 100));
    tracker.cancel(2);
    expect(tracker.move(finger(1, 101, 102))).toEqual({ kind: 'pan', dx: 1, dy: 2 });
  });
});
