/**
 * What every node means, in float64 and plain loops. A row value is a Float64Array [rows, width], a shared value one
 * in the order of its shape. All other engines are tested against this file.
 */
import { type Node, type NodeOf, type Op, sizeOf, unaryRules, widthOf } from '../../graph/index.js';
import { evaluateBinary } from './arithmetic.js';
import { exponential, exponentialDerivative } from './matrix-exponential.js';
import { copyBlock, transposeInto, upperPlaces } from './matrix-parts.js';

type Evaluate<O extends Op> = (
  node: NodeOf<O> & Node,
  args: readonly Float64Array[],
  out: Float64Array,
  rows: number,
) => void;

/** Leaves have their values placed by whoever runs the graph. */
const given = () => {};

const evaluators: { readonly [O in Op]: Evaluate<O> } = {
  input: given,
  noise: given,
  constant: (node, _, out) => {
    const { value } = node.attributes;
    if (typeof value === 'number') out.fill(value);
    else out.set(value);
  },
  unary: (node, [x], out) => {
    const { evaluate } = unaryRules[node.attributes.name];
    for (let i = 0; i < out.length; i++) out[i] = evaluate(x![i]!);
  },
  binary: evaluateBinary,
  select: (_, [condition, a, b], out) => {
    for (let i = 0; i < out.length; i++) out[i] = condition![i]! > 0 ? a![i]! : b![i]!;
  },
  matmul: (node, [matrix, operand], out, rows) => {
    const width = widthOf(node);
    const inner = widthOf(node.args[1]!);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < width; i++) {
        let total = 0;
        for (let k = 0; k < inner; k++) total += matrix![i * inner + k]! * operand![row * inner + k]!;
        out[row * width + i] = total;
      }
  },
  outer: (node, [a, b], out, rows) => {
    const [height = 0, width = 0] = node.shape;
    out.fill(0);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < height; i++) {
        const left = a![row * height + i]!;
        for (let j = 0; j < width; j++) out[i * width + j]! += left * b![row * width + j]!;
      }
  },
  product: (node, [a, b], out) => {
    const [height = 0, width = 0] = node.shape;
    const inner = node.args[0]!.shape[1]!;
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) {
        let total = 0;
        for (let k = 0; k < inner; k++) total += a![i * inner + k]! * b![k * width + j]!;
        out[i * width + j] = total;
      }
  },
  transpose: (node, [matrix], out) => {
    const [height = 0, width = 0] = node.shape;
    transposeInto(out, matrix!, height, width);
  },
  spread: (node, [vector], out, rows) => {
    const width = widthOf(node);
    for (let row = 0; row < rows; row++) out.set(vector!, row * width);
  },
  gather: (node, [vector], out, rows) => {
    const width = widthOf(node);
    out.fill(0);
    for (let row = 0; row < rows; row++) for (let i = 0; i < width; i++) out[i]! += vector![row * width + i]!;
  },
  broadcast: (node, [value], out, rows) => {
    const width = sizeOf(node.shape);
    for (let row = 0; row < rows; row++) out.fill(value![row]!, row * width, (row + 1) * width);
  },
  sum: (node, [value], out, rows) => {
    const width = sizeOf(node.args[0]!.shape);
    for (let row = 0; row < rows; row++) {
      let total = 0;
      for (let i = 0; i < width; i++) total += value![row * width + i]!;
      out[row] = total;
    }
  },
  logSumExp: (node, [value], out, rows) => {
    const width = widthOf(node.args[0]!);
    for (let row = 0; row < rows; row++) {
      const entries = value!.subarray(row * width, (row + 1) * width);
      const largest = entries.reduce((a, b) => Math.max(a, b), -Infinity);
      out[row] = largest + Math.log(entries.reduce((total, x) => total + Math.exp(x - largest), 0));
    }
  },
  slice: (node, [vector], out, rows) => {
    const width = widthOf(node);
    const from = widthOf(node.args[0]!);
    const { start } = node.attributes;
    for (let row = 0; row < rows; row++)
      out.set(vector!.subarray(row * from + start, row * from + start + width), row * width);
  },
  concat: (node, parts, out, rows) => {
    const width = widthOf(node);
    let offset = 0;
    for (const [index, part] of parts.entries()) {
      const own = widthOf(node.args[index]!);
      for (let row = 0; row < rows; row++) out.set(part.subarray(row * own, (row + 1) * own), row * width + offset);
      offset += own;
    }
  },
  diagonal: (node, [matrix], out) => {
    const size = widthOf(node);
    for (let i = 0; i < size; i++) out[i] = matrix![i * size + i]!;
  },
  diagonalMatrix: (node, [vector], out) => {
    const size = node.shape[0]!;
    out.fill(0);
    for (let i = 0; i < size; i++) out[i * size + i] = vector![i]!;
  },
  submatrix: ({ attributes: { row, column }, shape, args }, [matrix], out) =>
    copyBlock(
      { values: matrix!, width: args[0]!.shape[1]!, row, column },
      { values: out, width: shape[1]!, row: 0, column: 0 },
      shape,
    ),
  placeMatrix: ({ attributes: { row, column }, shape, args }, [matrix], out) => {
    const part = args[0]!.shape;
    out.fill(0);
    copyBlock(
      { values: matrix!, width: part[1]!, row: 0, column: 0 },
      { values: out, width: shape[1]!, row, column },
      part,
    );
  },
  upperTriangle: (node, [vector], out) => {
    out.fill(0);
    for (const [entry, place] of upperPlaces(node.shape[0]!).entries()) out[place] = vector![entry]!;
  },
  upperEntries: (node, [matrix], out) => {
    for (const [entry, place] of upperPlaces(node.args[0]!.shape[0]!).entries()) out[entry] = matrix![place]!;
  },
  matrixExponential: (node, [matrix], out) => out.set(exponential(matrix!, node.shape[0]!)),
  frechetExponential: (node, [matrix, direction], out) =>
    out.set(exponentialDerivative(matrix!, direction!, node.shape[0]!)),
};

/** Number of float64 entries a node's value takes for this many rows. */
export function entriesOf(node: Node, rows: number): number {
  return sizeOf(node.shape) * (node.space === 'row' ? rows : 1);
}

/** Computes one node into `out` from its arguments' values. Shared values count as one row. */
export function evaluate(node: Node, args: readonly Float64Array[], out: Float64Array, rows: number): void {
  // A node over row values that lands in shared space (outer, gather) still loops over the rows.
  const overRows = node.space === 'row' || node.args.some((arg) => arg.space === 'row');
  (evaluators[node.op] as Evaluate<Op>)(node, args, out, overRows ? rows : 1);
}
