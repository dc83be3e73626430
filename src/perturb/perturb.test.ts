import { describe, expect, it } from 'vitest';
import { type SequenceTable, selectRows } from '../data/index.js';
import { InputError } from '../errors.js';
import { findPerturbation, parsePerturbation, perturbations } from './index.js';

const COUNT = 100_000;
const context = { minimum: -2, maximum: 7 };
const table: SequenceTable = {
  name: 't',
  rows: 100,
  steps: 500,
  channels: 2,
  values: new Float32Array(COUNT).fill(0.5),
  labels: Array(100).fill('1'),
};

// Every bound is five standard deviations of the estimate: a false alarm in fewer than 1e-6 of seeds; seeds are fixed.
const WIDTH = 5;

const small = selectRows(table, [0, 1]);

describe.each([...perturbations.values()])('$kind', ({ apply }) => {
  it('is the identity at strength 0, follows its arguments, and leaves its input as it was', () => {
    expect(apply(small, 0, 3, context)).toEqual(small);
    expect(apply(small, 0.3, 3, context)).toEqual(apply(small, 0.3, 3, context));
    expect(apply(small, 0.3, 3, context).values).not.toEqual(apply(small, 0.3, 4, context).values);
    expect(small.values.every((value) => value === 0.5)).toBe(true);
  });

  it('disturbs a row alike whatever rows follow it', () => {
    const start = selectRows(small, [0]);
    expect(apply(start, 0.3, 3, context).values).toEqual(apply(small, 0.3, 3, context).values.subarray(0, 1000));
  });
});

describe('white', () => {
  it('has mean 0, standard deviation σ, normal tails and no correlation between neighbours', () => {
    const noise = findPerturbation('white')
      .apply(table, 0.2, 11, context)
      .values.map((value) => (value - 0.5) / 0.2);
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(noise))).toBeLessThan(WIDTH / Math.sqrt(COUNT));
    expect(Math.abs(mean(noise.map((n) => n * n)) - 1)).toBeLessThan(WIDTH * Math.sqrt(2 / COUNT));
    const beyond = noise.filter((n) => Math.abs(n) > 1.959964).length;
    expect(Math.abs(beyond - 0.05 * COUNT)).toBeLessThan(WIDTH * Math.sqrt(0.05 * 0.95 * COUNT));
    const products = noise.subarray(1).map((n, index) => n * noise[index]!);
    expect(Math.abs(mean(products))).toBeLessThan(WIDTH / Math.sqrt(COUNT));
  });
});

describe('salt-pepper', () => {
  it('replaces a share α, half by each extreme', () => {
    const { values } = findPerturbation('salt-pepper').apply(table, 0.1, 11, context);
    for (const extreme of [-2, 7]) {
      const count = values.filter((value) => value === extreme).length;
      expect(Math.abs(count - 0.05 * COUNT)).toBeLessThan(WIDTH * Math.sqrt(0.05 * 0.95 * COUNT));
    }
    expect(values.every((value) => [-2, 7, 0.5].includes(value))).toBe(true);
  });

  it('replaces everything at α = 1, and at a larger α the same entries and more', () => {
    const { apply } = findPerturbation('salt-pepper');
    expect(apply(table, 1, 1, context).values.includes(0.5)).toBe(false);
    const less = apply(table, 0.1, 1, context).values;
    const more = apply(table, 0.2, 1, context).values;
    expect(less.every((value, index) => value === 0.5 || value === more[index])).toBe(true);
  });
});

describe('parsePerturbation', () => {
  it('reads kind and strengths', () => {
    expect(parsePerturbation('white=0,0.1, 2')).toEqual({ kind: 'white', strengths: [0, 0.1, 2] });
    expect(parsePerturbation('salt-pepper=1')).toEqual({ kind: 'salt-pepper', strengths: [1] });
  });

  it.each([
    ['pink=1', /unknown perturbation 'pink'; expected one of white, salt-pepper/],
    ['white', /has no strengths; write it as kind=strength/],
    ['white=', /strength '' is not a number of 0 or more/],
    ['white=0.1,-1', /strength '-1'/],
    ['white=NaN', /strength 'NaN'/],
    ['white=Infinity', /strength 'Infinity'/],
    ['salt-pepper=1.5', /strength '1\.5' is not a number from 0 to 1; it is α/],
  ])('refuses %s', (text, message) => {
    expect(() => parsePerturbation(text)).toThrow(InputError);
    expect(() => parsePerturbation(text)).toThrow(message);
  });
});
