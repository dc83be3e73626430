/** Standard errors of a maximum-likelihood fit, from the curvature of the log-likelihood at it. */
import { InputError } from '../errors.js';
import type { Tensor, Tensors } from '../graph/index.js';
import { backwardSolve, cholesky, forwardSolve } from '../linear-algebra/cholesky.js';

/** Gradient of the log-likelihood of all data (the sum, not the mean) at these parameters. */
export type LikelihoodGradient = (parameters: Tensors) => Tensors;

/** The cost grows with the number of parameters squared. */
const most = 500;

/**
 * −∂²log p of the parameters named, [P, P] in their order, by central differences of the exact gradient.
 * @param step relative to 1 + |θ|; 1e-5 unless given.
 */
export function observedInformation(
  gradient: LikelihoodGradient,
  parameters: Tensors,
  names: readonly string[],
  step = 1e-5,
): { readonly information: Float64Array; readonly size: number } {
  const places = names.flatMap((name) => Array.from(parameters[name]!.data, (_, at) => ({ name, at })));
  const size = places.length;
  if (size > most)
    throw new InputError(
      `standard errors: ${size} parameters, more than ${most}; name fewer of them (the noise levels, say)`,
    );
  const information = new Float64Array(size * size);
  for (const [i, { name, at }] of places.entries()) {
    const h = step * (1 + Math.abs(parameters[name]!.data[at]!));
    const moved = (t: number) => {
      const { shape, data } = parameters[name]!;
      const own = gradient({
        ...parameters,
        [name]: { shape, data: data.map((value, j) => value + (j === at ? t : 0)) },
      });
      return places.map((place) => own[place.name]!.data[place.at]!);
    };
    const [up, down] = [moved(h), moved(-h)];
    for (let j = 0; j < size; j++) information[i * size + j] = -(up[j]! - down[j]!) / (2 * h);
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++)
      information[i * size + j] = information[j * size + i] =
        (information[i * size + j]! + information[j * size + i]!) / 2;
  return { information, size };
}

/**
 * √diag of the inverse of the observed information, by parameter.
 * @throws InputError where the log-likelihood is no maximum in these parameters: the fit is not done, or they can be
 * exchanged for one another (the units of a hidden state can be turned).
 */
export function standardErrors(
  gradient: LikelihoodGradient,
  parameters: Tensors,
  names: readonly string[],
): Record<string, Tensor> {
  const { information, size } = observedInformation(gradient, parameters, names);
  const L = cholesky(information, size);
  if (L === null)
    throw new InputError(
      'standard errors: the log-likelihood has no maximum here in these parameters; train longer, or name fewer of them: ' +
        'weights of a hidden state are known only up to its coordinates, noise levels given the weights are',
    );
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) inverse[i * size + i] = 1;
  forwardSolve(L, size, inverse, size);
  backwardSolve(L, size, inverse, size);
  let next = 0;
  return Object.fromEntries(
    names.map((name) => {
      const { shape, data } = parameters[name]!;
      const own = data.map(() => Math.sqrt(inverse[next++ * (size + 1)]!));
      return [name, { shape, data: own }];
    }),
  );
}
