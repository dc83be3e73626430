import { parseSpec } from '../spec.js';
import { dropout } from './dropout.js';
import { independent } from './independent.js';
import { inside } from './inside.js';
import { none } from './none.js';
import { published } from './published.js';
import { scalar } from './scalar.js';
import type { NoiseScheme, SchemeEntry } from './scheme.js';
import { sde } from './sde.js';

export * from './define.js';
export { columnOf, type Motion, type MotionTerm, motionsOf, moved, toRow } from './motions.js';
export { contextOf, type NoiseProperties, type NoiseSituation, noiseProperties, plainSituation } from './properties.js';
export * from './scheme.js';

export const schemes: Readonly<Record<string, SchemeEntry>> = {
  none,
  sde,
  independent,
  scalar,
  published,
  dropout,
  inside,
};

/**
 * Reads `name:key=value,…`, such as `sde:add=0.05,mult=0.02`.
 * @throws InputError for an unknown scheme or key, or a value out of range.
 */
export function parseNoise(text: string): NoiseScheme {
  const { name, values } = parseSpec(text, schemes, 'noise scheme');
  return schemes[name]!.create(values);
}
