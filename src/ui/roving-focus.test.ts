import { describe, expect, it } from 'vitest';
import { rovingTarget } from '#ui/roving-focus';

describe('the focus in a row', () => {
  it('goes round with the arrows', () => {
    expect([0, 1, 2].map((at) => rovingTarget('ArrowRight', at, 3))).toEqual([1, 2, 0]);
    expect([0, 1, 2].map((at) => rovingTarget('ArrowLeft', at, 3))).toEqual([2, 0, 1]);
  });

  it('goes to the ends with Home and End', () => {
    expect(rovingTarget('Home', 1, 3)).toBe(0);
    expect(rovingTarget('End', 1, 3)).toBe(2);
  });

  it('stays with any other key', () => {
    for (const key of ['Tab', 'Enter', ' ', 'ArrowUp', 'a']) expect(rovingTarget(key, 1, 3)).toBeUndefined();
  });
});
