import { describe, expect, it } from 'vitest';
import { popoverPlace } from '#ui/popover';

function box(left: number, top: number, width = 40, height = 28): Parameters<typeof popoverPlace>[0] {
  return { left, top, right: left + width, bottom: top + height };
}

describe('a popover', () => {
  it('hangs below its button in the left half and grows to the right', () => {
    expect(popoverPlace(box(100, 7), 300, 1600, 900)).toEqual({ left: 100, top: 41, maxHeight: 851 });
  });

  it('is flush with the right edge of a button in the right half', () => {
    expect(popoverPlace(box(1500, 7), 300, 1600, 900)).toMatchObject({ left: 1240, top: 41 });
  });

  it('stands above a button at the bottom', () => {
    expect(popoverPlace(box(1500, 860), 300, 1600, 900)).toEqual({ left: 1240, bottom: 46, maxHeight: 846 });
  });

  it('keeps a margin to both edges of the window', () => {
    expect(popoverPlace(box(0, 0), 300, 390, 844).left).toBe(8);
    expect(popoverPlace(box(250, 0), 420, 390, 844).left).toBe(8);
    expect(popoverPlace(box(150, 0), 300, 390, 844).left).toBe(82);
  });
});
