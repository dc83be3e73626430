/** Ornstein–Uhlenbeck, simulated by the same steps: maximum likelihood recovers its constants within three standard errors. */
import { expect, it } from 'vitest';
import { defineCell, startAt } from '../../src/cells/index.js';
import { generatorLikelihoods } from '../../src/filter/generator.js';
import { buildGenerator, observedInformation, standardErrors } from '../../src/filter/index.js';
import { multiply, negate, type Tensor, type Tensors, tensor } from '../../src/graph/index.js';
import { buildModel, squaredError } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';

const ornsteinUhlenbeck = defineCell({
  name: 'ornstein-uhlenbeck',
  state: () => ({ h: 1 }),
  parameters: () => ({ theta: { shape: [1], initial: startAt(1) } }),
  drift: ({ state: { h }, parameters: { theta } }) => ({ h: negate(multiply(theta, h)) }),
});

const truth = { theta: 0.8, sigma: 0.6, deviation: 0.2 };
const delta = 0.1;
const names = ['theta', 'noise.logScale', 'observation.logDeviation'];

it('recovers θ, σ and the observation noise', () => {
  const base = buildModel({
    layers: [
      {
        cell: ornsteinUhlenbeck,
        units: 1,
        noise: parseNoise('sde:add=1'),
        solver: solverNamed('euler'),
        step: { kind: 'fixed', delta },
      },
    ],
    ...{ inputs: 0, outputs: 1, readout: 'every', loss: squaredError },
  });
  const [likelihood] = generatorLikelihoods(buildGenerator(base, null));
  const generator = createGenerator(2, 'ornstein-uhlenbeck');
  const series = Array.from({ length: 12 }, () => {
    let h = (generator.normal() * truth.sigma) / Math.sqrt(2 * truth.theta);
    const values = Float64Array.from({ length: 150 }, () => {
      h += -truth.theta * delta * h + truth.sigma * Math.sqrt(delta) * generator.normal();
      return h + truth.deviation * generator.normal();
    });
    return { steps: 150, values };
  });
  const gradient = (parameters: Tensors) => {
    likelihood!.setParameters(parameters);
    for (const own of series) likelihood!.of(own, { learn: true });
    return likelihood!.gradient();
  };
  let parameters: Record<string, Tensor> = {
    theta: tensor([1], [1]),
    'noise.logScale': tensor([1], [Math.log(0.55)]),
    'observation.logDeviation': tensor([1], [Math.log(0.22)]),
    'initial.logDeviation': tensor([1], [Math.log(truth.sigma / Math.sqrt(2 * truth.theta))]),
    'readout.weight': tensor([1, 1], [1]),
    'readout.bias': tensor([1], [0]),
  };
  // Newton's method, its steps held to 0.3.
  for (let iteration = 0; iteration < 8; iteration++) {
    const { information } = observedInformation(gradient, parameters, names);
    const slope = gradient(parameters);
    const g = names.map((name) => slope[name]!.data[0]!);
    const step = solve3(information, g);
    parameters = {
      ...parameters,
      ...Object.fromEntries(
        names.map((name, i) => [
          name,
          tensor([1], [parameters[name]!.data[0]! + Math.max(-0.3, Math.min(0.3, step[i]!))]),
        ]),
      ),
    };
  }
  expect(Math.hypot(...names.map((name) => gradient(parameters)[name]!.data[0]!))).toBeLessThan(1e-4);
  const errors = standardErrors(gradient, parameters, names);
  const expected = [truth.theta, Math.log(truth.sigma), Math.log(truth.deviation)];
  for (const [i, name] of names.entries()) {
    const [found, error] = [parameters[name]!.data[0]!, errors[name]!.data[0]!];
    // Three standard errors: false alarm 0.3 % each.
    expect(Math.abs(found - expected[i]!), `${name}: ${found} ± ${error}`).toBeLessThan(3 * error);
    expect(error).toBeLessThan(0.25);
  }
});

/** Cramer's rule. */
function solve3(A: Float64Array, b: readonly number[]): number[] {
  const determinant = (columns: readonly (readonly number[])[]) => {
    const [[a, d, g], [p, q, r], [x, y, z]] = columns as [number[], number[], number[]];
    return a! * (q! * z! - r! * y!) - d! * (p! * z! - r! * x!) + g! * (p! * y! - q! * x!);
  };
  const columns = [0, 1, 2].map((j) => [0, 1, 2].map((i) => A[i * 3 + j]!));
  const whole = determinant(columns);
  return [0, 1, 2].map((k) => determinant(columns.map((own, j) => (j === k ? [...b] : own))) / whole);
}
