import { createGenerator } from '../random/index.js';

/**
 * Inputs with white noise on every entry, drawn afresh for every update: the oldest regulariser by noise (Bishop, *Training
 * with Noise is Equivalent to Tikhonov Regularization*, Neural Computation 1995), and a control for noise in the state.
 * @param inputs [rows, steps, channels], normalised; left as they are.
 * @param strength standard deviation in the raw units of the data.
 * @param scale [channels], raw units of one normalised unit.
 * @param update number of the update, so that a resumed run draws what it would have drawn.
 */
export function withInputNoise(
  inputs: Float32Array,
  strength: number,
  scale: ArrayLike<number>,
  seed: number,
  update: number,
): Float32Array {
  if (strength === 0) return inputs;
  const generator = createGenerator(seed, 'input noise', update);
  return inputs.map((value, entry) => value + (strength / scale[entry % scale.length]!) * generator.normal());
}
