/** How a batch's gradient is made from its noise: along one path, along a path and its antithetic, or of the explicit regulariser. */
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import {
  type Batch,
  createRegularisedObjective,
  drawsNoise,
  type Model,
  type Noise,
  type Objective,
} from '../model/index.js';
import type { Configuration } from './configuration.js';

export interface GradientSettings {
  /** Average over each noise path and its antithetic one. */
  readonly antithetic: Configuration['antithetic'];
  /** `explicit`: minimise ℓ + (ε²/2) ξᵀ∇²_ηℓ ξ on the mean path in place of the noisy loss. */
  readonly regularizer: Configuration['regularizer'];
}

/** Value of what is minimised, and its gradient. */
export type BatchGradient = (
  parameters: Tensors,
  batch: Batch,
  noise: Noise,
) => Promise<{ readonly loss: number; readonly gradient: Tensors }>;

/** @throws InputError if a setting needs noise and the model draws none, or the settings contradict one another. */
export function checkGradientSettings(model: Model, { antithetic, regularizer }: GradientSettings): void {
  const explicit = regularizer === 'explicit';
  if (!explicit && !antithetic) return;
  if (!drawsNoise(model))
    throw new InputError(
      `${antithetic ? 'antithetic' : 'regularizer explicit'}: the model draws no noise; give a noise scheme (--noise), ` +
        'or leave the setting out',
    );
  if (explicit && antithetic)
    throw new InputError(
      'antithetic: with the explicit regulariser no noise path is followed that could have an antithetic one; ' +
        'leave out one of the two',
    );
}

/** @throws InputError as `checkGradientSettings`. */
export function createBatchGradient(objective: Objective, settings: GradientSettings): BatchGradient {
  const { model, engine } = objective;
  checkGradientSettings(model, settings);
  if (settings.regularizer === 'explicit') {
    const regularised = createRegularisedObjective(model, engine);
    return async (parameters, batch, noise) => {
      if (noise === undefined) throw new Error('the explicit regulariser needs noise');
      const { value, gradient } = await regularised.gradient(parameters, batch, noise);
      return { loss: value, gradient };
    };
  }
  if (!settings.antithetic) return (parameters, batch, noise) => objective.gradient(parameters, batch, noise);
  return async (parameters, batch, noise) => {
    const path = await objective.gradient(parameters, batch, noise);
    const other = await objective.gradient(parameters, batch, noise && { ...noise, sign: -1 });
    return { loss: (path.loss + other.loss) / 2, gradient: meanOf(path.gradient, other.gradient) };
  };
}

function meanOf(first: Tensors, second: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(first).map(([name, { shape, data }]) => {
      const other = second[name]!.data;
      return [name, { shape, data: data.map((value, index) => (value + other[index]!) / 2) }];
    }),
  );
}
