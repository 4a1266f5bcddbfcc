import { describe, expect, it } from 'vitest';
import { servingSelector } from '#app/address';
import { ProblemError } from '#base/problem';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return 'none';
}

describe('the query of the page', () => {
  it('may be absent', () => {
    expect(servingSelector('')).toBeUndefined();
    expect(servingSelector('?')).toBeUndefined();
  });

  it('takes one serving', () => {
    expect(servingSelector('?serving=demo')).toBe('demo');
  });

  it.each([
    ['?serving=demo&speed=2', 'address/extra-parameter'],
    ['?file=x', 'address/extra-parameter'],
    ['?serving=', 'address/missing-serving'],
    ['?serving=a&serving=b', 'address/repeated-serving'],
  ])('refuses %s with %s', (search, code) => {
    expect(codeOf(() => servingSelector(search))).toBe(code);
  });
});
