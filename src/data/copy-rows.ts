/**
 * Rows of values [rows, width] by their indices, in that order.
 * @param short keeps the first so many entries of each; all unless given.
 */
export function copyRows<Values extends Float32Array | Float64Array | Int32Array>(
  values: Values,
  width: number,
  indices: ArrayLike<number>,
  short = width,
): Values {
  const result = new (values.constructor as new (length: number) => Values)(indices.length * short);
  for (let position = 0; position < indices.length; position++) {
    const start = indices[position]! * width;
    result.set(values.subarray(start, start + short), position * short);
  }
  return result;
}
