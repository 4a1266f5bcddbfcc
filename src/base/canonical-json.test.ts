import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, jsonDigest } from '#base/canonical-json';
import { ProblemError } from '#base/problem';

describe('canonical JSON', () => {
  it('sorts keys by code units and prints numbers as ECMAScript does', () => {
    const value = {
      b: [1.0, 1e21, 1e-7, -0, 0.1],
      a: { '€': 1, '\r': 2, 1: 3, '😀': 4, '\ufb33': 5 },
      c: null,
    };
    expect(canonicalJson(value)).toBe(
      '{"a":{"\\r":2,"1":3,"€":1,"😀":4,"\ufb33":5},"b":[1,1e+21,1e-7,0,0.1],"c":null}',
    );
  });

  it('leaves out what is undefined', () => {
    expect(canonicalJson({ a: undefined, b: true })).toBe('{"b":true}');
  });

  it('hashes its UTF-8 form', () => {
    expect(jsonDigest({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('does not depend on the order in which members were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('refuses what JSON cannot hold', () => {
    let deep: unknown = 0;
    for (let i = 0; i < 100; i++) deep = [deep];
    for (const value of [
      NaN,
      Infinity,
      1n,
      undefined,
      () => 0,
      ['\ud800'],
      { '\udc00': 1 },
      [undefined],
      deep,
    ]) {
      expect(() => canonicalJson(value)).toThrow(ProblemError);
    }
  });
});
