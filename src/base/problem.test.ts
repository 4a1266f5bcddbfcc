import { describe, expect, it } from 'vitest';
import { formatProblem, problem, ProblemError, toProblem } from '#base/problem';

describe('toProblem', () => {
  it('keeps problems, thrown here or sent over a port', () => {
    const short = problem('dbn/short-header', 'The header ends early.', { offset: 3 });
    expect(toProblem(new ProblemError(short))).toBe(short);
    expect(toProblem({ ...short })).toEqual(short);
  });

  it.each([
    Object.assign(new Error('ENOENT: no such file or directory'), { code: 'ENOENT' }),
    { code: 7, message: 'a number' },
    { code: 'a/b' },
    null,
    'text',
  ])('reports anything else as a defect: %j', (thrown) => {
    expect(toProblem(thrown).code).toBe('internal/bug');
  });
});

describe('formatProblem', () => {
  it('puts code, message, offset and tip together', () => {
    const text = formatProblem(problem('dbn/cut', 'It ends early.', { offset: 12, tip: 'Copy it again.' }));
    expect(text).toBe('dbn/cut: It ends early. (at byte 12)\n  tip: Copy it again.');
  });
});
