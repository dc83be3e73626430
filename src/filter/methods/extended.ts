/**
 * The extended Kalman filter: predict along the mean of the noise with the step's own Jacobians, correct with the
 * readout's. Jazwinski, *Stochastic Processes and Filtering Theory*, 1970, §8.3.
 */
import { type LinearisedStep, linearise } from '../../dynamics/index.js';
import { createCorrection } from '../correct.js';
import { addOuterProducts, mirror, predictCovariance } from '../covariance.js';
import type { FilterProblem, Method } from './method.js';
import { secondOrder } from './second-order.js';

/** In float64 throughout; one step costs N³ + N³/2 products and those of the Jacobian. */
export function extended(problem: FilterProblem): Method {
  const { space, parameters, observation, process, options } = problem;
  const { size } = space.layout;
  const step = linearise(space);
  step.setParameters(parameters);
  const noise = step.constantNoise ? noiseCovariance(step) : null;
  const correction = createCorrection(observation, size);
  const mean = new Float64Array(size);
  const covariance = new Float64Array(size * size);
  const predicted = { mean: new Float64Array(size), covariance: new Float64Array(size * size) };
  const cross = new Float64Array(size * size);
  const bend = options.order === 2 ? secondOrder(space, parameters) : null;
  const { next, derivatives } = step;
  return {
    ...{ mean, covariance, correction },
    prediction: { ...predicted, cross, linear: { derivatives, correction } },
    start() {
      mean.set(problem.initialMean);
      covariance.set(problem.initialCovariance);
    },
    step(y, x, dt) {
      step.state.set(mean);
      if (x !== null) step.x.set(x);
      step.dt[0] = dt;
      step.step();
      const share = problem.processIsRate === true ? dt : 1;
      predictCovariance(predicted.covariance, covariance, derivatives, size, cross, noise, process, share);
      predicted.mean.set(next);
      if (bend !== null) bend.predict(mean, covariance, step.x, dt, predicted);
      mean.set(predicted.mean);
      covariance.set(predicted.covariance);
      step.observed.set(mean);
      step.observe();
      correction.apply(mean, covariance, y, step.output, step.outputDerivatives);
    },
  };
}

/** B Bᵀ of a step whose noise depends on nothing that moves. */
export function noiseCovariance({ space, derivatives, step }: LinearisedStep): Float64Array {
  const { size } = space.layout;
  const noise = new Float64Array(size * size);
  step();
  addOuterProducts(noise, derivatives, size, derivatives.length / size, size);
  mirror(noise, size);
  return noise;
}
