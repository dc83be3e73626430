import { flax } from './flax.js';
import type { WeightFormat } from './format.js';
import { keras } from './keras.js';
import { published } from './published.js';
import { pytorch } from './pytorch.js';

export type { ImportedWeights, WeightFormat, WeightRequest } from './format.js';

/** Whose weights can be imported. The first that recognises a name reads the file; the last takes what is left. */
export const weightFormats: Readonly<Record<string, WeightFormat>> = { pytorch, keras, flax, published };

export function formatOfNames(names: readonly string[]): WeightFormat {
  return Object.values(weightFormats).find(({ recognises }) => recognises(names)) ?? published;
}
