/**
 * The unscented Kalman filter: sigma points of the state augmented by the noise inputs, taken through the step itself, so
 * that noise may enter it in any way. Julier & Uhlmann, *Unscented filtering and nonlinear estimation*, Proc. IEEE 2004;
 * Wan & van der Merwe 2000. The readout is affine, so the correction is exact given the prediction.
 */

import { type Binding, linearise, planRows } from '../../dynamics/index.js';
import { InputError } from '../../errors.js';
import { semidefiniteFactor } from '../../linear-algebra/semidefinite-factor.js';
import { createCorrection } from '../correct.js';
import type { FilterProblem, Method } from './method.js';

/** O(P N²) a step with P = 2 (N + q) + 1 points. */
export function unscented(problem: FilterProblem): Method {
  const { space, parameters, observation, process, options } = problem;
  const { size } = space.layout;
  const count = size + space.noise.size;
  const { alpha = 1, beta = 0, kappa = 1 } = options.sigmaPoints ?? {};
  const reach = alpha ** 2 * (count + kappa);
  if (!(reach > 0) || !Number.isFinite(beta))
    throw new InputError(
      `sigmaPoints: α²(N + q + κ) must be above 0, got ${reach} of ${count} directions; the usual values are alpha 1, beta 0, kappa 1`,
    );
  const points = 2 * count + 1;
  const weight = 1 / (2 * reach);
  const centre = 1 - count / reach;
  const covarianceCentre = centre + 1 - alpha ** 2 + beta;

  const readout = linearise(space);
  readout.setParameters(parameters);
  const states = new Float64Array(points * size);
  const etas = new Float64Array(points * Math.max(1, space.noise.size));
  const buffers = { state: moving(states, points), eta: moving(etas, points) };
  const plan = planRows([space.next], (node) => {
    if (node === space.state) return buffers.state;
    return node === space.eta ? buffers.eta : readout.bind(node);
  });
  plan.settle();
  const moved = plan.valueOf(space.next);

  const correction = createCorrection(observation, size);
  const mean = new Float64Array(size);
  const covariance = new Float64Array(size * size);
  const predicted = { mean: new Float64Array(size), covariance: new Float64Array(size * size) };
  const cross = new Float64Array(size * size);
  return {
    ...{ mean, covariance, correction },
    prediction: { ...predicted, cross, linear: null },
    start() {
      mean.set(problem.initialMean);
      covariance.set(problem.initialCovariance);
    },
    step(y, x, dt) {
      if (x !== null) readout.x.set(x);
      readout.dt[0] = dt;
      place();
      plan.run();
      gather();
      if (process !== null) for (let i = 0; i < process.length; i++) predicted.covariance[i]! += process[i]!;
      mean.set(predicted.mean);
      covariance.set(predicted.covariance);
      readout.observed.set(mean);
      readout.observe();
      correction.apply(mean, covariance, y, readout.output, readout.outputDerivatives);
    },
  };

  /** Point 0 is the mean, points 2k + 1 and 2k + 2 lie a direction before and behind it. */
  function place(): void {
    const { columns } = semidefiniteFactor(covariance, size);
    const root = Math.sqrt(reach);
    etas.fill(0);
    for (let point = 0; point < points; point++) states.set(mean, point * size);
    for (let k = 0; k < count; k++)
      for (const [side, sign] of [1, -1].entries()) {
        const point = 2 * k + 1 + side;
        if (k >= size) etas[point * space.noise.size + k - size] = sign * root;
        else for (let i = 0; i < size; i++) states[point * size + i]! += sign * root * columns[k * size + i]!;
      }
  }

  function gather(): void {
    const value = (point: number, i: number) => moved.data[(moved.rows === 1 ? 0 : point * size) + i]!;
    predicted.mean.fill(0);
    // About the image of the mean, so that nothing cancels.
    for (let point = 1; point < points; point++)
      for (let i = 0; i < size; i++) predicted.mean[i]! += weight * (value(point, i) - value(0, i));
    for (let i = 0; i < size; i++) predicted.mean[i]! += value(0, i);
    predicted.covariance.fill(0);
    cross.fill(0);
    for (let point = 0; point < points; point++) {
      const own = point === 0 ? covarianceCentre : weight;
      for (let i = 0; i < size; i++) {
        const deviation = own * (value(point, i) - predicted.mean[i]!);
        const before = own * (states[point * size + i]! - mean[i]!);
        for (let j = 0; j < size; j++) {
          const other = value(point, j) - predicted.mean[j]!;
          predicted.covariance[i * size + j]! += deviation * other;
          cross[i * size + j]! += before * other;
        }
      }
    }
  }
}

const moving = (data: Float64Array, rows: number): Binding => ({ data, rows, moving: true });
