/**
 * Series like the training data in mean and spread, and in nothing else: what an export is tried on. No row of anybody's
 * data leaves with an export.
 */
import type { Preprocessing } from '../data/index.js';
import { createGenerator } from '../random/index.js';

/** [rows, steps, channels] in raw units, exact in float32: slow waves with noise, of other length and height each. */
export function madeUpSeries(
  { channels, mean, scale, normalisation, minimum, maximum }: Preprocessing,
  rows: number,
  steps: number,
): Float32Array {
  const generator = createGenerator(0, 'made-up series');
  const values = new Float32Array(rows * steps * channels);
  // Of data that are not normalised the moments are not known, but their extremes are.
  const known = normalisation === 'standard';
  for (let row = 0; row < rows; row++)
    for (let channel = 0; channel < channels; channel++) {
      const middle = known ? mean[channel]! : (minimum + maximum) / 2;
      const spread = known ? scale[channel]! : (maximum - minimum) / 4;
      const height = 0.5 + generator.uniform();
      const period = 4 + 40 * generator.uniform();
      const start = 2 * Math.PI * generator.uniform();
      for (let step = 0; step < steps; step++) {
        const wave = height * Math.sin(start + (2 * Math.PI * step) / period);
        values[(row * steps + step) * channels + channel] = middle + spread * (wave + 0.3 * generator.normal());
      }
    }
  return values;
}
