import { lengthOf, type Padded } from './lengths.js';

/** Of one entry of the vectors, over all rows and their steps. */
export interface Moments {
  readonly mean: number;
  /** Of the population. */
  readonly deviation: number;
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * One for each entry; what lies beyond a row's end, and missing values (NaN), are not looked at.
 * @param values [rows, steps, width]
 */
export function momentsOf(values: Float32Array | Float64Array, width: number, padded: Padded): Moments[] {
  return Array.from({ length: width }, (_, entry) => {
    let sum = 0;
    let count = 0;
    let minimum = Number.POSITIVE_INFINITY;
    let maximum = Number.NEGATIVE_INFINITY;
    // Doubles far from 0 are summed about the first of them: float32 values have digits to spare.
    let origin = values instanceof Float64Array ? Number.NaN : 0;
    const visit = (use: (value: number) => void) => {
      for (let row = 0; row < padded.rows; row++) {
        const start = row * padded.steps * width + entry;
        const end = start + lengthOf(padded, row) * width;
        for (let index = start; index < end; index += width) if (!Number.isNaN(values[index]!)) use(values[index]!);
      }
    };
    visit((value) => {
      if (Number.isNaN(origin)) origin = value;
      sum += value - origin;
      count += 1;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    });
    const mean = origin + sum / count;
    // A second pass: sums of squares lose all digits when the mean is far from zero.
    let squares = 0;
    visit((value) => {
      squares += (value - mean) ** 2;
    });
    return { mean, deviation: Math.sqrt(squares / count), minimum, maximum };
  });
}
