/**
 * The loss with what noise adds to it in expectation, to second order, as an objective of its own: along the path where
 * every draw has its mean,
 *
 *     ℓ + (ε²/2) ξᵀ∇²_ηℓ ξ,
 *
 * whose mean over ξ is ℓ + (ε²/2)(P + Q). Value and gradient are exact: the second tangent of the loss along the noise,
 * and the adjoint of that program with seeds on the loss and on its second tangent.
 */
import type { Engine, Kernel } from '../engine/engine.js';
import { InputError } from '../errors.js';
import type { Tensors } from '../graph/index.js';
import { adjointName, adjointProgram, secondDerivative, secondName } from '../program/index.js';
import type { Batch } from './batch.js';
import { bind, variantOf } from './bind.js';
import type { Model } from './model.js';
import type { ProgramOptions } from './model-spec.js';
import { drawsNoise, requireFiniteVariance } from './noise-of.js';
import { among, gradientFrom, type Noise, noiseScaleOf } from './objective.js';
import { refine } from './refine.js';

export interface RegularisedValue {
  /** loss + penalty. */
  readonly value: number;
  /** Mean loss over rows, on the mean path. */
  readonly loss: number;
  /** (ε²/2) ξᵀ∇²_ηℓ ξ, mean over rows; of either sign. */
  readonly penalty: number;
  /** Of `value`, by parameter. */
  readonly gradient: Tensors;
}

export interface RegularisedObjective {
  /** @param noise draws ξ, distributed as the model's own noise less its mean; the sign does not matter. */
  gradient(parameters: Tensors, batch: Batch, noise: NonNullable<Noise>): Promise<RegularisedValue>;
}

/**
 * Works for every scheme: what is expanded is the loss as a function of the draws, whatever the step does with them.
 * Noise that is not centred (`published` with `mult`) moves the mean path away from that of inference.
 * @throws InputError if the model draws no noise.
 */
export function createRegularisedObjective(model: Model, engine: Engine): RegularisedObjective {
  if (!drawsNoise(model))
    throw new InputError(
      'the explicit regulariser is what noise adds to the loss, and this model draws none; give a noise scheme (--noise)',
    );
  requireFiniteVariance(model, 'the explicit regulariser');
  const kernels = new Map<string, Kernel>();
  const kernelFor = (variant: Pick<ProgramOptions, 'masked' | 'timed'>, scaledNoise: boolean): Kernel => {
    const key = `${variant.masked} ${variant.timed} ${scaledNoise}`;
    let kernel = kernels.get(key);
    if (kernel === undefined) {
      const program = secondDerivative(model.program({ noisy: true, scaledNoise, ...variant, loss: true }), 'drawn');
      const adjoint = adjointProgram(program);
      const shared = among(adjoint.finish, Object.keys(model.parameters).map(adjointName));
      kernel = engine.compile(adjoint, { carries: ['loss', curvature], shared });
      kernels.set(key, kernel);
    }
    return kernel;
  };
  return {
    async gradient(parameters, given, noise) {
      const { batch } = refine(model, given);
      const bound = bind(model, batch, true);
      // The draws carry ε already, so the second tangent is ε² ξᵀ∇²_ηℓ ξ.
      const seed = new Float64Array(batch.rows).fill(0.5 / batch.rows);
      const carries = { ...bound.carries, [adjointName(curvature)]: seed };
      const kernel = kernelFor(variantOf(batch), noise.scale !== undefined);
      const known = { ...parameters, ...noiseScaleOf(noise) };
      const outputs = await kernel.run({ ...bound, carries, parameters: known, noise });
      const loss = mean(outputs.carries.loss!);
      const penalty = 0.5 * mean(outputs.carries[curvature]!);
      const gradient = gradientFrom(model, outputs.shared, adjointName);
      return { value: loss + penalty, loss, penalty, gradient };
    },
  };
}

const curvature = secondName('loss');

function mean(values: Float64Array): number {
  return values.reduce((total, own) => total + own, 0) / values.length;
}
