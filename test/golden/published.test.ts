/**
 * ../shared/golden/noisy-rnn-pytorch: logits, loss, gradients and Hessian of the published model by PyTorch 1.13
 * autograd in float64 (see the README there).
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { noisyCell } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { sizeOf, type Tensor, tensor, zeros } from '../../src/graph/index.js';
import { fromPublished, toPublished } from '../../src/interop/published.js';
import { readSafetensors } from '../../src/interop/safetensors.js';
import { buildModel, createObjective } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { solverNamed } from '../../src/solvers/index.js';

const folder = new URL('../../../shared/golden/noisy-rnn-pytorch/', import.meta.url);
const present = existsSync(folder);
if (!present) console.log('skipped: golden numbers of PyTorch are not beside this checkout (../shared/golden)');

describe.skipIf(!present)('the published model against PyTorch', () => {
  const expected = present ? JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) : {};
  const load = () => {
    const { tensors } = readSafetensors(readFileSync(new URL('weights.safetensors', folder)));
    const { parameters, sizes } = fromPublished(tensors);
    const { beta, gammaA, gammaW } = expected.config;
    const model = buildModel({
      layers: [
        {
          cell: noisyCell({ beta, gammaA, gammaW }),
          units: sizes.units,
          noise: parseNoise('none'),
          solver: solverNamed('euler'),
          step: { kind: 'learned', delta: 0.01 },
        },
      ],
      inputs: sizes.inputs,
      outputs: sizes.outputs,
      readout: 'last',
    });
    const { B: rows, M: steps } = expected.config;
    const batch = { rows, steps, inputs: Float64Array.from(expected.inputs.flat(2)), labels: expected.labels };
    return { model, parameters, batch };
  };

  it('gives logits, loss and every gradient to 1e-10 on the reference engine', async () => {
    const { model, parameters, batch } = load();
    const objective = createObjective(model, createReferenceEngine());
    const { loss, logits, gradient } = await objective.gradient(parameters, batch);
    expect(relativeError(logits, expected.logits.flat())).toBeLessThan(1e-10);
    expect(Math.abs(loss - expected.loss) / expected.loss).toBeLessThan(1e-10);
    const published = toPublished(gradient);
    expect(Object.keys(published).sort()).toEqual(Object.keys(expected.gradient).sort());
    for (const [name, { data }] of Object.entries(published))
      expect(relativeError(data, expected.gradient[name].flat(2)), name).toBeLessThan(1e-10);
    const inputGradient = await objective.inputGradient(parameters, batch);
    expect(relativeError(inputGradient, expected.inputGradient.flat(2))).toBeLessThan(1e-10);
  });

  it('gives the Hessian to 1e-8 on the reference engine', async () => {
    const { model, parameters, batch } = load();
    const objective = createObjective(model, createReferenceEngine());
    const names = Object.keys(model.parameters);
    const columns: number[][] = [];
    for (const name of names)
      for (let i = 0; i < sizeOf(parameters[name]!.shape); i++) {
        const direction: Record<string, Tensor> = {};
        for (const other of names) direction[other] = zeros(parameters[other]!.shape);
        direction[name]!.data[i] = 1;
        const column = await objective.hessianVector(parameters, batch, direction);
        columns.push(names.flatMap((other) => [...column[other]!.data]));
      }
    const { trace, frobenius, maxEigenvalue, minEigenvalue } = summarise(columns);
    const hessian = expected.hessian;
    expect(Math.abs(trace / hessian.trace - 1)).toBeLessThan(1e-8);
    expect(Math.abs(frobenius / hessian.frobenius - 1)).toBeLessThan(1e-8);
    expect(Math.abs(maxEigenvalue / hessian.maxEigenvalue - 1)).toBeLessThan(1e-8);
    expect(Math.abs(minEigenvalue / hessian.minEigenvalue - 1)).toBeLessThan(1e-8);
  });
});

/** max|Δ| / max|reference| */
function relativeError(values: ArrayLike<number>, reference: ArrayLike<number>): number {
  expect(values.length).toBe(reference.length);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < reference.length; i++) {
    difference = Math.max(difference, Math.abs(values[i]! - reference[i]!));
    largest = Math.max(largest, Math.abs(reference[i]!));
  }
  return difference / largest;
}
