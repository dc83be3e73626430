import { describe, expect, it } from 'vitest';
import { analyzeMargins, createClassifier, smallestAttack } from '../../src/analysis/margins/index.js';
import { type Cell, parseCell } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { type Tensors, tensor } from '../../src/graph/index.js';
import { type Batch, buildModel, createObjective, initialise, type Model } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { normals, relativeError } from '../support/numbers.js';
import { setupOf } from '../support/setup.js';
import { affineCell } from './linear-cell.js';

const reference = createReferenceEngine();

function modelOf(
  cell: Cell,
  sizes: { units: number; inputs: number; outputs: number },
  readout: 'last' | 'every' = 'last',
) {
  const { units, inputs, outputs } = sizes;
  const delta = cell.step === undefined ? 0.2 : 1;
  const layer = {
    cell,
    units,
    noise: parseNoise('none'),
    solver: solverNamed('euler'),
    step: { kind: 'fixed', delta } as const,
  };
  return buildModel({ layers: [layer], inputs, outputs, readout });
}

/** Random inputs and the model's own predictions as labels, so that every row is correct. */
async function selfLabelled(
  model: Model,
  parameters: Tensors,
  rows: number,
  steps: number,
  scale: number,
  seed = 1,
): Promise<Batch> {
  const inputs = normals(createGenerator(seed), rows * steps * model.spec.inputs, scale);
  const logits = await createObjective(model, reference).logits(parameters, { rows, steps, inputs });
  const K = model.spec.outputs;
  const every = model.spec.readout === 'every';
  const labels = Array.from({ length: rows }, (_, row) => {
    const start = (every ? row * steps + steps - 1 : row) * K;
    const own = [...logits.subarray(start, start + K)];
    return own.indexOf(Math.max(...own));
  });
  return { rows, steps, inputs, labels };
}

function noisier(parameters: Tensors, scale: number, seed = 2): Tensors {
  const generator = createGenerator(seed);
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }]) => [
      name,
      { shape, data: normals(generator, data.length, scale) },
    ]),
  );
}

const numbers = (values: readonly (number | null)[]) => values.map((value) => value ?? Number.NaN);

describe('a linear model', () => {
  it('has linearised = exact = attack, with three classes over several steps', async () => {
    const model = modelOf(affineCell, { units: 4, inputs: 2, outputs: 3 });
    const parameters = noisier(initialise(model.parameters, 1), 0.6);
    const [rows, steps] = [6, 5];
    const batch = await selfLabelled(model, parameters, rows, steps, 1);
    // The Jacobian by unit inputs: the logits are affine in the sequence.
    const width = steps * 2;
    const units = new Float64Array((width + 1) * width);
    for (let i = 0; i < width; i++) units[(i + 1) * width + i] = 1;
    const objective = createObjective(model, reference);
    const probes = await objective.logits(parameters, { rows: width + 1, steps, inputs: units });
    const column = (i: number, k: number) => probes[(i + 1) * 3 + k]! - probes[k]!;
    const logits = await objective.logits(parameters, batch);
    const exact = Array.from({ length: rows }, (_, row) => {
      const own = batch.labels![row]!;
      const distances = [0, 1, 2]
        .filter((j) => j !== own)
        .map((j) => {
          let square = 0;
          for (let i = 0; i < width; i++) square += (column(i, own) - column(i, j)) ** 2;
          return (logits[row * 3 + own]! - logits[row * 3 + j]!) / Math.sqrt(square);
        });
      return Math.min(...distances);
    });
    const figures = await analyzeMargins(model, reference, parameters, batch);
    expect(figures.correct).toBe(rows);
    expect(relativeError(numbers(figures.linearised.perSample), exact)).toBeLessThan(1e-9);
    expect(relativeError(numbers(figures.attack.perSample), exact)).toBeLessThan(1e-6);
    // Linear dynamics leave no remainder: the local certificate is exact, but for its caution against rounding.
    if ('reason' in figures.local) throw new Error(figures.local.reason);
    expect(relativeError(numbers(figures.local.perSample), exact)).toBeLessThan(1.1e-6);
    expect(figures.localTightness.value).toBeCloseTo(1, 5);
  });

  it('has certified = exact over one step when the input weights are orthogonal', async () => {
    const model = modelOf(affineCell, { units: 2, inputs: 2, outputs: 3 });
    const random = noisier(initialise(model.parameters, 1), 0.6);
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const parameters = { ...random, U: tensor([2, 2], [1.5 * c, -1.5 * s, 1.5 * s, 1.5 * c]) };
    const batch = await selfLabelled(model, parameters, 5, 1, 1);
    const figures = await analyzeMargins(model, reference, parameters, batch);
    if ('reason' in figures.certified) throw new Error(figures.certified.reason);
    expect(relativeError(numbers(figures.certified.perSample), numbers(figures.linearised.perSample))).toBeLessThan(
      1e-12,
    );
    expect(figures.tightness.value).toBeCloseTo(1, 6);
  });
});

describe.each(['noisy:gammaA=0.5', 'antisymmetric', 'elman'])('random %s models', (text) => {
  it('have 0 < certified ≤ attack and spectral ≤ pairwise on every sample', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const model = modelOf(
        parseCell(text),
        { units: 4, inputs: 2, outputs: 2 + (seed % 2) },
        seed === 3 ? 'every' : 'last',
      );
      const parameters = noisier(initialise(model.parameters, seed), 0.5, seed);
      const batch = await selfLabelled(model, parameters, 8, 6, 1, seed);
      const { certified, attack, linearised, tightness, correct } = await analyzeMargins(
        model,
        reference,
        parameters,
        batch,
      );
      if ('reason' in certified) throw new Error(certified.reason);
      expect(correct).toBe(8);
      for (let row = 0; row < 8; row++) {
        const upper = attack.perSample[row] ?? Number.POSITIVE_INFINITY;
        expect(certified.perSample[row]!).toBeGreaterThan(0);
        expect(certified.perSample[row]!).toBeLessThanOrEqual(upper);
        expect(linearised.spectral.perSample[row]!).toBeLessThanOrEqual(linearised.perSample[row]! * (1 + 1e-9));
      }
      if (tightness.value !== null) expect(tightness.value).toBeLessThanOrEqual(1);
    }
  });
});

it('finds the nearest adversarial point that an exhaustive search finds', async () => {
  const model = modelOf(parseCell('elman'), { units: 5, inputs: 2, outputs: 3 });
  const parameters = noisier(initialise(model.parameters, 1), 1.2, 5);
  const batch = await selfLabelled(model, parameters, 4, 1, 0.7, 3);
  const classifier = createClassifier(model, reference, parameters, batch);
  const { radii, perturbations } = await smallestAttack(classifier);
  const objective = createObjective(model, reference);
  const at = await objective.logits(parameters, {
    ...batch,
    inputs: classifier.inputs.map((x, i) => x + perturbations[i]! * (1 + 1e-9)),
  });
  for (let row = 0; row < 4; row++) {
    if (!Number.isFinite(radii[row]!)) continue;
    const own = [...at.subarray(row * 3, row * 3 + 3)];
    expect(Math.max(...own.filter((_, j) => j !== batch.labels![row]))).toBeGreaterThanOrEqual(
      own[batch.labels![row]!]!,
    );
  }
  const [directions, lengths] = [90, 200];
  for (let row = 0; row < 4; row++) {
    let nearest = Number.POSITIVE_INFINITY;
    const grid = new Float64Array(directions * lengths * 2);
    for (let d = 0; d < directions; d++)
      for (let l = 0; l < lengths; l++) {
        const radius = (4 * (l + 1)) / lengths;
        grid[(d * lengths + l) * 2] = batch.inputs[row * 2]! + radius * Math.cos((2 * Math.PI * d) / directions);
        grid[(d * lengths + l) * 2 + 1] =
          batch.inputs[row * 2 + 1]! + radius * Math.sin((2 * Math.PI * d) / directions);
      }
    const logits = await objective.logits(parameters, { rows: directions * lengths, steps: 1, inputs: grid });
    for (let i = 0; i < directions * lengths; i++) {
      const own = [...logits.subarray(i * 3, i * 3 + 3)];
      if (own.indexOf(Math.max(...own)) !== batch.labels![row])
        nearest = Math.min(nearest, (4 * ((i % lengths) + 1)) / lengths);
    }
    if (nearest < 4) expect(radii[row]!).toBeLessThan(nearest * 1.01);
  }
});

it('is zero on a misclassified sample, and a cell without a bound has no certificate but a reason', async () => {
  const { model, parameters, batch } = setupOf({ cell: 'gru', noise: 'none', solver: 'euler', lengths: [4, 2, 3] });
  const right = await analyzeMargins(model, reference, parameters, batch);
  const swapped = { ...batch, labels: Array.from(batch.labels!, (label) => (label + 1) % 3) };
  const wrong = await analyzeMargins(model, reference, parameters, swapped);
  expect(right.certified).toEqual({ value: null, reason: expect.stringContaining('gru is not of that form') });
  expect(right.tightness.value).toBeNull();
  expect(right.correct + wrong.correct).toBeLessThanOrEqual(3);
  for (const { attack, linearised } of [right, wrong])
    for (const [row, value] of linearised.perSample.entries()) expect(value === 0).toBe(attack.perSample[row] === 0);
});
