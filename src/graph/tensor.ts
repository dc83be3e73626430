/**
 * A dense array of numbers with a shape: how parameters, gradients and tangents are held between engine calls.
 * `data` is row-major and has exactly the product of `shape` entries; float64 whatever the engine's precision.
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Named tensors: the parameters of a model, their gradient, or a direction in parameter space. */
export type Tensors = Readonly<Record<string, Tensor>>;

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

export function zeros(shape: readonly number[]): Tensor {
  return { shape: [...shape], data: new Float64Array(sizeOf(shape)) };
}

/** @throws RangeError if the number of values is not the product of the shape. */
export function tensor(shape: readonly number[], values: ArrayLike<number>): Tensor {
  if (values.length !== sizeOf(shape))
    throw new RangeError(`tensor: shape [${shape}] needs ${sizeOf(shape)} values, got ${values.length}`);
  return { shape: [...shape], data: Float64Array.from(values) };
}
