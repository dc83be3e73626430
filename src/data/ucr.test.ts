import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { parseUcr } from './ucr.js';

const parse = (text: string) => parseUcr(new TextEncoder().encode(text), 'beats.tsv');

describe('parseUcr', () => {
  it.each([
    ['tabs', '1\t0.5\t-2\n2\t1e-3\t4\n'],
    ['commas', '1,0.5,-2\n2,1e-3,4'],
    ['blanks', '  1  0.5 -2 \n  2 1e-3   4\n'],
    ['Windows line ends, a byte order mark and blank lines', '\uFEFF1\t0.5\t-2\r\n2\t1e-3\t4\r\n\r\n \r\n'],
  ])('reads fields separated by %s', (_what, text) => {
    expect(parse(text)).toMatchObject({
      name: 'beats.tsv',
      rows: 2,
      steps: 2,
      channels: 1,
      values: Float32Array.of(0.5, -2, 1e-3, 4),
      labels: ['1', '2'],
    });
  });

  it('reads the older files, all numbers in scientific notation', () => {
    const old = parse(
      '   1.0000000e+00  -1.1252183e-01  -2.8272038e+00\n   2.0000000e+00   3.0000000e+00   4.5000000e-01\n',
    );
    expect(old.labels).toEqual(['1.0000000e+00', '2.0000000e+00']);
    expect(old.values).toEqual(Float32Array.of(-0.11252183, -2.8272038, 3, 0.45));
  });

  it.each([
    ['a shorter line', '1\t2\t3\n\n2\t3\n', /line 3 has 1 values, but line 1 has 2/],
    ['a word', '1\t2\t3\n2\t3\tx\n', /line 2, value 2 is 'x'; expected a number/],
    ['an empty field', '1,2,3\n2,,3\n', /row 2, step 1 is NaN.*--missing/],
    ['a label alone', '1\n', /line 1 is '1'; expected a label, then the values/],
    ['nothing', '\n\n', /holds no sequences/],
    ['NaN', '1\t2\t3\n2\t3\tNaN\n', /beats\.tsv: row 2, step 2 is NaN/],
    ['infinity', '1\t2\t-Infinity\n', /row 1, step 2 is -Infinity/],
    ['a number beyond float32', '1\t1e39\n', /row 1, step 1 is 1e\+39, which is finite, but beyond what float32 holds/],
  ])('refuses %s, saying where', (_what, text, message) => {
    expect(() => parse(text)).toThrow(InputError);
    expect(() => parse(text)).toThrow(message);
  });

  it('either reads a damaged file to finite values or throws InputError', () => {
    const valid = new TextEncoder().encode('1\t0.5\t-2.25\n2\t1e-3\t4\n1\t7\t8\n');
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length), (at, byte, length) => {
        const damaged = valid.slice(0, length);
        if (at < length) damaged[at] = byte;
        try {
          expect(parseUcr(damaged, 'f').values.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
