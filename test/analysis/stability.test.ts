import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { lyapunovExponents } from '../../src/analysis/lyapunov/index.js';
import {
  type AffineForm,
  affineForm,
  analyzeStability,
  driftBounds,
  stepFactors,
  vertexMaximum,
} from '../../src/analysis/stability/index.js';
import { type Cell, parseCell } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { type Tensors, tensor } from '../../src/graph/index.js';
import { buildModel, initialise, type Model, type StepSize } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator, type Generator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { normals } from '../support/numbers.js';
import { linearCell, lorenzCell, mixerCell } from '../support/users-cells.js';
import { affineCell } from './linear-cell.js';

const reference = createReferenceEngine();

interface Given {
  readonly noise?: string;
  readonly solver?: string;
  readonly step?: StepSize;
}

function modelOf(cell: Cell | string, units: number, { noise = 'none', solver = 'euler', step }: Given = {}): Model {
  const own = typeof cell === 'string' ? parseCell(cell) : cell;
  const size = step ?? { kind: 'fixed', delta: own.step === undefined ? 0.1 : 1 };
  const layer = { cell: own, units, noise: parseNoise(noise), solver: solverNamed(solver), step: size };
  return buildModel({ layers: [layer], inputs: 2, outputs: 2, readout: 'last' });
}

function randomParameters(model: Model, generator: Generator, scale: number): Tensors {
  return Object.fromEntries(
    Object.entries(initialise(model.parameters, 1)).map(([name, { shape, data }]) => [
      name,
      name === 'step' ? { shape, data } : { shape, data: normals(generator, data.length, scale) },
    ]),
  );
}

it('reads A, W, U and the slope off each cell’s equations', async () => {
  const generator = createGenerator(1);
  const model = modelOf('noisy:beta=0.6,gammaA=0.3,gammaW=0.2', 4);
  const parameters = randomParameters(model, generator, 1);
  const form = (await affineForm(model, parameters)) as AffineForm;
  const free = (name: string) => Matrix.from1DArray(4, 4, [...parameters[name]!.data]);
  const mixed = (M: Matrix, gamma: number) =>
    Matrix.add(Matrix.mul(Matrix.add(M, M.transpose()), 0.4), Matrix.mul(Matrix.sub(M, M.transpose()), 0.6)).sub(
      Matrix.eye(4).mul(gamma),
    );
  expect(Matrix.sub(form.A, mixed(free('M_A'), 0.3)).norm('frobenius')).toBeLessThan(1e-12);
  expect(Matrix.sub(form.W, mixed(free('M_W'), 0.2)).norm('frobenius')).toBeLessThan(1e-12);
  expect([...form.U.to1DArray()]).toEqual(expect.arrayContaining([expect.closeTo(parameters.U!.data[0]!, 12)]));
  expect(form.slope).toBe(1);
  for (const cell of ['elman', mixerCell]) {
    const discrete = (await affineForm(
      modelOf(cell, 3),
      randomParameters(modelOf(cell, 3), generator, 1),
    )) as AffineForm;
    expect(discrete.discrete).toBe(true);
    expect(Matrix.add(discrete.A, Matrix.eye(3)).norm('frobenius')).toBeLessThan(1e-12);
  }
});

it('says why a cell has no bound', async () => {
  for (const cell of ['gru', 'lstm', lorenzCell]) {
    const model = modelOf(cell, 3, cell === lorenzCell ? { solver: 'rk4' } : {});
    const figures = await analyzeStability(model, initialise(model.parameters, 1));
    expect(figures.certified).toBe(false);
    expect(Object.values(figures.bounds).every((bound) => bound === null)).toBe(true);
    expect(figures.sentence).toMatch(/^Nothing is certified: the bounds (need|are for)/);
  }
});

it('bounds the measured exponent of 200 random models, the sharp bound below the others', async () => {
  const generator = createGenerator(7, 'models');
  for (let index = 0; index < 200; index++) {
    const units = 1 + generator.integer(5);
    const cell = ['noisy:gammaA=0.5', 'antisymmetric:gamma=0.2', 'elman'][index % 3]!;
    const learned: StepSize = { kind: 'learned', delta: 0.15 };
    // Noise inside the activation is one more input to it, over which the bounds are uniform.
    const noise = index % 4 === 3 ? 'inside:add=1' : 'none';
    const given = { noise, ...(cell !== 'elman' && index % 2 === 0 ? { step: learned } : {}) };
    const model = modelOf(cell, units, given);
    const parameters = randomParameters(model, generator, 0.1 + 1.5 * generator.uniform());
    const { bounds } = await analyzeStability(model, parameters);
    const batch = { rows: 2, steps: 60, inputs: normals(generator, 240) };
    const { exponents, perStep } = await lyapunovExponents(model, reference, parameters, batch, {
      exponents: 1,
      interval: 20,
      seed: index,
      noise: noise === 'none' ? 'off' : 'on',
    });
    // Over M steps the growth of one vector is at most the product of the norms, whatever the vector.
    const measured = 'step' in given ? perStep[0]!.value : exponents[0]!.value;
    expect(measured).toBeLessThanOrEqual(bounds.stepLogNormSharp! + 1e-9);
    expect(bounds.stepLogNormSharp!).toBeLessThanOrEqual(bounds.stepLogNormCheap! + 1e-9);
    expect(bounds.stepLogNormSharp!).toBeLessThanOrEqual(bounds.stepMatrix! + 1e-9);
    if (bounds.sdeMatrix === null) continue;
    expect(bounds.sdeLogNormSharp!).toBeLessThanOrEqual(Math.min(bounds.sdeLogNormCheap!, bounds.sdeMatrix!) + 1e-9);
  }
});

it('is tight on a normal linear system', async () => {
  const model = modelOf(affineCell, 3);
  const parameters = {
    ...initialise(model.parameters, 1),
    A: tensor([3, 3], [-0.4, 1.5, 0, -1.5, -0.4, 0, 0, 0, -0.7]),
  };
  const { bounds, certified, distance } = await analyzeStability(model, parameters);
  const truth = Math.log(Math.hypot(0.96, 0.15)) / 0.1;
  for (const name of ['stepMatrix', 'stepLogNormCheap', 'stepLogNormSharp'])
    expect(bounds[name]).toBeCloseTo(truth, 12);
  for (const name of ['sdeMatrix', 'sdeLogNormCheap', 'sdeLogNormSharp']) expect(bounds[name]).toBeCloseTo(-0.4, 12);
  const batch = { rows: 2, steps: 2000, inputs: new Float64Array(8000) };
  const { exponents } = await lyapunovExponents(model, reference, parameters, batch, { discard: 200 });
  expect(exponents[0]!.value).toBeCloseTo(truth, 6);
  expect([certified, distance]).toEqual([true, 0]);
});

describe('noise in the bounds', () => {
  const linear = async (noise: string, rate: number, units = 4) => {
    const model = modelOf(linearCell(rate), units, { noise });
    return analyzeStability(model, initialise(model.parameters, 1));
  };

  it('adds nothing when additive, and lowers the bound by ε²s²/2 when scalar', async () => {
    expect((await linear('sde:add=0.7', 0.3)).noise).toEqual({ sigmaHigh: 0, sigmaLow: 0, shift: 0 });
    const { bounds, noise, stabilisingNoise, certified, distance } = await linear('scalar:mult=0.6,eps=0.5', 0.3);
    expect(noise!.shift).toBeCloseTo(-0.045, 12);
    expect(bounds.sdeLogNormSharp).toBeCloseTo(0.255, 6);
    expect(stabilisingNoise).toBeCloseTo(Math.sqrt(0.6), 6);
    expect([certified, distance]).toEqual([false, expect.closeTo(0.255, 6)]);
    expect((await linear('scalar:mult=0.775', 0.3)).certified).toBe(true);
    expect((await linear('scalar:mult=0.774', 0.3)).certified).toBe(false);
  });

  it('only raises it when it follows the drift', async () => {
    const { noise } = await linear('sde:add=0.1,mult=0.5', -0.8);
    expect(noise!.sigmaHigh).toBeCloseTo(0.4, 6);
    expect(noise!.sigmaLow).toBe(0);
    expect(noise!.shift).toBeCloseTo(0.08, 6);
  });

  it('leaves schemes without a continuous limit to the step bounds, and says what these cover', async () => {
    const figures = await linear('dropout:rate=0.2', -0.5);
    expect(figures.bounds.sdeMatrix).toBeNull();
    expect(figures.bounds.stepMatrix).toBeLessThan(0);
    expect(figures.certified).toBe(false);
    expect(figures.sentence).toMatch(/no bound covers this model with its noise/);
    expect((await linear('published:add=0.2', -0.5)).certified).toBe(true);
    const model = modelOf('noisy:gammaA=2', 5, { noise: 'inside:add=0.1' });
    const inside = await analyzeStability(model, randomParameters(model, createGenerator(2), 0.05));
    expect(inside.bounds.sdeMatrix).toBeNull();
    expect(inside.reasons.sde).toMatch(/acts inside the activation/);
    expect(inside.sentence).toMatch(/^Certified stable: any two trajectories of the network as it runs/);
  });
});

describe('what the bounds say', () => {
  it('explains that the antisymmetric network can never be certified', async () => {
    const model = modelOf('antisymmetric:gamma=0.5', 3);
    const figures = await analyzeStability(model, initialise(model.parameters, 1));
    expect(figures.saturatedRate).toBe(0);
    expect(figures.certified).toBe(false);
    expect(figures.distance).toBeGreaterThanOrEqual(0);
    expect(figures.sentence).toMatch(/no bound of this kind can be negative here, because saturated units/);
  });

  it('certifies a damped network and not the same with strong coupling', async () => {
    const model = modelOf('noisy:gammaA=2', 5, { noise: 'sde:add=0.1' });
    const weak = randomParameters(model, createGenerator(2), 0.05);
    expect((await analyzeStability(model, weak)).sentence).toMatch(/^Certified stable/);
    const strong = randomParameters(model, createGenerator(2), 2);
    const figures = await analyzeStability(model, strong);
    expect(figures.sentence).toMatch(/^Not certified: .* does not follow that the model is unstable/);
  });
});

it('beyond 12 units stays a bound, with a value from below beside it', () => {
  const generator = createGenerator(5);
  for (let trial = 0; trial < 5; trial++) {
    const random = (size: number) => Matrix.from1DArray(size, size, [...normals(generator, size * size, 0.4)]);
    const [A, W] = [random(14), random(14)];
    const form = {
      units: 14,
      inputs: 1,
      A,
      W,
      U: Matrix.zeros(14, 1),
      B: Matrix.zeros(14, 1),
      b: [],
      c: [],
      activation: 'tanh' as const,
      slope: 1,
      discrete: false,
    };
    for (const bounds of [driftBounds(form), stepFactors(form, new Float64Array(14).fill(0.1))]) {
      expect(bounds.sharpIsExact).toBe(false);
      expect(bounds.logNormSharp).toBe(Math.min(bounds.matrix, bounds.logNormCheap));
      expect(bounds.sharpAtLeast).toBeLessThanOrEqual(bounds.logNormSharp + 1e-9);
    }
  }
  // Embedding a small problem, the ascent never exceeds the enumerated maximum.
  for (let trial = 0; trial < 3; trial++) {
    const small = [0, 1].map(() => Matrix.from1DArray(5, 5, [...normals(generator, 25, 0.8)]));
    const padded = small.map((matrix) => Matrix.zeros(13, 13).setSubMatrix(matrix, 0, 0));
    const truth = vertexMaximum('norm', small[0]!, small[1]!, 1);
    const found = vertexMaximum('norm', padded[0]!, padded[1]!, 1);
    expect([truth.exact, found.exact]).toEqual([true, false]);
    expect(found.value).toBeLessThanOrEqual(truth.value + 1e-9);
    expect(found.value).toBeGreaterThan(0.8 * truth.value);
  }
});
