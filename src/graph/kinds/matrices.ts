/** Shared matrices: their products, parts, and the matrix exponential. */
import { exponential, exponentialDerivative } from '../../linear-algebra/matrix-exponential.js';
import { copyBlock, transposeInto, upperPlaces } from '../../linear-algebra/matrix-parts.js';
import * as matrices from '../matrices.js';
import { widthOf } from '../node.js';
import * as make from '../operations.js';
import { bilinear, type Kind, linear } from './kind.js';

export const product: Kind<'product'> = {
  cost: 'expensive',
  evaluate: (node, [a, b], out) => {
    const [height = 0, width = 0] = node.shape;
    const inner = node.args[0]!.shape[1]!;
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) {
        let total = 0;
        for (let k = 0; k < inner; k++) total += a![i * inner + k]! * b![k * width + j]!;
        out[i * width + j] = total;
      }
  },
  tangent: bilinear(make.matmul),
  transpose: ({ args: [a, b] }, ct, active) =>
    active(0) ? [make.matmul(ct, make.transpose(b!)), undefined] : [undefined, make.matmul(make.transpose(a!), ct)],
  rebuild: (_, [a, b]) => make.matmul(a!, b!),
};

export const transpose: Kind<'transpose'> = {
  cost: 'cheap',
  evaluate: (node, [matrix], out) => {
    const [height = 0, width = 0] = node.shape;
    transposeInto(out, matrix!, height, width);
  },
  tangent: linear((_, x) => make.transpose(x)),
  transpose: (_, ct) => [make.transpose(ct)],
  rebuild: (_, [matrix]) => make.transpose(matrix!),
};

export const diagonal: Kind<'diagonal'> = {
  cost: 'cheap',
  evaluate: (node, [matrix], out) => {
    const size = widthOf(node);
    for (let i = 0; i < size; i++) out[i] = matrix![i * size + i]!;
  },
  tangent: linear((_, x) => make.diagonal(x)),
  transpose: (_, ct) => [make.diagonalMatrix(ct)],
  rebuild: (_, [matrix]) => make.diagonal(matrix!),
};

export const diagonalMatrix: Kind<'diagonalMatrix'> = {
  cost: 'cheap',
  evaluate: (node, [vector], out) => {
    const size = node.shape[0]!;
    out.fill(0);
    for (let i = 0; i < size; i++) out[i * size + i] = vector![i]!;
  },
  tangent: linear((_, x) => make.diagonalMatrix(x)),
  transpose: (_, ct) => [make.diagonal(ct)],
  rebuild: (_, [vector]) => make.diagonalMatrix(vector!),
};

export const submatrix: Kind<'submatrix'> = {
  cost: 'cheap',
  evaluate: ({ attributes: { row, column }, shape, args }, [matrix], out) =>
    copyBlock(
      { values: matrix!, width: args[0]!.shape[1]!, row, column },
      { values: out, width: shape[1]!, row: 0, column: 0 },
      shape,
    ),
  tangent: linear(({ attributes: { row, column }, shape }, x) =>
    matrices.submatrix(x, row, column, shape[0]!, shape[1]!),
  ),
  transpose: ({ attributes: { row, column }, args }, ct) => {
    const [height = 0, width = 0] = args[0]!.shape;
    return [matrices.placeMatrix(ct, row, column, height, width)];
  },
  rebuild: ({ attributes: { row, column }, shape }, [matrix]) =>
    matrices.submatrix(matrix!, row, column, shape[0]!, shape[1]!),
};

export const placeMatrix: Kind<'placeMatrix'> = {
  cost: 'cheap',
  evaluate: ({ attributes: { row, column }, shape, args }, [matrix], out) => {
    const part = args[0]!.shape;
    out.fill(0);
    copyBlock(
      { values: matrix!, width: part[1]!, row: 0, column: 0 },
      { values: out, width: shape[1]!, row, column },
      part,
    );
  },
  tangent: linear(({ attributes: { row, column }, shape }, x) =>
    matrices.placeMatrix(x, row, column, shape[0]!, shape[1]!),
  ),
  transpose: ({ attributes: { row, column }, args }, ct) => {
    const [height = 0, width = 0] = args[0]!.shape;
    return [matrices.submatrix(ct, row, column, height, width)];
  },
  rebuild: ({ attributes: { row, column }, shape }, [matrix]) =>
    matrices.placeMatrix(matrix!, row, column, shape[0]!, shape[1]!),
};

export const upperTriangle: Kind<'upperTriangle'> = {
  cost: 'cheap',
  evaluate: (node, [vector], out) => {
    out.fill(0);
    for (const [entry, place] of upperPlaces(node.shape[0]!).entries()) out[place] = vector![entry]!;
  },
  tangent: linear((_, x) => matrices.upperTriangle(x)),
  transpose: (_, ct) => [matrices.upperEntries(ct)],
  rebuild: (_, [vector]) => matrices.upperTriangle(vector!),
};

export const upperEntries: Kind<'upperEntries'> = {
  cost: 'cheap',
  evaluate: (node, [matrix], out) => {
    for (const [entry, place] of upperPlaces(node.args[0]!.shape[0]!).entries()) out[entry] = matrix![place]!;
  },
  tangent: linear((_, x) => matrices.upperEntries(x)),
  transpose: (_, ct) => [matrices.upperTriangle(ct)],
  rebuild: (_, [matrix]) => matrices.upperEntries(matrix!),
};

export const matrixExponential: Kind<'matrixExponential'> = {
  cost: 'expensive',
  evaluate: (node, [matrix], out) => out.set(exponential(matrix!, node.shape[0]!)),
  tangent: (_, [A], [dA]) => dA && matrices.frechetExponential(A!, dA),
  transpose: null,
  rebuild: (_, [matrix]) => matrices.matrixExponential(matrix!),
};

export const frechetExponential: Kind<'frechetExponential'> = {
  cost: 'expensive',
  evaluate: (node, [matrix, direction], out) => out.set(exponentialDerivative(matrix!, direction!, node.shape[0]!)),
  tangent: (node, [A, E], [dA, dE]) => {
    if (dA === undefined) return dE && matrices.frechetExponential(A!, dE);
    // L(A, E) is a block of exp [[A, E], [0, A]], so its derivative is the same block of an L one size up.
    const moved = matrices.frechetExponential(matrices.upperBlocks(A!, E!), matrices.upperBlocks(dA, dE));
    const size = node.shape[0]!;
    return matrices.submatrix(moved, 0, size, size, size);
  },
  // ⟨C, L(A, E)⟩ = ⟨L(Aᵀ, C), E⟩.
  transpose: (node, ct) => [undefined, matrices.frechetExponential(make.transpose(node.args[0]!), ct)],
  rebuild: (_, [matrix, direction]) => matrices.frechetExponential(matrix!, direction!),
};
