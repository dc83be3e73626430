/** Rows of different lengths: every row takes the room of the longest, and is 0 beyond its own end. */

export interface Padded {
  readonly rows: number;
  readonly steps: number;
  readonly lengths?: Uint32Array | null;
}

/** How many steps the row lasts. */
export function lengthOf({ steps, lengths }: Padded, row: number): number {
  return lengths?.[row] ?? steps;
}

/** Steps of all rows together, without padding. */
export function totalSteps({ rows, steps, lengths }: Padded): number {
  return lengths?.reduce((sum, length) => sum + length, 0) ?? rows * steps;
}

/** Sets what lies beyond each row's end to 0, in place. @param values [rows, steps, width] */
export function clearBeyondEnds(values: Float32Array | Float64Array, width: number, padded: Padded): void {
  const { rows, steps, lengths } = padded;
  if (!lengths) return;
  for (let row = 0; row < rows; row++)
    values.fill(0, (row * steps + lengthOf(padded, row)) * width, (row + 1) * steps * width);
}
