import { InputError } from '../../errors.js';
import { sizeOf, type Tensors } from '../../graph/index.js';
import type { Batch, Objective } from '../../model/index.js';
import { type PathOptions, pathsFor } from '../paths.js';
import { addTo, flatten, unflatten } from '../vectors.js';

/** A symmetric matrix known by its products: H·v. Everything in this folder asks nothing more of a Hessian. */
export interface SymmetricOperator {
  readonly size: number;
  readonly apply: (vector: Float64Array) => Promise<Float64Array>;
}

export interface HessianScope extends PathOptions {
  /** The tensors to differentiate with respect to (a diagonal block of the Hessian); all unless given. */
  readonly tensors?: readonly string[];
}

/**
 * The Hessian of the mean loss over all rows of the batches, with respect to the parameters in the model's order. Each
 * product is one forward-over-reverse pass over the whole data set: exact to rounding, about four gradients.
 * @throws InputError for an unknown tensor.
 */
export function hessianOperator(
  objective: Objective,
  parameters: Tensors,
  batches: readonly Batch[],
  scope: HessianScope = {},
): SymmetricOperator {
  const shapes = Object.fromEntries(
    Object.entries(objective.model.parameters).map(([name, { shape }]) => [name, shape] as const),
  );
  const names = scope.tensors ?? Object.keys(shapes);
  for (const name of names)
    if (shapes[name] === undefined)
      throw new InputError(`hessian: unknown tensor "${name}"; the model has ${Object.keys(shapes).join(', ')}`);
  const size = names.reduce((total, name) => total + sizeOf(shapes[name]!), 0);
  const rows = batches.reduce((total, batch) => total + batch.rows, 0);
  return {
    size,
    apply: async (vector) => {
      const direction = unflatten(vector, names, shapes);
      const total = new Float64Array(size);
      let first = 0;
      for (const batch of batches) {
        const paths = pathsFor(scope, batch.rows, first);
        for (const noise of paths) {
          const product = await objective.hessianVector(parameters, batch, direction, noise);
          addTo(total, batch.rows / rows / paths.length, flatten(product, names));
        }
        first += batch.rows;
      }
      return total;
    },
  };
}
