/** What logits say, as every export says it. */
import type { Preprocessing } from '../data/index.js';
import { predictionsOf } from '../train/predict.js';

/** Probabilities of classes, or values in raw units, of [readouts, outputs]. */
export function answersOf(
  logits: Float64Array,
  preprocessing: Preprocessing,
  outputs: number,
  temperature: number,
): number[][] {
  const rows = Array.from({ length: logits.length / outputs }, (_, row) =>
    logits.subarray(row * outputs, (row + 1) * outputs),
  );
  const { probabilities, values } = predictionsOf(rows, preprocessing, temperature);
  return [...(values ?? probabilities)].map((own) => [...own]);
}
