/**
 * The innovation likelihood of a generator and its exact gradient through the extended filter: weights, noise of the
 * state, noise of the observation and the initial belief together. The way back is the adjoint of every corrected channel
 * and of every prediction; nothing is approximated beyond the filter itself.
 */
import { type LinearisedStep, linearise, type StateSpace, type StepAdjoint, stepAdjoint } from '../dynamics/index.js';
import type { Tensor, Tensors } from '../graph/index.js';
import { accumulateProduct } from '../linear-algebra/dense.js';
import { adjointOfCorrection, type CorrectedChannels } from './adjoint-correction.js';
import { createCorrection } from './correct.js';
import { dot, mirror, predictCovariance } from './covariance.js';
import { type NoiseLevels, noiseGradient, noiseLevels } from './noise-levels.js';

/** One series: [steps, K], NaN where missing, and its known inputs [steps, inputs] where the model has some. */
export interface ObservedSeries {
  readonly steps: number;
  readonly values: Float64Array;
  readonly inputs?: Float64Array | undefined;
}

export interface Likelihood {
  readonly space: StateSpace;
  /** Levels and weights by name; see `generatorParameters`. Forgets the gradient so far. */
  readonly setParameters: (parameters: Tensors) => void;
  /**
   * log p of the series. Where `predictions` [steps, K] is given it gets g(m⁻), and `perStep` [steps] each step's share.
   * @param learn whether the gradient is added to.
   */
  readonly of: (
    series: ObservedSeries,
    options?: { learn?: boolean; predictions?: Float64Array; perStep?: Float64Array; nis?: Float64Array },
  ) => number;
  /** Of the sum of all series taken with `learn`, by parameter. */
  readonly gradient: () => Record<string, Tensor>;
}

interface Tape {
  readonly mean: Float64Array;
  readonly derivatives: Float64Array;
  readonly cross: Float64Array;
  readonly corrected: Float64Array;
  readonly channels: CorrectedChannels;
  readonly predicted: Float64Array;
  readonly y: Float64Array;
  x: Float64Array | undefined;
}

export function createLikelihood(
  space: StateSpace,
  names: { readonly initial: Readonly<Record<string, string>> },
): Likelihood {
  const { size } = space.layout;
  const K = space.output.shape[0]!;
  const width = space.model.spec.inputs;
  const step: LinearisedStep = linearise(space);
  let adjoint: StepAdjoint | undefined;
  let levels: NoiseLevels;
  let parameters: Tensors = {};
  const variances = new Float64Array(K);
  const correction = createCorrection(
    { size: K, covariance: new Float64Array(0), variances, factorOf: () => variances },
    size,
  );
  const covariance = new Float64Array(size * size);
  const predictedCovariance = new Float64Array(size * size);
  const mean = new Float64Array(size);
  const start = new Float64Array(size);
  const product = new Float64Array(size * size);
  const tapes: Tape[] = [];
  const totals = noiseGradient(size, K);

  const likelihood: Likelihood = {
    space,
    setParameters(given) {
      parameters = given;
      levels = noiseLevels(space, given);
      variances.set(levels.observation);
      step.setParameters(levels.parameters);
      adjoint?.setParameters(levels.parameters);
      totals.clear();
      start.fill(0);
      let at = 0;
      for (const [name, own] of space.layout.components) {
        const learned = names.initial[name];
        if (learned !== undefined) start.set(given[learned]!.data, at);
        at += own;
      }
    },
    of({ steps, values, inputs }, { learn = false, predictions, perStep, nis } = {}) {
      mean.set(start);
      covariance.fill(0);
      for (let i = 0; i < size; i++) covariance[i * size + i] = levels.initial[i]!;
      let total = 0;
      for (let at = 0; at < steps; at++) {
        const y = values.subarray(at * K, (at + 1) * K);
        const x = width === 0 ? undefined : inputs!.subarray(at * width, (at + 1) * width);
        const tape = learn ? tapeAt(at) : null;
        step.state.set(mean);
        tape?.mean.set(mean);
        if (x !== undefined) step.x.set(x);
        step.step();
        predictCovariance(predictedCovariance, covariance, step.derivatives, size, product, null, null);
        for (let i = 0; i < size; i++) predictedCovariance[i * size + i]! += levels.process[i]!;
        mean.set(step.next);
        covariance.set(predictedCovariance);
        step.observed.set(mean);
        step.observe();
        predictions?.set(step.output, at * K);
        if (tape !== null) {
          tape.derivatives.set(step.derivatives);
          tape.cross.set(product);
          tape.predicted.set(mean);
          tape.y.set(y);
          tape.x = x;
        }
        correction.apply(mean, covariance, y, step.output, step.outputDerivatives);
        if (tape !== null) keep(tape);
        if (perStep !== undefined) perStep[at] = correction.logLikelihood;
        if (nis !== undefined) nis[at] = correction.nis;
        total += correction.logLikelihood;
      }
      if (learn) backward(steps);
      return total;
    },
    gradient() {
      return totals.into(wayBack().gradient(), levels, parameters, names.initial, space.layout.components);
    },
  };
  return likelihood;

  /** Made when it is first needed: to filter takes none. */
  function wayBack(): StepAdjoint {
    if (adjoint === undefined) {
      adjoint = stepAdjoint(space);
      adjoint.setParameters(levels.parameters);
    }
    return adjoint;
  }

  function keep(tape: Tape): void {
    const { channels } = tape;
    tape.corrected.set(covariance);
    channels.rows.set(correction.rows);
    channels.images.set(correction.images);
    channels.errors.set(correction.errors);
    channels.variances.set(correction.variances);
    channels.count = correction.observed;
    let count = 0;
    for (let k = 0; k < K; k++) if (!Number.isNaN(tape.y[k]!)) channels.places[count++] = k;
  }

  function backward(steps: number): void {
    const adjoint = wayBack();
    const meanBar = new Float64Array(size);
    const covarianceBar = new Float64Array(size * size);
    const half = new Float64Array(size * size);
    const count = size + space.noise.size;
    for (let at = steps - 1; at >= 0; at--) {
      const { mean: from, derivatives, cross, corrected, channels, predicted, x } = tapes[at]!;
      adjoint.output.fill(0);
      adjoint.outputDerivatives.fill(0);
      if (channels.count > 0) {
        adjointOfCorrection(channels, corrected, size, K, meanBar, covarianceBar, adjoint, totals.observation);
        adjoint.state.set(predicted);
        adjoint.observe();
      }
      for (let i = 0; i < size; i++) totals.process[i]! += covarianceBar[i * size + i]!;
      // S⁻ = J S Jᵀ + B Bᵀ + Q.
      adjoint.state.set(from);
      if (x !== undefined) adjoint.x.set(x);
      adjoint.next.fill(0);
      adjoint.next.set(meanBar);
      const bars = adjoint.derivatives;
      bars.fill(0);
      accumulateProduct(bars.subarray(0, size * size), cross, covarianceBar, size);
      for (let d = size; d < count; d++)
        for (let j = 0; j < size; j++) {
          const b = derivatives[d * size + j]!;
          if (b !== 0) for (let i = 0; i < size; i++) bars[d * size + i]! += b * covarianceBar[j * size + i]!;
        }
      for (let i = 0; i < bars.length; i++) bars[i]! *= 2;
      half.fill(0);
      accumulateProduct(half, derivatives, covarianceBar, size);
      for (let i = 0; i < size; i++)
        for (let j = 0; j <= i; j++) covarianceBar[i * size + j] = dot(half, i * size, derivatives, j * size, size);
      mirror(covarianceBar, size);
      meanBar.set(adjoint.step());
    }
    for (let i = 0; i < size; i++) {
      totals.initialMean[i]! += meanBar[i]!;
      totals.initial[i]! += covarianceBar[i * size + i]!;
    }
  }

  function tapeAt(at: number): Tape {
    const count = size + space.noise.size;
    while (tapes.length <= at)
      tapes.push({
        mean: new Float64Array(size),
        derivatives: new Float64Array(count * size),
        cross: new Float64Array(size * size),
        corrected: new Float64Array(size * size),
        predicted: new Float64Array(size),
        y: new Float64Array(K),
        x: undefined,
        channels: {
          count: 0,
          places: new Uint32Array(K),
          rows: new Float64Array(K * size),
          images: new Float64Array(K * size),
          errors: new Float64Array(K),
          variances: new Float64Array(K),
        },
      });
    return tapes[at]!;
  }
}
