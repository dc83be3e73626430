/** Linear cells, where every filter but the ensemble is exact: against the dense joint Gaussian of all states and observations. */
import { describe, expect, it } from 'vitest';
import { createFilter } from '../../src/filter/index.js';
import {
  jointGaussian,
  type LinearSystem,
  linearModel,
  randomSystem,
  scaledIdentity,
  seriesOf,
} from './linear-system.js';

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

function optionsFor(system: LinearSystem, noise: string) {
  return {
    ...linearModel(system, noise),
    observation: { covariance: system.R },
    initial: { mean: system.mean, covariance: system.covariance },
  };
}

const cases: readonly [string, LinearSystem, boolean][] = [
  ['dense R', randomSystem(1, 4, 2, 0.3), false],
  ['dense R, missing values', randomSystem(2, 5, 3, 0.3), true],
  [
    'diagonal R',
    {
      ...randomSystem(3, 3, 2, 0.2),
      R: [
        [0.3, 0],
        [0, 0.7],
      ],
    },
    false,
  ],
  [
    'diagonal R, missing values',
    {
      ...randomSystem(4, 6, 2, 0.5),
      R: [
        [0.1, 0],
        [0, 0.2],
      ],
    },
    true,
  ],
  ['a known start', { ...randomSystem(5, 3, 2, 0.4), covariance: scaledIdentity(3, 0) }, true],
  ['one unit, one channel', randomSystem(6, 1, 1, 0.4), true],
];

describe.each(cases)('%s', (_, system, gaps) => {
  const series = seriesOf(system, 7, 11, gaps);
  const exact = jointGaussian(system, series);
  const options = optionsFor(system, `sde:add=${Math.sqrt(system.Q[0]![0]!)}`);

  it.each(['extended', 'unscented'] as const)('%s: the likelihood is the joint density', async (method) => {
    const { logLikelihood, mean, covariance } = await createFilter({ ...options, method }).run(series);
    expect(Math.abs(logLikelihood / exact.logLikelihood - 1)).toBeLessThan(1e-10);
    // At the last step the filtered state is the state given all observations.
    const last = exact.states[6]!;
    expect(largestDifference(mean[6]!, last.mean)).toBeLessThan(1e-10);
    expect(largestDifference(covariance[6]!.flat(), last.covariance.flat())).toBeLessThan(1e-10);
  });

  it('the extended filter of the second order is the same', async () => {
    const { logLikelihood } = await createFilter({ ...options, order: 2 }).run(series);
    expect(Math.abs(logLikelihood / exact.logLikelihood - 1)).toBeLessThan(1e-10);
  });

  it.each([
    ['extended', 'bryson-frazier'],
    ['extended', 'rauch-tung-striebel'],
    ['unscented', 'rauch-tung-striebel'],
  ] as const)('%s, %s: the smoother is the joint posterior', async (method, smoother) => {
    const { mean, covariance } = await createFilter({ ...options, method, smoother }).smooth(series);
    for (const [step, state] of exact.states.entries()) {
      expect(largestDifference(mean[step]!, state.mean)).toBeLessThan(1e-9);
      expect(largestDifference(covariance[step]!.flat(), state.covariance.flat())).toBeLessThan(1e-9);
    }
  });

  it('an added covariance is noise too', async () => {
    const plain = { ...options, ...linearModel(system, 'none'), process: system.Q };
    const { logLikelihood } = await createFilter(plain).run(series);
    expect(Math.abs(logLikelihood / exact.logLikelihood - 1)).toBeLessThan(1e-10);
    const replaced = { ...options, ...linearModel(system, 'none'), noise: `sde:add=${Math.sqrt(system.Q[0]![0]!)}` };
    expect((await createFilter(replaced).run(series)).logLikelihood).toBeCloseTo(logLikelihood, 9);
  });

  it('the ensemble comes near', async () => {
    const { logLikelihood } = await createFilter({ ...options, method: 'ensemble', members: 1000, seed: 1 }).run(
      series,
    );
    expect(Math.abs(logLikelihood - exact.logLikelihood)).toBeLessThan(0.1 * Math.abs(exact.logLikelihood) + 0.5);
  });
});

describe('noise of rank one', () => {
  const direction = [0.5, -0.2, 0.9];
  const system: LinearSystem = {
    ...randomSystem(9, 3, 1, 0),
    Q: direction.map((a) => direction.map((b) => a * b)),
    covariance: scaledIdentity(3, 0),
  };
  const series = seriesOf(system, 8, 3, true);
  const exact = jointGaussian(system, series);
  const options = { ...optionsFor(system, 'none'), process: system.Q };

  it('likelihood and smoother are exact, although the predicted covariance is singular', async () => {
    const { logLikelihood } = await createFilter(options).run(series);
    expect(Math.abs(logLikelihood / exact.logLikelihood - 1)).toBeLessThan(1e-10);
    const { mean, covariance } = await createFilter(options).smooth(series);
    for (const [step, state] of exact.states.entries()) {
      expect(largestDifference(mean[step]!, state.mean)).toBeLessThan(1e-9);
      expect(largestDifference(covariance[step]!.flat(), state.covariance.flat())).toBeLessThan(1e-9);
    }
    const unscented = await createFilter({ ...options, method: 'unscented' }).run(series);
    expect(Math.abs(unscented.logLikelihood / exact.logLikelihood - 1)).toBeLessThan(1e-9);
  });

  it('the smoother that divides by it says so', async () => {
    const filter = createFilter({ ...options, smoother: 'rauch-tung-striebel' });
    await expect(filter.smooth(series)).rejects.toThrow('is singular, and this smoother divides by it');
  });
});
