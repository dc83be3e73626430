import type { Preprocessing } from '../data/index.js';

/** Raw values as the network reads them, [rows · steps · channels]; missing ones filled. */
export function normalisedInputs(raw: ArrayLike<number>, { mean, scale, fill, channels }: Preprocessing): Float64Array {
  return Float64Array.from({ length: raw.length }, (_, i) => {
    const channel = i % channels;
    const value = Number.isNaN(raw[i]!) && fill ? fill[channel]! : raw[i]!;
    return (value - mean[channel]!) / scale[channel]!;
  });
}
