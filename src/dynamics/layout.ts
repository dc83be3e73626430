/** The hidden state as one vector: every component of every layer, one after the other. */
import type { Model } from '../model/index.js';

export interface StateLayout {
  readonly components: readonly (readonly [name: string, width: number])[];
  /** N, the width of the joined state. */
  readonly size: number;
  /** [rows, width] by component → [rows, size]; a component that is missing is 0. */
  readonly join: (carries: Readonly<Record<string, ArrayLike<number>>>, rows: number) => Float64Array;
  /** [rows, size] → [rows, width] by component. */
  readonly split: (joined: Float64Array, rows: number) => Record<string, Float64Array>;
}

export function stateLayout({ state }: Pick<Model, 'state'>): StateLayout {
  const components = Object.entries(state);
  const size = components.reduce((total, [, width]) => total + width, 0);
  return {
    components,
    size,
    join(carries, rows) {
      const joined = new Float64Array(rows * size);
      let start = 0;
      for (const [name, width] of components) {
        const own = carries[name];
        if (own !== undefined)
          for (let row = 0; row < rows; row++)
            for (let i = 0; i < width; i++) joined[row * size + start + i] = own[row * width + i]!;
        start += width;
      }
      return joined;
    },
    split(joined, rows) {
      let start = 0;
      return Object.fromEntries(
        components.map(([name, width]) => {
          const own = new Float64Array(rows * width);
          for (let row = 0; row < rows; row++)
            own.set(joined.subarray(row * size + start, row * size + start + width), row * width);
          start += width;
          return [name, own];
        }),
      );
    },
  };
}
