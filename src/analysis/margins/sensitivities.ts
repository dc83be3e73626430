/** How every preactivation of one sequence, and the logits, depend on the input and on deviations of earlier states. */
import type { ActivationName, AffineForm } from '../stability/index.js';
import type { CertifiableModel } from './certified.js';

/** One sequence under f = A h + a(W h + U x + b) + B x + c with Euler steps, in float64. */
export interface Sensitivities {
  readonly steps: number;
  readonly units: number;
  /** u_m = W h_m + U x_m + b, [steps, N]. */
  readonly u: Float64Array;
  /** ‖∂u_{m,i}/∂x‖ of the linearised dynamics, [steps, N]. */
  readonly reach: Float64Array;
  /**
   * δ_j |∂u_{m,i}/∂h_{k+1,j}| for k < m, rounded up: blocks [i, j], the one of (m, k) at m(m − 1)/2 + k. A third of the
   * memory of float64 is worth the rounding: it is the largest thing here.
   */
  readonly between: Float32Array;
  /** Back from the last state, along a direction v of it. */
  readonly pullBack: (v: Float64Array) => Readout;
}

/** Of v·h_M: the norm of its gradient with respect to the sequence, and δ_j |∂(v·h_M)/∂h_{k+1,j}|, [steps, N]. */
export interface Readout {
  readonly reach: number;
  readonly fromState: Float64Array;
}

interface Activation {
  readonly value: (u: number) => number;
  readonly slope: (u: number) => number;
}

const logistic = (u: number) => 1 / (1 + Math.exp(-u));
export const activations: Readonly<Record<ActivationName, Activation>> = {
  tanh: { value: Math.tanh, slope: (u) => 1 - Math.tanh(u) ** 2 },
  sigmoid: { value: logistic, slope: (u) => logistic(u) * (1 - logistic(u)) },
  rectifier: { value: (u) => Math.max(u, 0), slope: (u) => (u > 0 ? 1 : 0) },
};

/** Numbers that {@link sensitivitiesOf} holds for one sequence, and multiply-adds that it takes. */
export function sensitivityCost(units: number, steps: number) {
  const pairs = (steps * (steps - 1)) / 2;
  return { entries: pairs * units ** 2, work: pairs * units ** 3 };
}

/** Rounds a float32 up: 2⁻²³ is the distance of neighbours, relative to the number. */
const up = 1 + 2 ** -22;

/**
 * @param inputs [steps, inputs]
 * @param start h_0
 */
export function sensitivitiesOf(
  { form, sizes }: CertifiableModel,
  inputs: Float64Array,
  steps: number,
  start: ArrayLike<number>,
): Sensitivities {
  const { units: N, inputs: I } = form;
  const W = Float64Array.from(form.W.to1DArray());
  const U = Float64Array.from(form.U.to1DArray());
  const { u, jacobians, entries } = linearise(form, sizes, inputs, steps, start);
  const reach = new Float64Array(steps * N);
  const between = new Float32Array(sensitivityCost(N, steps).entries);
  const [row, next] = [new Float64Array(N), new Float64Array(N)];
  for (let m = 0; m < steps; m++)
    for (let i = 0; i < N; i++) {
      let square = 0;
      for (let l = 0; l < I; l++) square += U[i * I + l]! ** 2;
      row.set(W.subarray(i * N, (i + 1) * N));
      for (let k = m - 1; k >= 0; k--) {
        const at = ((m * (m - 1)) / 2 + k) * N * N + i * N;
        for (let j = 0; j < N; j++) between[at + j] = sizes[j]! * Math.abs(row[j]!) * up;
        square += squaredTimes(row, entries[k]!, N, I);
        rowTimes(row, jacobians[k]!, N, next);
        row.set(next);
      }
      reach[m * N + i] = Math.sqrt(square);
    }
  const pullBack = (v: Float64Array): Readout => {
    row.set(v);
    const fromState = new Float64Array(steps * N);
    let square = 0;
    for (let k = steps - 1; k >= 0; k--) {
      for (let j = 0; j < N; j++) fromState[k * N + j] = sizes[j]! * Math.abs(row[j]!);
      square += squaredTimes(row, entries[k]!, N, I);
      rowTimes(row, jacobians[k]!, N, next);
      row.set(next);
    }
    return { reach: Math.sqrt(square), fromState };
  };
  return { steps, units: N, u, reach, between, pullBack };
}

/** The path, J_m = I + δ(A + D_m W) and ∂h_{m+1}/∂x_m = δ(D_m U + B) of every step. */
function linearise(
  form: AffineForm,
  sizes: Float64Array,
  inputs: Float64Array,
  steps: number,
  start: ArrayLike<number>,
) {
  const { units: N, inputs: I, b, c, activation } = form;
  const [A, W, U, B] = [form.A, form.W, form.U, form.B].map((matrix) => Float64Array.from(matrix.to1DArray())) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const { value, slope } = activation === null ? { value: () => 0, slope: () => 0 } : activations[activation];
  const u = new Float64Array(steps * N);
  const jacobians: Float64Array[] = [];
  const entries: Float64Array[] = [];
  let h = Float64Array.from(start);
  for (let m = 0; m < steps; m++) {
    const x = inputs.subarray(m * I, (m + 1) * I);
    const [jacobian, entry, next] = [new Float64Array(N * N), new Float64Array(N * I), Float64Array.from(h)];
    for (let i = 0; i < N; i++) {
      let [inner, outer] = [b[i]!, c[i]!];
      for (let j = 0; j < N; j++) {
        inner += W[i * N + j]! * h[j]!;
        outer += A[i * N + j]! * h[j]!;
      }
      for (let l = 0; l < I; l++) {
        inner += U[i * I + l]! * x[l]!;
        outer += B[i * I + l]! * x[l]!;
      }
      u[m * N + i] = inner;
      next[i]! += sizes[i]! * (outer + value(inner));
      const own = slope(inner);
      for (let j = 0; j < N; j++)
        jacobian[i * N + j] = (i === j ? 1 : 0) + sizes[i]! * (A[i * N + j]! + own * W[i * N + j]!);
      for (let l = 0; l < I; l++) entry[i * I + l] = sizes[i]! * (own * U[i * I + l]! + B[i * I + l]!);
    }
    jacobians.push(jacobian);
    entries.push(entry);
    h = next;
  }
  return { u, jacobians, entries };
}

/** out = row · matrix [N, N] */
function rowTimes(row: Float64Array, matrix: Float64Array, N: number, out: Float64Array): void {
  out.fill(0);
  for (let j = 0; j < N; j++) {
    const own = row[j]!;
    if (own !== 0) for (let l = 0; l < N; l++) out[l]! += own * matrix[j * N + l]!;
  }
}

/** ‖row · matrix [N, I]‖² */
function squaredTimes(row: Float64Array, matrix: Float64Array, N: number, I: number): number {
  let square = 0;
  for (let l = 0; l < I; l++) {
    let total = 0;
    for (let j = 0; j < N; j++) total += row[j]! * matrix[j * I + l]!;
    square += total * total;
  }
  return square;
}
