import type { Initial, ParameterSpec } from '../cells/index.js';
import { type Tensor, zeros } from '../graph/index.js';
import { createGenerator, type Generator } from '../random/index.js';

/**
 * Starting values of all parameters: a pure function of the seed and each parameter's name, so that adding one
 * parameter does not change the others. Values are exact in float32.
 */
export function initialise(specs: Readonly<Record<string, ParameterSpec>>, seed: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, initial }]) => {
      const tensor = zeros(shape);
      fill(tensor, initial, createGenerator(seed, 'parameter', name));
      for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = Math.fround(tensor.data[i]!);
      return [name, tensor];
    }),
  );
}

function fill({ shape, data }: Tensor, initial: Initial, generator: Generator): void {
  switch (initial.kind) {
    case 'constant':
      data.fill(initial.value);
      return;
    case 'normal':
      for (let i = 0; i < data.length; i++) data[i] = initial.scale * generator.normal();
      return;
    case 'uniform':
      for (let i = 0; i < data.length; i++) data[i] = initial.scale * (2 * generator.uniform() - 1);
      return;
    case 'orthogonal':
      fillOrthogonal(shape, data, generator);
      return;
    case 'rotations': {
      // Row i of the strict upper triangle begins with the entry (i, i + 1) and has units − 1 − i of them.
      let start = 0;
      for (let i = 0; i < initial.units - 1; i++) {
        if (i % 2 === 0) data[start] = initial.angle * (2 * generator.uniform() - 1);
        start += initial.units - 1 - i;
      }
    }
  }
}

/** Rows of a Gaussian matrix made orthonormal by modified Gram–Schmidt, twice for accuracy. Saxe et al., ICLR 2014. */
function fillOrthogonal(shape: readonly number[], data: Float64Array, generator: Generator): void {
  const [rows = 1, columns = 1] = shape;
  if (rows > columns) throw new Error(`orthogonal: a [${shape}] matrix cannot have orthonormal rows`);
  for (let i = 0; i < data.length; i++) data[i] = generator.normal();
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * columns, (i + 1) * columns);
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++) {
        const other = data.subarray(j * columns, (j + 1) * columns);
        const overlap = row.reduce((total, x, k) => total + x * other[k]!, 0);
        for (let k = 0; k < columns; k++) row[k]! -= overlap * other[k]!;
      }
    const norm = Math.sqrt(row.reduce((total, x) => total + x * x, 0));
    for (let k = 0; k < columns; k++) row[k]! /= norm;
  }
}
