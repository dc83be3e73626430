/** Along the units of a vector, in either space. */
import { widthOf } from '../node.js';
import * as make from '../operations.js';
import { sizeOf } from '../tensor.js';
import { type Kind, linear } from './kind.js';

export const broadcast: Kind<'broadcast'> = {
  cost: 'cheap',
  evaluate: (node, [value], out, rows) => {
    const width = sizeOf(node.shape);
    for (let row = 0; row < rows; row++) out.fill(value![row]!, row * width, (row + 1) * width);
  },
  tangent: linear((node, x) => make.broadcast(x, node.shape)),
  transpose: (node, ct) => [make.broadcast(make.sum(ct), node.args[0]!.shape)],
  rebuild: (node, [value]) => make.broadcast(value!, node.shape),
};

export const sum: Kind<'sum'> = {
  cost: 'cheap',
  evaluate: (node, [value], out, rows) => {
    const width = sizeOf(node.args[0]!.shape);
    for (let row = 0; row < rows; row++) {
      let total = 0;
      for (let i = 0; i < width; i++) total += value![row * width + i]!;
      out[row] = total;
    }
  },
  tangent: linear((_, x) => make.sum(x)),
  transpose: (node, ct) => [make.broadcast(ct, node.args[0]!.shape)],
  rebuild: (_, [value]) => make.sum(value!),
};

export const logSumExp: Kind<'logSumExp'> = {
  cost: 'expensive',
  evaluate: (node, [value], out, rows) => {
    const width = widthOf(node.args[0]!);
    for (let row = 0; row < rows; row++) {
      const entries = value!.subarray(row * width, (row + 1) * width);
      const largest = entries.reduce((a, b) => Math.max(a, b), -Infinity);
      out[row] = largest + Math.log(entries.reduce((total, x) => total + Math.exp(x - largest), 0));
    }
  },
  tangent: (node, [x], [dx]) =>
    dx && make.sum(make.multiply(dx, make.exp(make.subtract(x!, make.broadcast(node, x!.shape))))),
  transpose: null,
  rebuild: (_, [value]) => make.logSumExp(value!),
};

export const slice: Kind<'slice'> = {
  cost: 'cheap',
  evaluate: (node, [vector], out, rows) => {
    const width = widthOf(node);
    const from = widthOf(node.args[0]!);
    const { start } = node.attributes;
    for (let row = 0; row < rows; row++)
      out.set(vector!.subarray(row * from + start, row * from + start + width), row * width);
  },
  tangent: linear((node, x) => make.slice(x, node.attributes.start, widthOf(node))),
  transpose: (node, ct) => {
    const [vector] = node.args;
    const after = widthOf(vector!) - node.attributes.start - widthOf(node);
    const zeros = (width: number) => (width > 0 ? [make.constant(0, [width], node.space)] : []);
    return [make.concat([...zeros(node.attributes.start), ct, ...zeros(after)])];
  },
  rebuild: (node, [vector]) => make.slice(vector!, node.attributes.start, node.shape[0]!),
};

export const concat: Kind<'concat'> = {
  cost: 'cheap',
  evaluate: (node, parts, out, rows) => {
    const width = widthOf(node);
    let offset = 0;
    for (const [index, part] of parts.entries()) {
      const own = widthOf(node.args[index]!);
      for (let row = 0; row < rows; row++) out.set(part.subarray(row * own, (row + 1) * own), row * width + offset);
      offset += own;
    }
  },
  tangent: (_, args, tangents) =>
    tangents.every((tangent) => tangent === undefined)
      ? undefined
      : make.concat(args.map((arg, index) => tangents[index] ?? make.constantLike(arg, 0))),
  transpose: (node, ct) => {
    let start = 0;
    return node.args.map((arg) => {
      const width = widthOf(arg);
      start += width;
      return make.slice(ct, start - width, width);
    });
  },
  rebuild: (_, args) => make.concat(args),
};
