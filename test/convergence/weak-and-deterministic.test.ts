/** Weak order of Euler–Maruyama, and the orders of all solvers without noise. */
import { describe, expect, it } from 'vitest';
import { defineCell, startAt } from '../../src/cells/index.js';
import { multiply, subtract } from '../../src/graph/index.js';
import { brownian, coarsen, endpoints, integrate } from '../support/paths.js';
import { leastSquares, meanOf, meanWithError, orderOf } from '../support/statistics.js';
import { linearCell } from '../support/users-cells.js';

describe('weak order of Euler–Maruyama: E X² of geometric Brownian motion', () => {
  it('is 1, with the bias known in closed form', async () => {
    const [mu, s, paths] = [1, 0.5, 20000];
    const fine = brownian(104, paths, 64, 1, 1);
    const exact = endpoints(fine).map((B) => Math.exp(2 * (mu - (s * s) / 2) + 2 * s * B));
    const equation = {
      cell: linearCell(mu),
      noise: `scalar:mult=${s}`,
      solver: 'euler',
      units: 1,
      start: 1,
      duration: 1,
    };
    const grids = [8, 16, 32, 64];
    const differences: Float64Array[] = [];
    for (const steps of grids) {
      const found = await integrate(equation, coarsen(fine, steps));
      // The exact solution on the same path removes most of the sampling error.
      differences.push(found.map((value, path) => exact[path]! - value * value));
    }
    for (const [level, steps] of grids.entries()) {
      const delta = 1 / steps;
      const bias = Math.exp(2 * mu + s * s) - ((1 + mu * delta) ** 2 + s * s * delta) ** steps;
      const { mean, error } = meanWithError(differences[level]!);
      // 4.9 standard errors: a false alarm once in a million seeds.
      expect(Math.abs(mean - bias), `bias at ${steps} steps`).toBeLessThan(4.9 * error);
    }
    const { slope, halfWidth } = orderOf(
      grids.map((steps) => 1 / steps),
      differences,
      meanOf,
    );
    expect(halfWidth).toBeLessThan(0.2);
    // The closed form itself has slope 0.91 on these grids.
    expect(Math.abs(slope - 1)).toBeLessThan(halfWidth + 0.1);
  });
});

describe('without noise, on the logistic equation', () => {
  const logistic = defineCell({
    name: 'logistic',
    state: () => ({ h: 1 }),
    parameters: () => ({ rate: { shape: [1], initial: startAt(2) } }),
    drift: ({ state: { h }, parameters: { rate } }) => ({ h: multiply(rate, multiply(h, subtract(1, h))) }),
  });
  const exact = 1 / (1 + ((1 - 0.1) / 0.1) * Math.exp(-2 * 2));

  it.each([
    ['euler', 1, [256, 512, 1024]],
    ['heun', 2, [64, 128, 256]],
    ['rk4', 4, [16, 32, 64]],
  ] as const)('%s has order %d', async (solver, order, grids) => {
    const errors: number[] = [];
    for (const steps of grids) {
      const path = { values: new Float64Array(steps), paths: 1, steps, width: 1 };
      const equation = { cell: logistic, noise: 'none', solver, units: 1, start: 0.1, duration: 2 };
      errors.push(Math.abs((await integrate(equation, path))[0]! - exact));
    }
    const slope = leastSquares(
      grids.map((steps) => Math.log(2 / steps)),
      errors.map(Math.log),
    );
    expect(Math.abs(slope - order), `slope ${slope}`).toBeLessThan(0.1);
  });
});
