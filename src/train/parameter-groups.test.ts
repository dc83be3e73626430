import { expect, it } from 'vitest';
import { InputError } from '../errors.js';
import { type ParameterGroup, resolveRates } from './parameter-groups.js';

const names = ['cell/K', 'cell/b', 'readout.W', 'readout.b'];
const base = { lr: 7e-4, weightDecay: 0.1 };
const resolve = (...groups: ParameterGroup[]) => resolveRates(names, base, groups);

it('gives the base rates without groups', () => {
  expect(resolve()('cell/K')).toEqual(base);
});

it('matches names exactly or by pattern, later groups over earlier ones', () => {
  const rates = resolve(
    { match: '*b', weightDecay: 0 },
    { match: 'cell/*', lr: 1e-3 },
    { match: 'cell/K', lrScale: 0.5, weightDecay: 1 },
  );
  expect(rates('cell/K')).toEqual({ lr: 5e-4, weightDecay: 1 });
  expect(rates('cell/b')).toEqual({ lr: 1e-3, weightDecay: 0 });
  expect(rates('readout.W')).toEqual(base);
  expect(rates('readout.b')).toEqual({ lr: 7e-4, weightDecay: 0 });
  expect(resolve({ match: '***', lr: 0 })('readout.W').lr).toBe(0);
});

it('takes every character but the star literally', () => {
  expect(() => resolve({ match: 'readout?W', lr: 0 })).toThrow('matches no parameter');
  expect(() => resolve({ match: 'cell', lr: 0 })).toThrow('cell/K, cell/b, readout.W, readout.b');
  expect(() => resolve({ match: 'readout.[Wb]', lr: 0 })).toThrow(InputError);
});

it('refuses unusable rates', () => {
  expect(() => resolve({ match: '*', lr: -1 })).toThrow(InputError);
  expect(() => resolve({ match: '*', lr: 1, lrScale: 1 })).toThrow('both lr and lrScale');
  expect(() => resolve({ match: '*', weightDecay: Number.NaN })).toThrow(InputError);
  expect(() => resolveRates(names, { lr: Number.NaN, weightDecay: 0 }, [])).toThrow(InputError);
});

it('gives no rates for a parameter it was not told of', () => {
  expect(() => resolve()('cell/k')).toThrow(RangeError);
});
