/** Models that are trained to generate: weights and noise levels together, one such model, or one for each class. */
import { stateSpace } from '../dynamics/index.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import { isBidirectional, type Model } from '../model/index.js';
import { covarianceOf } from './covariance-of.js';
import { createLikelihood, type Likelihood } from './likelihood.js';
import type { FilterProblem } from './methods/index.js';
import { hasScheme, levelParameters, noiseLevels } from './noise-levels.js';
import { observationNoise } from './observation-noise.js';

export interface GeneratorModel extends Model {
  readonly generator: {
    /** What generates: its outputs are the observed channels, its parameters without prefix. */
    readonly base: Model;
    /** One generator for each class, with parameters `class0.…`, `class1.…`; null for one without classes. */
    readonly classes: number | null;
  };
}

export function isGenerator(model: Model): model is GeneratorModel {
  return (model as Partial<GeneratorModel>).generator !== undefined;
}

/** @throws InputError for a model that runs both ways. */
export function buildGenerator(base: Model, classes: number | null): GeneratorModel {
  if (isBidirectional(base))
    throw new InputError(
      'a generator runs forward in time, and a bidirectional layer reads what is yet to come; leave --bidirectional out',
    );
  const own = { ...base.parameters, ...levelParameters(base) };
  const parameters =
    classes === null
      ? own
      : Object.fromEntries(
          Array.from({ length: classes }, (_, k) =>
            Object.entries(own).map(([name, spec]) => [prefixOf(k) + name, spec] as const),
          ).flat(),
        );
  const size = Object.values(parameters).reduce((total, { shape }) => total + shape.reduce((a, b) => a * b, 1), 0);
  const spec = classes === null ? base.spec : { ...base.spec, outputs: classes, loss: undefined };
  return { ...base, spec, parameters, size, generator: { base, classes } };
}

export const prefixOf = (k: number): string => `class${k}.`;

/** Parameters of one generator, by the names of its base. */
export function parametersOf({ generator }: GeneratorModel, parameters: Tensors, k: number): Tensors {
  if (generator.classes === null) return parameters;
  const prefix = prefixOf(k);
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

/** How many generators a model has. */
export const countOf = ({ generator }: GeneratorModel): number => generator.classes ?? 1;

export function generatorSpace({ generator: { base } }: GeneratorModel, timed = false) {
  return stateSpace(base, { scaledNoise: hasScheme(base), timed });
}

/** The likelihoods of all generators; each keeps parameters of its own. */
export function generatorLikelihoods(model: GeneratorModel): Likelihood[] {
  const space = generatorSpace(model);
  return Array.from({ length: countOf(model) }, () => createLikelihood(space, model.generator.base));
}

/** One trained generator as a filtering problem. */
export function generatorProblem(model: GeneratorModel, parameters: Tensors, k: number, timed = false): FilterProblem {
  const space = generatorSpace(model, timed);
  const own = parametersOf(model, parameters, k);
  const levels = noiseLevels(space, own);
  const { size, components } = space.layout;
  const initialMean = new Float64Array(size);
  let at = 0;
  for (const [name, width] of components) {
    const learned = model.generator.base.initial[name];
    if (learned !== undefined) initialMean.set(own[learned]!.data, at);
    at += width;
  }
  const channels = levels.observation.length;
  return {
    ...{ space, parameters: levels.parameters, initialMean, options: {} },
    observation: observationNoise(covarianceOf(levels.observation, channels, 'observation noise'), channels),
    process: levels.process.some((value) => value !== 0) ? covarianceOf(levels.process, size, 'process') : null,
    processIsRate: timed,
    initialCovariance: covarianceOf(levels.initial, size, 'initial covariance'),
  };
}
