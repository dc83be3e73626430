/** A linear cell written by hand, and the joint Gaussian of all its states and observations, written out densely. */
import { type Cell, defineCell, startAt } from '../../src/cells/index.js';
import { matmul, type Tensors, tensor } from '../../src/graph/index.js';
import { buildModel, type Model, squaredError } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator, type Generator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';

export type Matrix = number[][];

/** h⁺ = A h. */
export const linearStep: Cell = defineCell({
  name: 'linear step',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units }) => ({ A: { shape: [units, units], initial: startAt(0) } }),
  step: ({ state: { h }, parameters: { A } }) => ({ h: matmul(A, h) }),
});

export interface LinearSystem {
  readonly A: Matrix;
  readonly C: Matrix;
  readonly c: number[];
  /** Covariance of the noise of a step. */
  readonly Q: Matrix;
  readonly R: Matrix;
  readonly mean: number[];
  readonly covariance: Matrix;
}

export function linearModel({ A, C, c }: LinearSystem, noise: string): { model: Model; parameters: Tensors } {
  const model = buildModel({
    layers: [
      {
        cell: linearStep,
        units: A.length,
        noise: parseNoise(noise),
        solver: solverNamed('euler'),
        step: { kind: 'fixed', delta: 1 },
      },
    ],
    inputs: 0,
    outputs: C.length,
    readout: 'every',
    loss: squaredError,
  });
  return {
    model,
    parameters: {
      A: tensor([A.length, A.length], A.flat()),
      'readout.weight': tensor([C.length, A.length], C.flat()),
      'readout.bias': tensor([C.length], c),
    },
  };
}

export function randomSystem(seed: number, size: number, channels: number, amplitude: number): LinearSystem {
  const generator = createGenerator(seed, 'linear system');
  const normals = (rows: number, columns: number, scale: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => scale * generator.normal()));
  const [root, noise] = [normals(size, size, 0.7), normals(channels, channels, 0.5)];
  return {
    A: normals(size, size, 0.8 / Math.sqrt(size)),
    C: normals(channels, size, 1),
    c: normals(1, channels, 1)[0]!,
    Q: scaledIdentity(size, amplitude ** 2),
    R: plus(product(noise, transpose(noise)), scaledIdentity(channels, 0.05)),
    mean: normals(1, size, 1)[0]!,
    covariance: product(root, transpose(root)),
  };
}

/** A series of the system; about a fifth of its values missing where `gaps`, and one whole step. */
export function seriesOf(system: LinearSystem, steps: number, seed: number, gaps = false): number[][] {
  const generator = createGenerator(seed, 'linear series');
  let h = plusVector(system.mean, drawn(system.covariance, generator));
  return Array.from({ length: steps }, (_, step) => {
    h = plusVector(times(system.A, h), drawn(system.Q, generator));
    const y = plusVector(plusVector(times(system.C, h), system.c), drawn(system.R, generator));
    return y.map((value) => (gaps && (step === 2 || generator.uniform() < 0.2) ? Number.NaN : value));
  });
}

/**
 * By one dense Gaussian of the states h_1 … h_M and the observed values: the log-density of these, and mean and covariance
 * of every state given all of them. Nothing recursive.
 */
export function jointGaussian(system: LinearSystem, series: readonly (readonly number[])[]) {
  const N = system.A.length;
  const steps = series.length;
  const powers = [identity(N)];
  for (let step = 0; step < steps; step++) powers.push(product(system.A, powers[step]!));
  // Cov(h_s, h_t) = A^s S_0 A^tᵀ + Σ_{u ≤ min(s, t)} A^(s−u) Q A^(t−u)ᵀ.
  const covarianceOf = (s: number, t: number): Matrix => {
    let total = product(product(powers[s]!, system.covariance), transpose(powers[t]!));
    for (let u = 1; u <= Math.min(s, t); u++)
      total = plus(total, product(product(powers[s - u]!, system.Q), transpose(powers[t - u]!)));
    return total;
  };
  const there = series.flatMap((y, at) =>
    y.flatMap((value, k) => (Number.isNaN(value) ? [] : [{ step: at + 1, k, value }])),
  );
  const stateMean = (step: number) => times(powers[step]!, system.mean);
  const blocks = Array.from({ length: steps + 1 }, (_, s) =>
    Array.from({ length: steps + 1 }, (__, t) => covarianceOf(s, t)),
  );
  const row = (k: number) => system.C[k]!;
  const Lambda = there.map((a) =>
    there.map((b) => {
      const own = inner(row(a.k), times(blocks[a.step]![b.step]!, row(b.k)));
      return own + (a.step === b.step ? system.R[a.k]![b.k]! : 0);
    }),
  );
  const error = there.map(({ step, k, value }) => value - inner(row(k), stateMean(step)) - system.c[k]!);
  const { solution, logDeterminant } = eliminate(
    Lambda,
    error.map((e, i) => [e, ...there.map((_, j) => (i === j ? 1 : 0))]),
  );
  const weighted = solution.map((own) => own[0]!);
  const inverse = solution.map((own) => own.slice(1));
  const logLikelihood = -0.5 * (inner(error, weighted) + logDeterminant + there.length * Math.log(2 * Math.PI));
  const states = Array.from({ length: steps }, (_, at) => {
    const step = at + 1;
    // [N, observed]
    const cross = transpose(there.map((b) => times(blocks[step]![b.step]!, row(b.k))));
    const own = there.length === 0 ? stateMean(step) : plusVector(stateMean(step), times(cross, weighted));
    const lost = there.length === 0 ? scaledIdentity(N, 0) : product(product(cross, inverse), transpose(cross));
    return { mean: own, covariance: minus(blocks[step]![step]!, lost) };
  });
  return { logLikelihood, states };
}

/** Gauss–Jordan with pivoting: A⁻¹B, and log |det A|. */
function eliminate(A: Matrix, B: Matrix): { solution: Matrix; logDeterminant: number } {
  const work = A.map((row, i) => [...row, ...B[i]!]);
  let logDeterminant = 0;
  for (let k = 0; k < A.length; k++) {
    let pivot = k;
    for (let i = k; i < A.length; i++) if (Math.abs(work[i]![k]!) > Math.abs(work[pivot]![k]!)) pivot = i;
    [work[k], work[pivot]] = [work[pivot]!, work[k]!];
    const divisor = work[k]![k]!;
    logDeterminant += Math.log(Math.abs(divisor));
    work[k] = work[k]!.map((value) => value / divisor);
    for (let i = 0; i < A.length; i++) {
      const factor = work[i]![k]!;
      if (i !== k && factor !== 0) work[i] = work[i]!.map((value, j) => value - factor * work[k]![j]!);
    }
  }
  return { solution: work.map((row) => row.slice(A.length)), logDeterminant };
}

/** A draw of N(0, C), through a factor with eigenvalues of zero allowed. */
function drawn(C: Matrix, generator: Generator): number[] {
  const n = C.length;
  const L = scaledIdentity(n, 0);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let rest = C[i]![j]!;
      for (let k = 0; k < j; k++) rest -= L[i]![k]! * L[j]![k]!;
      if (i === j) L[i]![i] = Math.sqrt(Math.max(0, rest));
      else L[i]![j] = L[j]![j] === 0 ? 0 : rest / L[j]![j]!;
    }
  return times(
    L,
    Array.from({ length: n }, () => generator.normal()),
  );
}

export const identity = (size: number): Matrix => scaledIdentity(size, 1);
export const scaledIdentity = (size: number, value: number): Matrix =>
  Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (i === j ? value : 0)));
export const transpose = (A: Matrix): Matrix => (A[0] ?? []).map((_, j) => A.map((row) => row[j]!));
export const product = (A: Matrix, B: Matrix): Matrix =>
  A.map((row) => (B[0] ?? []).map((_, j) => row.reduce((total, value, k) => total + value * B[k]![j]!, 0)));
export const plus = (A: Matrix, B: Matrix): Matrix => A.map((row, i) => row.map((value, j) => value + B[i]![j]!));
export const minus = (A: Matrix, B: Matrix): Matrix => A.map((row, i) => row.map((value, j) => value - B[i]![j]!));
export const times = (A: Matrix, x: readonly number[]): number[] => A.map((row) => inner(row, x));
export const plusVector = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + b[i]!);
const inner = (a: readonly number[], b: readonly number[]) => a.reduce((total, value, i) => total + value * b[i]!, 0);
