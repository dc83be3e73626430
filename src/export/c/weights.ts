/** Weights in fewer bits: matrices alone, each row with a scale of its own, symmetric about zero. */
import type { Network, Weight } from '../network.js';

export const weightTypes = ['float32', 'int16', 'int8'] as const;
export type WeightType = (typeof weightTypes)[number];

export interface Rounded {
  /** [rows · columns] */
  readonly integers: Int16Array;
  /** [rows]: what an integer is worth. */
  readonly scales: Float32Array;
}

const largest: Readonly<Record<Exclude<WeightType, 'float32'>, number>> = { int16: 32767, int8: 127 };

/**
 * Null for what stays in float32: vectors, and matrices that must stay orthogonal, since a rotation that is rounded is
 * none and its error adds up with every step.
 */
export function rounded({ shape, data, orthogonal }: Weight, type: WeightType): Rounded | null {
  const [rows = 0, columns] = shape;
  if (type === 'float32' || columns === undefined || orthogonal) return null;
  const integers = new Int16Array(rows * columns);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    const most = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    scales[row] = most / largest[type];
    for (const [i, value] of values.entries())
      integers[row * columns + i] = scales[row] === 0 ? 0 : Math.round(value / scales[row]!);
  }
  return { integers, scales };
}

/** The network as it computes with rounded weights. */
export function withRoundedWeights(network: Network, type: WeightType): Network {
  const weights = new Map(
    [...network.weights].map(([name, weight]) => {
      const found = rounded(weight, type);
      if (found === null) return [name, { ...weight, data: Float64Array.from(Float32Array.from(weight.data)) }];
      const columns = weight.shape[1]!;
      const data = Float64Array.from(found.integers, (value, i) => value * found.scales[Math.floor(i / columns)]!);
      return [name, { ...weight, data }];
    }),
  );
  return { ...network, weights };
}

/** Bytes of the constants. */
export function bytesOf(network: Network, type: WeightType): number {
  let total = 0;
  for (const weight of network.weights.values()) {
    const found = rounded(weight, type);
    if (found === null) total += 4 * weight.data.length;
    else total += (type === 'int8' ? 1 : 2) * found.integers.length + 4 * found.scales.length;
  }
  return total;
}
