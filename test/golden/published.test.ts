/**
 * ../shared/golden/noisy-rnn-pytorch: logits, loss, gradients and Hessian of the published model by PyTorch 1.13
 * autograd in float64 (see the README there).
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { sizeOf, type Tensor, zeros } from '../../src/graph/index.js';
import { toPublished } from '../../src/interop/published.js';
import { createObjective } from '../../src/model/index.js';
import { nativeSets, openNative } from '../support/native.js';
import { relativeError } from '../support/numbers.js';
import { goldenPresent, loadGolden } from '../support/published-golden.js';

if (!goldenPresent) console.log('skipped: golden numbers of PyTorch are not beside this checkout (../shared/golden)');

describe.skipIf(!goldenPresent)('the published model against PyTorch', () => {
  it.each([
    ['reference', 1e-10, async () => createReferenceEngine()],
    ['wasm', 1e-4, () => createWasmEngine({ threads: 2 })],
    ...nativeSets.map((set) => [`native ${set}`, 1e-4, () => openNative({ threads: 2, set })] as const),
  ] as const)('gives logits, loss and every gradient on the %s engine to %d', async (_, tolerance, open) => {
    const { expected, model, parameters, batch } = loadGolden();
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
    const { expected, model, parameters, batch } = loadGolden();
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

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
