/** Moving blocks and triangles of row-major matrices, and transposing them. */

/** A place in a matrix whose rows have `width` entries. */
interface Corner {
  readonly values: Float64Array;
  readonly width: number;
  readonly row: number;
  readonly column: number;
}

/** Copies a block of the given shape from one place to another. */
export function copyBlock(from: Corner, to: Corner, [height = 0, width = 0]: readonly number[]): void {
  for (let i = 0; i < height; i++) {
    const start = (from.row + i) * from.width + from.column;
    to.values.set(from.values.subarray(start, start + width), (to.row + i) * to.width + to.column);
  }
}

/** out [height, width] = matrixᵀ, four rows at a time: what is read of a row of the matrix lies in one line of the cache. */
export function transposeInto(out: Float64Array, matrix: Float64Array, height: number, width: number): void {
  const whole = height - (height % 4);
  for (let i = 0; i < whole; i += 4)
    for (let from = i, to = i * width; from < matrix.length; from += height, to += 1) {
      out[to] = matrix[from]!;
      out[to + width] = matrix[from + 1]!;
      out[to + 2 * width] = matrix[from + 2]!;
      out[to + 3 * width] = matrix[from + 3]!;
    }
  for (let i = whole; i < height; i++) for (let j = 0; j < width; j++) out[i * width + j] = matrix[j * height + i]!;
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
