/** From what a caller gives to a filtering problem, checked. */
import { type StateSpace, stateLayout, stateSpace } from '../dynamics/index.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import { buildModel, initialState, isBidirectional, type Model, requireFiniteVariance } from '../model/index.js';
import { type NoiseScheme, parseNoise } from '../noise/index.js';
import { type CovarianceLike, covarianceOf } from './covariance-of.js';
import type { FilterProblem, MethodOptions } from './methods/index.js';
import { observationNoise } from './observation-noise.js';

export interface FilterOptions extends MethodOptions {
  /** With a loss on values: its outputs are what is observed, y = g(h) + r. */
  readonly model: Model;
  /** Tensors by name; more than the model reads are passed over. */
  readonly parameters: Tensors;
  /** R, [K, K]. */
  readonly observation: { readonly covariance: CovarianceLike };
  /** μ_0 [N], components joined or by name (the model's own start unless given), and S_0 [N, N] (0 unless given). */
  readonly initial?:
    | {
        readonly mean?: ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>> | undefined;
        readonly covariance?: CovarianceLike | undefined;
      }
    | undefined;
  /** In place of the scheme that the layers have, such as `sde:add=0.1`. */
  readonly noise?: string | NoiseScheme | undefined;
  /** Q [N, N], added to the covariance of the state at every step. */
  readonly process?: CovarianceLike | undefined;
}

/**
 * @param timed whether steps have sizes of their own.
 * @throws InputError for whatever does not fit.
 */
export function filterProblem(options: FilterOptions, timed: boolean): FilterProblem {
  const { parameters, initial = {}, process } = options;
  const model = modelOf(options, timed);
  requireFiniteVariance(model, 'a filter');
  const space = stateSpace(model);
  const { size } = space.layout;
  const { outputs } = model.spec;
  const observation = observationNoise(
    covarianceOf(options.observation.covariance, outputs, 'observation.covariance'),
    outputs,
  );
  const added = process === undefined ? null : covarianceOf(process, size, 'process');
  const initialCovariance = covarianceOf(initial.covariance ?? 0, size, 'initial.covariance');
  checkUncertain(space, added, initialCovariance);
  return {
    ...{ space, parameters, observation, initialCovariance, options },
    process: added?.some((value) => value !== 0) ? added : null,
    initialMean: meanOf(model, parameters, initial.mean),
  };
}

/** With the noise and the steps that are asked for. */
function modelOf({ model, noise }: FilterOptions, timed: boolean): Model {
  const { spec } = model;
  if (spec.loss?.target !== 'values')
    throw new InputError(
      'the model tells classes, and a filter observes numbers: build it with a loss on values (mse, mae, huber), so that ' +
        'its outputs are the observed channels',
    );
  if (isBidirectional(model))
    throw new InputError(
      'the model has a bidirectional layer, whose state at a step depends on later inputs; a filter follows one state ' +
        'forward in time: train a model without --bidirectional',
    );
  const scheme = typeof noise === 'string' ? parseNoise(noise) : noise;
  const untimed = timed && spec.layers.some(({ step }) => step.kind !== 'given');
  if (scheme === undefined && !untimed) return model;
  return buildModel({
    ...spec,
    layers: spec.layers.map((layer) => {
      if (untimed && (layer.cell.step !== undefined || layer.step.kind === 'learned'))
        throw new InputError(
          layer.cell.step !== undefined
            ? `dt: the cell ${layer.cell.name} is a discrete step and knows no time; leave dt out, or take a cell with a drift`
            : 'dt: the model has learned step sizes, which time between samples would replace; leave dt out',
        );
      return {
        ...layer,
        ...(scheme === undefined ? {} : { noise: scheme }),
        ...(untimed ? { step: { ...layer.step, kind: 'given' as const } } : {}),
      };
    }),
  });
}

function checkUncertain({ noise, model }: StateSpace, process: Float64Array | null, initial: Float64Array): void {
  const endless =
    noise.streams.some(({ deviation }) => !Number.isFinite(deviation)) ||
    model.spec.layers.some((layer) => layer.noise.finiteVariance === false);
  if (endless)
    throw new InputError(
      `the noise ${model.spec.layers.map((layer) => layer.noise.name).join(', ')} has no finite variance, and a filter ` +
        'propagates covariances; give a scheme with one (noise: sde:add=0.1), or an added covariance (process)',
    );
  const drawn = noise.streams.some(({ deviation, width }) => deviation > 0 && width > 0);
  const some = (values: Float64Array | null) => values?.some((value) => value !== 0) ?? false;
  if (!drawn && !some(process) && !some(initial))
    throw new InputError(
      'nothing is uncertain: the model draws no noise, and neither process nor initial.covariance is above 0, so that ' +
        'observations could teach nothing; give noise (sde:add=0.1), process, or an initial covariance',
    );
}

function meanOf(
  model: Model,
  parameters: Tensors,
  given: ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>> | undefined,
): Float64Array {
  const layout = stateLayout(model);
  const start = () => initialState(model, parameters, 1);
  let mean: Float64Array;
  if (given === undefined) mean = layout.join(start(), 1);
  else if (isList(given)) mean = Float64Array.from(given);
  else {
    const strange = Object.keys(given).find((name) => model.state[name] === undefined);
    if (strange !== undefined)
      throw new InputError(
        `initial.mean: "${strange}" is not a component of the state: ${Object.keys(model.state).join(', ')}`,
      );
    for (const [name, values] of Object.entries(given))
      if (values.length !== model.state[name])
        throw new InputError(
          `initial.mean: "${name}" has ${values.length} values, the component has ${model.state[name]}`,
        );
    mean = layout.join({ ...start(), ...given }, 1);
  }
  if (mean.length !== layout.size)
    throw new InputError(
      `initial.mean: got ${mean.length} values, the state has ${layout.size} (${layout.components.map(([name, width]) => `${name}: ${width}`).join(', ')})`,
    );
  const bad = mean.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError(`initial.mean: entry ${bad + 1} is ${mean[bad]}; every entry must be a finite number`);
  return mean;
}

function isList(given: object): given is ArrayLike<number> {
  return Array.isArray(given) || ArrayBuffer.isView(given);
}
