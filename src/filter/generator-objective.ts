/**
 * A generator as an objective: what the trainer minimises is minus the log-likelihood of a series for each of its steps,
 * by the extended filter, in float64 whatever the engine. With a generator for each class the outputs are the logarithms of
 * the classes' joint densities with what was observed so far, so that their softmax is the posterior at every step.
 */
import type { Engine } from '../engine/engine.js';
import { InputError } from '../errors.js';
import type { Tensor, Tensors } from '../graph/index.js';
import { type Batch, createObjective, type LossValue, type Model, type Objective } from '../model/index.js';
import {
  countOf,
  type GeneratorModel,
  generatorLikelihoods,
  isGenerator,
  parametersOf,
  prefixOf,
} from './generator.js';
import type { ObservedSeries } from './likelihood.js';

/** The objective of any model. */
export function objectiveOf(model: Model, engine: Engine): Objective {
  return isGenerator(model) ? createGeneratorObjective(model, engine) : createObjective(model, engine);
}

export function createGeneratorObjective(model: GeneratorModel, engine: Engine): Objective {
  const { base, classes } = model.generator;
  const channels = base.spec.outputs;
  const likelihoods = generatorLikelihoods(model);
  const place = (parameters: Tensors) => {
    for (const [k, likelihood] of likelihoods.entries()) likelihood.setParameters(parametersOf(model, parameters, k));
  };
  const seriesOf = (batch: Batch): ObservedSeries[] => {
    const values = classes === null ? batch.targets : batch.inputs;
    if (values === undefined) throw new InputError('a generator needs the series itself as what is to be predicted');
    return Array.from({ length: batch.rows }, (_, row) => {
      const steps = batch.lengths?.[row] ?? batch.steps;
      const from = row * batch.steps * channels;
      return { steps, values: Float64Array.from(values.subarray(from, from + steps * channels)) };
    });
  };
  const labelsOf = (batch: Batch): ArrayLike<number> => {
    if (classes === null) return new Uint8Array(batch.rows);
    if (batch.labels === undefined) throw new InputError('a generator for each class needs a label for each row');
    return batch.labels;
  };
  const outputs = (parameters: Tensors, batch: Batch): LossValue => {
    place(parameters);
    const width = classes ?? channels;
    const logits = new Float64Array(batch.rows * batch.steps * width);
    const losses = new Float64Array(batch.rows);
    const labels = classes !== null && batch.labels === undefined ? null : labelsOf(batch);
    for (const [row, series] of seriesOf(batch).entries()) {
      const own = logits.subarray(row * batch.steps * width, (row + 1) * batch.steps * width);
      const totals =
        classes === null
          ? [likelihoods[0]!.of(series, { predictions: own.subarray(0, series.steps * width) })]
          : likelihoods.map((likelihood, k) => {
              const perStep = new Float64Array(series.steps);
              const total = likelihood.of(series, { perStep });
              let sum = 0;
              for (let step = 0; step < series.steps; step++) {
                sum += perStep[step]!;
                own[step * width + k] = sum;
              }
              return total;
            });
      losses[row] = labels === null ? Number.NaN : -totals[labels[row]!]! / series.steps;
    }
    return { loss: losses.reduce((total, own) => total + own, 0) / batch.rows, losses, logits };
  };
  const refuse = async (): Promise<never> => {
    throw new InputError(
      'a generator is differentiated by its parameters alone: attacks and curvature are of other models',
    );
  };
  return {
    model,
    engine,
    logits: async (parameters, batch) => outputs(parameters, batch).logits,
    loss: async (parameters, batch) => outputs(parameters, batch),
    async gradient(parameters, batch) {
      place(parameters);
      const labels = labelsOf(batch);
      const series = seriesOf(batch);
      const steps = series.reduce((total, own) => total + own.steps, 0);
      const losses = new Float64Array(batch.rows);
      for (const [row, own] of series.entries())
        losses[row] = (-likelihoods[labels[row]!]!.of(own, { learn: true }) * batch.rows) / steps;
      const gradient: Record<string, Tensor> = {};
      for (let k = 0; k < countOf(model); k++)
        for (const [name, { shape, data }] of Object.entries(likelihoods[k]!.gradient()))
          gradient[(classes === null ? '' : prefixOf(k)) + name] = { shape, data: data.map((value) => -value / steps) };
      for (const [name, { shape }] of Object.entries(model.parameters))
        gradient[name] ??= { shape: [...shape], data: new Float64Array(shape.reduce((a, b) => a * b, 1)) };
      const loss = losses.reduce((total, own) => total + own, 0) / batch.rows;
      return { loss, losses, logits: new Float64Array(0), gradient };
    },
    finalState: refuse,
    inputGradient: refuse,
    hessianVector: refuse,
  };
}
