/**
 * ../shared/golden/noisy-rnn-pytorch: logits, loss, gradients and Hessian of the published model by PyTorch 1.13
 * autograd in float64 (see the README there).
 */
import { existsSync, readFileSync } from 'node:fs';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { noisyCell } from '../../src/cells/index.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { sizeOf, type Tensor, zeros } from '../../src/graph/index.js';
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

  it.each([
    ['reference', 1e-10, async () => createReferenceEngine()],
    ['wasm', 1e-4, () => createWasmEngine({ threads: 2 })],
  ] as const)('gives logits, loss and every gradient on the %s engine to %d', async (_, tolerance, open) => {
    const { model, parameters, batch } = load();
    const engine = await open();
    const objective = createObjective(model, engine);
    const { loss, logits, gradient } = await objective.gradient(parameters, batch);
    expect(relativeError(logits, expected.logits.flat())).toBeLessThan(tolerance);
    expect(Math.abs(loss - expected.loss) / expected.loss).toBeLessThan(tolerance);
    const published = toPublished(gradient);
    expect(Object.keys(published).sort()).toEqual(Object.keys(expected.gradient).sort());
    for (const [name, { data }] of Object.entries(published))
      expect(relativeError(data, expected.gradient[name].flat(2)), name).toBeLessThan(tolerance);
    const inputGradient = await objective.inputGradient(parameters, batch);
    expect(relativeError(inputGradient, expected.inputGradient.flat(2))).toBeLessThan(tolerance);
    await engine.close();
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
    const matrix = new Matrix(columns);
    const { hessian } = expected;
    expect(columns.length).toBe(hessian.parameters);
    expect(Math.abs(matrix.trace() / hessian.trace - 1)).toBeLessThan(1e-8);
    expect(Math.abs(matrix.norm('frobenius') / hessian.frobenius - 1)).toBeLessThan(1e-8);
    const eigenvalues = new EigenvalueDecomposition(matrix).realEigenvalues.sort((a, b) => a - b);
    expect(relativeError(eigenvalues.slice(0, 5), ascending(hessian.bottom))).toBeLessThan(1e-8);
    expect(relativeError(eigenvalues.slice(-5), ascending(hessian.top))).toBeLessThan(1e-8);
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

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
