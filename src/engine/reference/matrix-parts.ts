/** Moving blocks and triangles of row-major matrices. */
import type { Shape } from '../../graph/index.js';

/** A place in a matrix whose rows have `width` entries. */
interface Corner {
  readonly values: Float64Array;
  readonly width: number;
  readonly row: number;
  readonly column: number;
}

/** Copies a block of the given shape from one place to another. */
export function copyBlock(from: Corner, to: Corner, [height = 0, width = 0]: Shape): void {
  for (let i = 0; i < height; i++) {
    const start = (from.row + i) * from.width + from.column;
    to.values.set(from.values.subarray(start, start + width), (to.row + i) * to.width + to.column);
  }
}

/** Where the entries above the diagonal of a square matrix lie, row by row. */
export function upperPlaces(size: number): Uint32Array {
  const places = new Uint32Array((size * (size - 1)) / 2);
  let entry = 0;
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) {
      places[entry] = i * size + j;
      entry += 1;
    }
  return places;
}
