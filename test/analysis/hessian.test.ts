import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  analyzeHessian,
  assemble,
  extremeEigenvalues,
  hessianOperator,
  hutchPlusPlus,
  type SymmetricOperator,
  spectralDensity,
  traceFigures,
} from '../../src/analysis/hessian/index.js';
import { cut } from '../../src/analysis/paths.js';
import { dot, norm, normalVector, orthogonalise, scaled } from '../../src/analysis/vectors.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { createObjective } from '../../src/model/index.js';
import { createGenerator } from '../../src/random/index.js';
import { relativeError } from '../support/numbers.js';
import { goldenPresent, loadGolden } from '../support/published-golden.js';
import { setupOf } from '../support/setup.js';

/** Q diag(eigenvalues) Qᵀ for a random orthogonal Q. */
function withSpectrum(eigenvalues: readonly number[], seed = 1): SymmetricOperator {
  const generator = createGenerator(seed, 'basis');
  const size = eigenvalues.length;
  const basis: Float64Array[] = [];
  for (let i = 0; i < size; i++) {
    const vector = normalVector(size, generator);
    orthogonalise(vector, basis);
    basis.push(scaled(vector, 1 / norm(vector)));
  }
  return {
    size,
    apply: async (vector) => {
      const image = new Float64Array(size);
      for (const [i, own] of basis.entries()) {
        const c = eigenvalues[i]! * dot(own, vector);
        for (let j = 0; j < size; j++) image[j]! += c * own[j]!;
      }
      return image;
    },
  };
}

describe('a quadratic of known spectrum', () => {
  const spectrum = Array.from({ length: 120 }, (_, i) => Math.sin(i) + (i < 3 ? 8 - i : 0) - (i > 117 ? 6 : 0));
  const sorted = [...spectrum].sort((a, b) => a - b);

  it('gives both ends of the spectrum to 1e-8, with residuals that bound the error', async () => {
    const found = await extremeEigenvalues(withSpectrum(spectrum), { top: 3, bottom: 2, tolerance: 1e-10 });
    expect(
      relativeError(
        found.top.map((e) => e.value),
        sorted.slice(-3).reverse(),
      ),
    ).toBeLessThan(1e-8);
    expect(
      relativeError(
        found.bottom.map((e) => e.value),
        sorted.slice(0, 2),
      ),
    ).toBeLessThan(1e-8);
    expect(found.steps).toBeLessThan(spectrum.length);
    for (const estimate of [...found.top, ...found.bottom]) expect(estimate.converged).toBe(true);
  });

  it('says when it has not converged, and its residual still bounds the error', async () => {
    const found = await extremeEigenvalues(withSpectrum(spectrum), { maximumSteps: 7, tolerance: 1e-10 });
    const [top] = found.top;
    expect(top!.converged).toBe(false);
    const distance = Math.min(...spectrum.map((value) => Math.abs(value - top!.value)));
    expect(distance).toBeLessThanOrEqual(top!.standardError);
  });

  it('finds every copy of a repeated eigenvalue, and eigenvectors', async () => {
    const operator = withSpectrum([5, 5, 5, 1, 1, -2, -2, 0, 0, 0]);
    const found = await extremeEigenvalues(operator, { top: 5, bottom: 2, vectors: true });
    expect(
      relativeError(
        found.top.map((e) => e.value),
        [5, 5, 5, 1, 1],
      ),
    ).toBeLessThan(1e-9);
    expect(
      relativeError(
        found.bottom.map((e) => e.value),
        [-2, -2],
      ),
    ).toBeLessThan(1e-9);
    for (const vector of found.topVectors.slice(0, 3))
      expect(relativeError(await operator.apply(vector), scaled(vector, 5))).toBeLessThan(1e-8);
  });

  it('gives trace and Frobenius norm exactly when small', async () => {
    const { trace, frobenius } = await traceFigures(withSpectrum(spectrum));
    expect(trace.standardError).toBe(0);
    expect(Math.abs(trace.value / sum(spectrum) - 1)).toBeLessThan(1e-10);
    expect(Math.abs(frobenius.value / Math.sqrt(sum(spectrum.map((x) => x * x))) - 1)).toBeLessThan(1e-10);
  });

  it('estimates them without bias, within four standard errors over 20 seeds (false alarm < 0.3 %)', async () => {
    const operator = withSpectrum(spectrum);
    const square = sum(spectrum.map((x) => x * x));
    for (let seed = 0; seed < 20; seed++) {
      const { trace, frobenius } = await hutchPlusPlus(operator, 60, seed);
      // 20 probes: Student's t with 19 degrees of freedom is beyond 4.6 with probability 2e-4.
      expect(Math.abs(trace.value - sum(spectrum))).toBeLessThan(4.6 * trace.standardError);
      expect(Math.abs(frobenius.value - Math.sqrt(square))).toBeLessThan(4.6 * frobenius.standardError + 1e-3);
    }
  });

  it('is exact on a matrix of low rank', async () => {
    const low = withSpectrum([3, -2, 1, ...new Array<number>(60).fill(0)]);
    const { trace, frobenius } = await hutchPlusPlus(low, 30, 1);
    expect(trace.value).toBeCloseTo(2, 9);
    expect(frobenius.value).toBeCloseTo(Math.sqrt(14), 9);
  });

  it('gives a density of mass one whose moments are the spectrum’s', async () => {
    const operator = withSpectrum(spectrum);
    const { grid, value, negative } = await spectralDensity(operator, {
      probes: 40,
      steps: 40,
      width: 0.02,
      points: 400,
    });
    const spacing = grid[1]! - grid[0]!;
    expect(sum(value) * spacing).toBeCloseTo(1, 3);
    const mean = sum(value.map((v, i) => v * grid[i]!)) * spacing;
    expect(Math.abs(mean - sum(spectrum) / 120)).toBeLessThan(0.15);
    const truth = spectrum.filter((x) => x < 0).length;
    expect(Math.abs(negative.value - truth)).toBeLessThan(4 * negative.standardError + 1);
  });
});

describe('the Hessian of a model', () => {
  const setup = setupOf({ cell: 'noisy', noise: 'sde:add=0.2,mult=0.3', solver: 'euler', rows: 5, units: 4 });
  const objective = createObjective(setup.model, createReferenceEngine());

  it('is the same over one batch as over several of unequal size, with the noise of each row its own', async () => {
    const generator = createGenerator(3);
    for (const noise of ['off', 'frozen', 'sampled'] as const) {
      const whole = hessianOperator(objective, setup.parameters, [setup.batch], { noise, seed: 4 });
      const parts = hessianOperator(objective, setup.parameters, cut(setup.batch, 2), { noise, seed: 4 });
      const vector = normalVector(whole.size, generator);
      expect(relativeError(await parts.apply(vector), await whole.apply(vector))).toBeLessThan(1e-12);
    }
  });

  it('agrees with the assembled matrix, whole and for one tensor', async () => {
    for (const tensors of [undefined, ['M_W']]) {
      const scope = tensors === undefined ? {} : { tensors };
      const figures = await analyzeHessian(objective, setup.parameters, [setup.batch], { ...scope, tolerance: 1e-9 });
      const columns = await assemble(hessianOperator(objective, setup.parameters, [setup.batch], scope));
      const matrix = new Matrix(columns.map((column) => [...column]));
      expect(matrix.clone().sub(matrix.transpose()).norm('frobenius')).toBeLessThan(1e-12);
      const truth = new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues.sort(
        (a, b) => a - b,
      );
      expect(figures.parameters).toBe(truth.length);
      expect(Math.abs(figures.maxEigenvalue.value - truth[truth.length - 1]!)).toBeLessThan(1e-7);
      expect(Math.abs(figures.minEigenvalue.value - truth[0]!)).toBeLessThan(1e-7);
      expect(figures.trace.value).toBeCloseTo(matrix.trace(), 9);
    }
  });

  it('refuses an unknown tensor', () => {
    expect(() => hessianOperator(objective, setup.parameters, [setup.batch], { tensors: ['W'] })).toThrow(
      /unknown tensor "W"; the model has M_A/,
    );
  });
});

it.skipIf(!goldenPresent)('agrees with the Hessian of PyTorch autograd in float64', async () => {
  const { expected, model, parameters, batch } = loadGolden();
  const objective = createObjective(model, createReferenceEngine());
  const options = { eigenvalues: 5, tolerance: 1e-9, steps: 200, density: { probes: 2, steps: 20 } };
  const figures = await analyzeHessian(objective, parameters, [batch], options);
  const { hessian } = expected;
  expect(figures.parameters).toBe(hessian.parameters);
  expect(Math.abs(figures.trace.value / hessian.trace - 1)).toBeLessThan(1e-8);
  expect(Math.abs(figures.frobenius.value / hessian.frobenius - 1)).toBeLessThan(1e-8);
  const values = (estimates: readonly { value: number }[]) => estimates.map(({ value }) => value);
  expect(relativeError(values(figures.top), hessian.top)).toBeLessThan(1e-7);
  expect(relativeError(values(figures.bottom), hessian.bottom)).toBeLessThan(1e-7);
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
