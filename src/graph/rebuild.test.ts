import { describe, expect, it } from 'vitest';
import {
  add,
  exp,
  input,
  mergeEqual,
  multiply,
  noise,
  print,
  sharedConstant,
  substitute,
  subtract,
  tanh,
  topological,
} from './index.js';

const x = input('carry', 'x', [2]);
const y = input('carry', 'y', [2]);

describe('mergeEqual', () => {
  it('merges equal subexpressions of all outputs, whatever the order of a sum', () => {
    const [first, second, third] = mergeEqual([tanh(add(x, y)), tanh(add(y, x)), exp(multiply(x, y))]);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
    expect(topological([first!, second!]).length).toBe(4);
  });

  it('merges leaves by role and name, and draws by stream, distribution and rate', () => {
    const [a, b, c] = mergeEqual([input('carry', 'x', [2]), x, input('sequence', 'x', [2])]);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
    const draws = mergeEqual([
      noise('normal', 0, 2),
      noise('normal', 0, 2),
      noise('normal', 1, 2),
      noise('uniform', 0, 2),
      noise('bernoulli', 0, 2, 0.1),
      noise('bernoulli', 0, 2, 0.2),
    ]);
    expect(new Set(draws).size).toBe(5);
  });

  it('keeps apart differences of swapped operands and constants of other values', () => {
    const [a, b] = mergeEqual([subtract(x, y), subtract(y, x)]);
    expect(a).not.toBe(b);
    const [c, d] = mergeEqual([sharedConstant([2], [1, 2]), sharedConstant([2], [1, 3])]);
    expect(c).not.toBe(d);
  });
});

describe('substitute', () => {
  it('replaces nodes, leaves the rest, and simplifies what a constant reaches', () => {
    const z = input('carry', 'z', [2]);
    const before = tanh(add(x, y));
    const [after] = substitute([before], (node) => (node === y ? z : undefined));
    expect(print({ after: after! })).toContain('z');
    expect(substitute([before], () => undefined)[0]).toBe(before);
    expect(substitute([add(x, y)], (node) => (node === y ? multiply(x, 0) : undefined))[0]).toBe(x);
  });

  it('keeps ids in topological order', () => {
    const [after] = substitute([exp(tanh(add(x, y)))], (node) => (node === y ? tanh(exp(x)) : undefined));
    for (const node of topological([after!])) for (const arg of node.args) expect(arg.id).toBeLessThan(node.id);
  });
});

describe('print', () => {
  it('lists a graph one node a line', () => {
    const text = print({ h: tanh(add(x, y)) });
    expect(text).toBe(
      ['%0 = x : row [2]', '%1 = y : row [2]', '%2 = add(%0, %1) : row [2]', '%3 = tanh(%2) : row [2]', 'h = %3'].join(
        '\n',
      ),
    );
  });
});
