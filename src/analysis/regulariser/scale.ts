import type { Model } from '../../model/index.js';

/**
 * ε of the noise, so that the loss grows by (ε²/2)(P + Q). Layers of different scales have no common ε: then 1, with each
 * layer's own factor left inside P and Q.
 */
export function commonScale(model: Model): number {
  const scales = new Set(model.spec.layers.map(({ noise }) => noise.scale).filter((scale) => scale !== 0));
  const [only] = scales;
  return scales.size === 1 ? only! : 1;
}
