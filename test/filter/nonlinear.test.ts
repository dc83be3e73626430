/** Filters of tanh cells, where they are approximations: calibrated, white, forgetful; limit cycles told apart. */
import { describe, expect, it } from 'vitest';
import { chiSquareTail } from '../../src/filter/chi-square.js';
import { createFilter } from '../../src/filter/index.js';
import { methods } from '../../src/filter/methods/index.js';
import { filterProblem } from '../../src/filter/problem.js';
import { createGenerator } from '../../src/random/index.js';
import { simulate, tanhSystem } from './tanh-system.js';

const steps = 400;

describe('a tanh cell, N = 8, two directions of eight observed', () => {
  const system = tanhSystem(1, 8, 2);
  const { states, series } = simulate(system, steps, 5);
  const wrong = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? 1.5 : -1.5));
  const options = {
    model: system.model,
    parameters: system.parameters,
    observation: { covariance: system.R },
    initial: { mean: wrong, covariance: 1 },
  };

  it.each([
    ['extended', {}],
    ['extended', { order: 2 }],
    ['unscented', {}],
    ['ensemble', { members: 400, seed: 2 }],
  ] as const)('%s %j knows how wrong it is, and is far nearer than the open loop', async (method, more) => {
    const { mean, covariance, nis } = await createFilter({ ...options, ...more, method }).run(series);
    let [nees, error, open, count] = [0, 0, 0, 0];
    const free = simulate({ ...system, start: wrong }, steps, null).states;
    for (let at = 50; at < steps; at++) {
      const e = mean[at]!.map((value, i) => value - states[at]![i]!);
      nees += quadraticForm(covariance[at]!, e) / 8;
      error += e.reduce((total, value) => total + value * value, 0) / 8;
      open += free[at]!.reduce((total, value, i) => total + (value - states[at]![i]!) ** 2, 0) / 8;
      count += 1;
    }
    // Neighbouring errors are alike: about 40 independent ones of 8 dimensions, standard error 0.08.
    expect(nees / count).toBeGreaterThan(0.75);
    expect(nees / count).toBeLessThan(1.3);
    expect(error / count).toBeLessThan(0.5 * (open / count));
    const average = nis.slice(50).reduce((total, own) => total + own, 0) / count / 2;
    expect(Math.abs(average - 1)).toBeLessThan(0.3);
  });

  it('normalised innovations are white and χ²', async () => {
    const { innovation, nis } = await createFilter(options).run(series);
    const used = innovation.slice(20);
    // 95 % band of one autocorrelation of n values, ± 1.96/√n; of 10 lags of two channels a few may lie outside.
    let outside = 0;
    for (let channel = 0; channel < 2; channel++) {
      const own = used.map((e) => e[channel]!);
      const variance = own.reduce((total, e) => total + e * e, 0);
      for (let lag = 1; lag <= 10; lag++) {
        let sum = 0;
        for (let at = lag; at < own.length; at++) sum += own[at]! * own[at - lag]!;
        if (Math.abs(sum / variance) > 1.96 / Math.sqrt(own.length)) outside += 1;
      }
    }
    // P(more than 4 of 20 outside) = 0.003.
    expect(outside).toBeLessThanOrEqual(4);
    const total = nis.slice(20).reduce((sum, own) => sum + own, 0);
    const tail = chiSquareTail(total, 2 * (steps - 20));
    expect(tail).toBeGreaterThan(0.001);
    expect(tail).toBeLessThan(0.999);
  });

  it('a wrong start is forgotten at the rate of the largest exponent of the filter', () => {
    const problem = filterProblem(options, false);
    const [near, far] = [methods.extended(problem), methods.extended(problem)];
    near.start();
    far.start();
    const still = Array.from({ length: 60 }, (_, at) => series[at]!);
    for (const y of still) {
      void near.step(y, null, 1);
      void far.step(y, null, 1);
    }
    // The filters agree; one is then displaced by little, and so are tangents carried by (I − K H) J along its path.
    const generator = createGenerator(4, 'displacement');
    let tangent = Float64Array.from({ length: 8 }, () => generator.normal());
    const size = 1e-4;
    for (let i = 0; i < 8; i++) far.mean[i]! += size * tangent[i]!;
    let growth = 0;
    const norm = (values: Float64Array) => Math.hypot(...values);
    const scale = norm(tangent);
    tangent = tangent.map((value) => value / scale);
    for (let at = 60; at < 100; at++) {
      void near.step(series[at]!, null, 1);
      void far.step(series[at]!, null, 1);
      const { derivatives, correction } = near.prediction!.linear!;
      const moved = new Float64Array(8);
      for (let d = 0; d < 8; d++) for (let i = 0; i < 8; i++) moved[i]! += derivatives[d * 8 + i]! * tangent[d]!;
      for (let k = 0; k < correction.observed; k++) {
        let along = 0;
        for (let i = 0; i < 8; i++) along += correction.rows[k * 8 + i]! * moved[i]!;
        for (let i = 0; i < 8; i++) moved[i]! -= (correction.images[k * 8 + i]! / correction.variances[k]!) * along;
      }
      const length = norm(moved);
      growth += Math.log(length);
      tangent = moved.map((value) => value / length);
    }
    const measured = Math.log(norm(near.mean.map((value, i) => value - far.mean[i]!)) / (size * scale)) / 40;
    expect(growth / 40).toBeLessThan(0);
    // The covariances differ a little too once the means do.
    expect(Math.abs(measured - growth / 40)).toBeLessThan(0.15 * Math.abs(growth / 40));
  });
});

/** eᵀ C⁻¹ e by Gaussian elimination. */
function quadraticForm(C: readonly (readonly number[])[], e: readonly number[]): number {
  const work = C.map((row, i) => [...row, e[i]!]);
  const n = e.length;
  for (let k = 0; k < n; k++)
    for (let i = k + 1; i < n; i++) {
      const factor = work[i]![k]! / work[k]![k]!;
      for (let j = k; j <= n; j++) work[i]![j]! -= factor * work[k]![j]!;
    }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let rest = work[i]![n]!;
    for (let j = i + 1; j < n; j++) rest -= work[i]![j]! * x[j]!;
    x[i] = rest / work[i]![i]!;
  }
  return x.reduce((total, value, i) => total + value * e[i]!, 0);
}
