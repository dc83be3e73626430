/** Between row values and shared values: products, and the two that cross over from one space to the other. */
import { widthOf } from '../node.js';
import * as make from '../operations.js';
import { bilinear, type Kind, linear } from './kind.js';

export const matmul: Kind<'matmul'> = {
  cost: 'expensive',
  evaluate: (node, [matrix, operand], out, rows) => {
    const width = widthOf(node);
    const inner = widthOf(node.args[1]!);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < width; i++) {
        let total = 0;
        for (let k = 0; k < inner; k++) total += matrix![i * inner + k]! * operand![row * inner + k]!;
        out[row * width + i] = total;
      }
  },
  tangent: bilinear(make.matmul),
  transpose: ({ args: [matrix, operand] }, ct, active) =>
    active(0) ? [make.outer(ct, operand!), undefined] : [undefined, make.matmul(make.transpose(matrix!), ct)],
  rebuild: (_, [matrix, operand]) => make.matmul(matrix!, operand!),
};

export const outer: Kind<'outer'> = {
  cost: 'expensive',
  evaluate: (node, [a, b], out, rows) => {
    const [height = 0, width = 0] = node.shape;
    out.fill(0);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < height; i++) {
        const left = a![row * height + i]!;
        for (let j = 0; j < width; j++) out[i * width + j]! += left * b![row * width + j]!;
      }
  },
  tangent: bilinear(make.outer),
  transpose: ({ args: [a, b] }, ct, active) =>
    active(0) ? [make.matmul(ct, b!), undefined] : [undefined, make.matmul(make.transpose(ct), a!)],
  rebuild: (_, [a, b]) => make.outer(a!, b!),
};

export const broadcastRows: Kind<'broadcastRows'> = {
  cost: 'cheap',
  evaluate: (node, [vector], out, rows) => {
    const width = widthOf(node);
    for (let row = 0; row < rows; row++) out.set(vector!, row * width);
  },
  tangent: linear((_, x) => make.broadcastRows(x)),
  transpose: (_, ct) => [make.sumRows(ct)],
  rebuild: (_, [vector]) => make.broadcastRows(vector!),
};

export const sumRows: Kind<'sumRows'> = {
  cost: 'cheap',
  evaluate: (node, [vector], out, rows) => {
    const width = widthOf(node);
    out.fill(0);
    for (let row = 0; row < rows; row++) for (let i = 0; i < width; i++) out[i]! += vector![row * width + i]!;
  },
  tangent: linear((_, x) => make.sumRows(x)),
  transpose: (_, ct) => [make.broadcastRows(ct)],
  rebuild: (_, [vector]) => make.sumRows(vector!),
};
