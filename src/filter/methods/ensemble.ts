/**
 * The ensemble Kalman filter with perturbed observations: E copies of the state as rows of the batch engine, with noise
 * from its counters. Evensen 1994; Burgers, van Leeuwen & Evensen, Monthly Weather Review 1998. O(E N²) a step; the error
 * of a linear model falls as E^(−½). Its rounding is the engine's.
 */

import { linearise, stepProgram } from '../../dynamics/index.js';
import type { Engine, Kernel } from '../../engine/engine.js';
import { openEngine } from '../../engine/open-engine.js';
import { InputError } from '../../errors.js';
import { backwardSolve, cholesky, forwardSolve } from '../../linear-algebra/cholesky.js';
import { semidefiniteFactor } from '../../linear-algebra/semidefinite-factor.js';
import { createGenerator, deriveKey } from '../../random/index.js';
import { createCorrection } from '../correct.js';
import { mirror } from '../covariance.js';
import type { FilterProblem, Method } from './method.js';

export function ensemble(problem: FilterProblem): Method {
  const { space, parameters, observation, process, options } = problem;
  const { layout } = space;
  const { size } = layout;
  const { members = 200, seed = 0 } = options;
  if (!Number.isInteger(members) || members < 2)
    throw new InputError(`members: an ensemble has 2 copies or more, got ${members}; 100 to 1,000 are usual`);
  const channels = observation.size;
  const readout = linearise(space);
  readout.setParameters(parameters);
  const step = stepProgram(space.model, { noisy: true, readout: 'last' });
  const samples = Uint32Array.from({ length: members }, (_, member) => member);
  const key = deriveKey(seed, 'ensemble filter');
  const added = process === null ? null : semidefiniteFactor(process, size);
  const root = factorOfObservations();
  let draws = createGenerator(seed, 'ensemble filter');
  let kernel: Kernel | undefined;
  let at = 0;

  const states = new Float64Array(members * size);
  const before = new Float64Array(members * size);
  const mean = new Float64Array(size);
  const covariance = new Float64Array(size * size);
  const predicted = { mean: new Float64Array(size), covariance: new Float64Array(size * size) };
  const cross = new Float64Array(size * size);
  const belief = { mean: new Float64Array(size), covariance: new Float64Array(size * size) };
  const correction = createCorrection(observation, size);
  return {
    ...{ mean, covariance, correction },
    prediction: { ...predicted, cross, linear: null },
    start() {
      draws = createGenerator(seed, 'ensemble filter');
      at = 0;
      for (let member = 0; member < members; member++) states.set(problem.initialMean, member * size);
      displace(semidefiniteFactor(problem.initialCovariance, size));
      momentsOf(states, mean, covariance);
    },
    async step(y, x, dt) {
      before.set(deviations(states, mean));
      await advance(x, dt);
      if (added !== null) displace(added);
      momentsOf(states, predicted.mean, predicted.covariance);
      const after = deviations(states, predicted.mean);
      product(cross, before, after);
      // What the Gaussian of the members says of y: its density and innovation.
      belief.mean.set(predicted.mean);
      belief.covariance.set(predicted.covariance);
      readout.observed.set(predicted.mean);
      readout.observe();
      correction.apply(belief.mean, belief.covariance, y, readout.output, readout.outputDerivatives);
      correctMembers(y, after);
      momentsOf(states, mean, covariance);
    },
  };

  async function advance(x: ArrayLike<number> | null, dt: number): Promise<void> {
    kernel ??= (options.engine ?? (await openDefault())).compile(step, {
      carries: layout.components.map(([name]) => name),
    });
    const { inputs } = space.model.spec;
    const sequences: Record<string, Float64Array> = { dt: new Float64Array(members).fill(dt) };
    if (inputs > 0) {
      sequences.x = new Float64Array(members * inputs);
      for (let member = 0; member < members; member++) sequences.x.set(x!, member * inputs);
    }
    const found = await kernel.run({
      ...{ rows: members, steps: 1, parameters, sequences },
      carries: layout.split(states, members),
      noise: { key, samples, firstStep: at },
    });
    at += 1;
    states.set(layout.join(found.carries, members));
  }

  /** Adds a draw of covariance C Cᵀ to every member. */
  function displace({ columns, rank }: { readonly columns: Float64Array; readonly rank: number }): void {
    for (let member = 0; member < members; member++)
      for (let k = 0; k < rank; k++) {
        const factor = draws.normal();
        for (let i = 0; i < size; i++) states[member * size + i]! += factor * columns[k * size + i]!;
      }
  }

  /** Each member by an observation of its own, y + r. */
  function correctMembers(y: ArrayLike<number>, after: Float64Array): void {
    const there: number[] = [];
    for (let channel = 0; channel < channels; channel++) if (!Number.isNaN(y[channel]!)) there.push(channel);
    const count = there.length;
    const seen = new Float64Array(members * channels);
    for (let member = 0; member < members; member++)
      for (let k = 0; k < channels; k++) seen[member * channels + k] = draws.normal();
    if (count === 0) return;
    const H = (i: number, k: number) => readout.outputDerivatives[i * channels + there[k]!]!;
    const images = new Float64Array(members * count);
    for (let member = 0; member < members; member++)
      for (let k = 0; k < count; k++)
        for (let i = 0; i < size; i++) images[member * count + k]! += after[member * size + i]! * H(i, k);
    const spread = new Float64Array(count * count);
    const gain = new Float64Array(count * size);
    for (let member = 0; member < members; member++)
      for (let k = 0; k < count; k++) {
        const own = images[member * count + k]! / (members - 1);
        for (let l = 0; l < count; l++) spread[k * count + l]! += own * images[member * count + l]!;
        for (let i = 0; i < size; i++) gain[k * size + i]! += own * after[member * size + i]!;
      }
    for (const [k, own] of there.entries())
      for (const [l, other] of there.entries())
        spread[k * count + l]! += observation.covariance[own * channels + other]!;
    const L = cholesky(spread, count)!;
    forwardSolve(L, count, gain, size);
    backwardSolve(L, count, gain, size);
    for (let member = 0; member < members; member++)
      for (let k = 0; k < count; k++) {
        const own = there[k]!;
        let perturbed = y[own]! - readout.output[own]! - images[member * count + k]!;
        for (let c = 0; c <= own; c++) perturbed += root[own * channels + c]! * seen[member * channels + c]!;
        for (let i = 0; i < size; i++) states[member * size + i]! += perturbed * gain[k * size + i]!;
      }
  }

  function momentsOf(of: Float64Array, meanOut: Float64Array, covarianceOut: Float64Array): void {
    meanOut.fill(0);
    for (let member = 0; member < members; member++)
      for (let i = 0; i < size; i++) meanOut[i]! += of[member * size + i]! / members;
    const centred = deviations(of, meanOut);
    product(covarianceOut, centred, centred);
    mirror(covarianceOut, size);
  }

  /** out = AᵀB/(E − 1) of [E, N]. */
  function product(out: Float64Array, A: Float64Array, B: Float64Array): void {
    out.fill(0);
    for (let member = 0; member < members * size; member += size)
      for (let i = 0; i < size; i++) {
        const left = A[member + i]! / (members - 1);
        for (let j = 0; j < size; j++) out[i * size + j]! += left * B[member + j]!;
      }
  }

  function deviations(of: Float64Array, from: Float64Array): Float64Array {
    return of.map((value, place) => value - from[place % size]!);
  }

  function factorOfObservations(): Float64Array {
    return observation.factorOf(Array.from({ length: channels }, (_, channel) => channel));
  }
}

/** The fastest to be had, on one thread: it holds nothing that would have to be given back. */
function openDefault(): Promise<Engine> {
  return openEngine('auto', 1);
}
