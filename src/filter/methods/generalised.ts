/**
 * Generalised filtering (predictive coding): a flow of the state and its first n − 1 derivatives that descends squared
 * prediction errors, for noise that is *smooth* in time, autocorrelation exp(−τ²/4s²). Friston, *Hierarchical models in the
 * brain*, PLoS Comput. Biol. 2008; Friston, Stephan, Li & Daunizeau, *Generalised filtering*, Math. Probl. Eng. 2010.
 *
 *     ∇ = (F̃ − D)ᵀ Π_x (Dμ̃ − f̃) + G̃ᵀ Π_y (ỹ − g̃),    𝒥 = D − (F̃ − D)ᵀ Π_x (F̃ − D) − G̃ᵀ Π_y G̃
 *     μ̃ ← μ̃ + 𝒥⁻¹(e^{δ𝒥} − I)(∇ + Dμ̃)
 *
 * f = (F − h)/δ is the step's own drift; noise of variance Σ a step, were it white, has the variance Σ/δ² when smooth.
 */
import { linearise } from '../../dynamics/index.js';
import { InputError } from '../../errors.js';
import { exponential } from '../../linear-algebra/matrix-exponential.js';
import { createCorrection } from '../correct.js';
import { addOuterProducts, mirror, predictCovariance } from '../covariance.js';
import type { FilterProblem, Method } from './method.js';
import { createObservedMotion } from './observed-motion.js';
import { inverse, temporalCovariance } from './temporal.js';

export function generalised(problem: FilterProblem): Method {
  const { space, parameters, observation, process } = problem;
  const { size: N } = space.layout;
  const { orders: n, state: s, observation: observed } = settingsOf(problem);
  const step = linearise(space);
  step.setParameters(parameters);
  const delta = stepSizeOf(problem);
  const total = n * N;
  const mu = new Float64Array(total);
  const mean = mu.subarray(0, N);
  const covariance = new Float64Array(N * N);
  const correction = createCorrection(observation, N);
  const temporal = inverse(temporalCovariance(n, s), n, 'the smoothness of the state');
  const motion = createObservedMotion(observation, n, observed, delta);
  const belief = { mean: new Float64Array(N), covariance: new Float64Array(N * N), cross: new Float64Array(N * N) };
  const noise = new Float64Array(N * N);
  let fresh = true;
  return {
    ...{ mean, covariance, correction, prediction: null },
    start() {
      mu.fill(0);
      mu.set(problem.initialMean);
      covariance.set(problem.initialCovariance);
      motion.start();
      fresh = true;
    },
    step(y, x, dt) {
      if (space.timed && Math.abs(dt - delta) > 1e-9 * delta)
        throw new InputError(
          `generalised filtering needs even steps of ${delta}, got ${dt}; take another method for uneven times`,
        );
      if (x !== null) step.x.set(x);
      step.dt[0] = delta;
      lineariseAtMean();
      if (fresh) {
        // The motion that the state would have without noise.
        for (let order = 1; order < n; order++) drift(order - 1, mu.subarray(order * N, (order + 1) * N));
        fresh = false;
      }
      judge(y);
      flow(y);
    },
  };

  function lineariseAtMean(): void {
    step.state.set(mean);
    step.step();
    noise.fill(0);
    addOuterProducts(noise, step.derivatives, N, step.derivatives.length / N, N);
    mirror(noise, N);
    if (process !== null) for (let i = 0; i < noise.length; i++) noise[i]! += process[i]!;
  }

  /** Entry (i, j) of ∂f. */
  function slope(i: number, j: number): number {
    return (step.derivatives[j * N + i]! - (i === j ? 1 : 0)) / delta;
  }

  /** f̃ of an order: f itself, then ∂f times the motion of that order. */
  function drift(order: number, out: Float64Array): void {
    for (let i = 0; i < N; i++) {
      if (order === 0) out[i] = (step.next[i]! - mean[i]!) / delta;
      else {
        out[i] = 0;
        for (let j = 0; j < N; j++) out[i]! += slope(i, j) * mu[order * N + j]!;
      }
    }
  }

  /** The innovation, and what the Gaussian one step ahead says of y. */
  function judge(y: ArrayLike<number>): void {
    predictCovariance(belief.covariance, covariance, step.derivatives, N, belief.cross, noise, null);
    belief.mean.set(step.next);
    step.observed.set(step.next);
    step.observe();
    correction.apply(belief.mean, belief.covariance, y, step.output, step.outputDerivatives);
  }

  function flow(y: ArrayLike<number>): void {
    const precision = inverse(
      noise.map((value) => value / delta ** 2),
      N,
      'the noise of the state',
    );
    // M = F̃ − D, [nN, nN], and the errors Dμ̃ − f̃.
    const M = new Float64Array(total * total);
    const errors = new Float64Array(total);
    const own = new Float64Array(N);
    for (let order = 0; order < n; order++) {
      drift(order, own);
      for (let i = 0; i < N; i++) {
        const row = order * N + i;
        errors[row] = (order + 1 < n ? mu[row + N]! : 0) - own[i]!;
        for (let j = 0; j < N; j++) M[row * total + order * N + j] = slope(i, j);
        if (order + 1 < n) M[row * total + row + N]! -= 1;
      }
    }
    const weighted = kroneckerProduct(temporal, n, precision, N, M, total);
    const curvature = new Float64Array(total * total);
    const gradient = new Float64Array(total);
    for (let row = 0; row < total; row++)
      for (let i = 0; i < total; i++) {
        const left = M[row * total + i]!;
        if (left === 0) continue;
        for (let j = 0; j < total; j++) curvature[i * total + j]! += left * weighted[row * total + j]!;
      }
    for (let row = 0; row < total; row++)
      for (let i = 0; i < total; i++) gradient[i]! += weighted[row * total + i]! * errors[row]!;
    step.observed.set(mean);
    step.observe();
    motion.add(y, mu, step.output, step.outputDerivatives, gradient, curvature);
    // 𝒥 = D − curvature, and the flow's start ∇ + Dμ̃, in one exponential: no inverse of 𝒥.
    const side = total + 1;
    const generator = new Float64Array(side * side);
    for (let i = 0; i < total; i++) {
      for (let j = 0; j < total; j++) generator[i * side + j] = -delta * curvature[i * total + j]!;
      if (i + N < total) generator[i * side + i + N]! += delta;
      generator[i * side + total] = delta * (gradient[i]! + (i + N < total ? mu[i + N]! : 0));
    }
    const moved = exponential(generator, side);
    for (let i = 0; i < total; i++) mu[i]! += moved[i * side + total]!;
    const spread = inverse(curvature, total, 'the curvature');
    for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) covariance[i * N + j] = spread[i * total + j]!;
    mirror(covariance, N);
  }
}

/** (T ⊗ P) M for T [n, n], P [N, N] and M [nN, columns]. */
function kroneckerProduct(
  T: Float64Array,
  n: number,
  P: Float64Array,
  N: number,
  M: Float64Array,
  columns: number,
): Float64Array {
  const out = new Float64Array(n * N * columns);
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++)
      for (let i = 0; i < N; i++)
        for (let j = 0; j < N; j++) {
          const factor = T[a * n + b]! * P[i * N + j]!;
          if (factor === 0) continue;
          const [to, from] = [(a * N + i) * columns, (b * N + j) * columns];
          for (let c = 0; c < columns; c++) out[to + c]! += factor * M[from + c]!;
        }
  return out;
}

function settingsOf({ options }: FilterProblem) {
  const { orders = 4, smoothness } = options;
  if (!Number.isInteger(orders) || orders < 1 || orders > 8)
    throw new InputError(`orders: expected a whole number of orders of motion, 1 to 8, got ${orders}`);
  if (smoothness === undefined)
    throw new InputError(
      'smoothness: generalised filtering is for noise that is smooth in time; give s of its autocorrelation exp(−τ²/4s²), ' +
        'in units of time, or { state, observation }; for white noise take method extended',
    );
  const { state, observation } =
    typeof smoothness === 'number' ? { state: smoothness, observation: smoothness } : smoothness;
  if (!(state > 0) || !Number.isFinite(state))
    throw new InputError(
      `smoothness: of the state got ${state}, expected a number above 0; for white noise take method extended`,
    );
  if (!(observation >= 0) || !Number.isFinite(observation))
    throw new InputError(`smoothness: of the observation got ${observation}, expected 0 (white) or more`);
  if (observation === 0 && orders > 2)
    throw new InputError(
      `orders: with white observation noise more than 2 orders of motion diverge, got ${orders}; give orders: 2, or the ` +
        'observation a smoothness of its own (smoothness: { state, observation })',
    );
  return { orders, state, observation };
}

/** δ, one for all layers. @throws InputError for layers with different or learned ones. */
function stepSizeOf({ space }: FilterProblem): number {
  const steps = space.model.spec.layers.map(({ step }) => step);
  const [first] = steps;
  if (steps.some(({ kind, delta }) => kind === 'learned' || delta !== first!.delta))
    throw new InputError('generalised filtering needs one step size for the whole state; take another method');
  return first!.delta;
}
