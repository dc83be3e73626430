/**
 * Evaluation in float64 of a graph whose row values have rows of their own number: what depends on one state has one row,
 * what depends on a direction one for each direction, and one row meets many as if it stood in all of them. What depends
 * on nothing that moves is computed when the parameters are settled, so that a Jacobian's constant products cost nothing a step.
 */

import { evaluateNode, type Node, type NodeOf, sizeOf, topological } from '../graph/index.js';
import { elementwiseLoop } from './elementwise.js';

export interface Binding {
  /** The caller's own: written by the caller, read by every run. */
  readonly data: Float64Array;
  /** Of a row value; 1 of a shared one. */
  readonly rows: number;
  /** Changes from run to run; else only between settlings. */
  readonly moving: boolean;
}

export interface RowsPlan {
  /** Computes what does not move; before the first run, and whenever a binding that does not move has changed. */
  readonly settle: () => void;
  readonly run: () => void;
  /** Value of an output: the plan's own buffer. */
  readonly valueOf: (output: Node) => Binding;
}

/** @param leaf what an input or a draw stands for. */
export function planRows(outputs: readonly Node[], leaf: (node: Node) => Binding): RowsPlan {
  const values = new Map<Node, Binding>();
  const still: (() => void)[] = [];
  const moving: (() => void)[] = [];
  for (const node of topological(outputs)) {
    if (node.op === 'input' || node.op === 'noise') {
      values.set(node, leaf(node));
      continue;
    }
    const args = node.args.map((arg) => values.get(arg)!);
    const rows = node.space === 'shared' ? 1 : args.reduce((most, arg) => Math.max(most, arg.rows), 1);
    const moves = args.some((arg) => arg.moving);
    const data = new Float64Array(rows * sizeOf(node.shape));
    (moves ? moving : still).push(computation(node, args, data, rows));
    values.set(node, { data, rows, moving: moves });
  }
  const runAll = (work: readonly (() => void)[]) => () => {
    for (let i = 0; i < work.length; i++) work[i]!();
  };
  return { settle: runAll(still), run: runAll(moving), valueOf: (output) => values.get(output)! };
}

function computation(node: Node, args: readonly Binding[], out: Float64Array, rows: number): () => void {
  const [a, b] = args;
  if (node.op === 'elementwise')
    return elementwiseLoop(
      node,
      args.map((arg) => arg.data),
      out,
    );
  if (node.op === 'matmul') {
    const width = node.shape[0]!;
    return () => products(a!.data, b!.data, out, b!.rows, width, b!.data.length / b!.rows);
  }
  if (node.op === 'outer') return () => outerSum(node, a!, b!, out);
  const data = args.map((arg) => arg.data);
  // Whatever else reads rows of two numbers is rare: the fewer are repeated.
  const most = args.reduce((count, arg) => Math.max(count, arg.rows), 1);
  const overRows = node.space === 'row' ? rows : most;
  const isRow = (index: number) => node.args[index]!.space === 'row';
  if (args.every((arg, index) => !isRow(index) || arg.rows === overRows))
    return () => evaluateNode(node, data, out, overRows);
  const repeated = args.map((arg, index) =>
    isRow(index) && arg.rows < overRows ? new Float64Array(arg.data.length * overRows) : arg.data,
  );
  return () => {
    for (const [index, to] of repeated.entries())
      if (to !== data[index]) for (let row = 0; row < overRows; row++) to.set(data[index]!, row * data[index]!.length);
    evaluateNode(node, repeated, out, overRows);
  };
}

/** Row by row the matrix [width, inner] times a vector. */
function products(
  matrix: Float64Array,
  vectors: Float64Array,
  out: Float64Array,
  rows: number,
  width: number,
  inner: number,
): void {
  const blocked = inner - (inner % 4);
  for (let row = 0, to = 0; row < rows; row++) {
    const from = row * inner;
    for (let i = 0, at = 0; i < width; i++, to++) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      let k = 0;
      for (; k < blocked; k += 4, at += 4) {
        s0 += matrix[at]! * vectors[from + k]!;
        s1 += matrix[at + 1]! * vectors[from + k + 1]!;
        s2 += matrix[at + 2]! * vectors[from + k + 2]!;
        s3 += matrix[at + 3]! * vectors[from + k + 3]!;
      }
      for (; k < inner; k++, at++) s0 += matrix[at]! * vectors[from + k]!;
      out[to] = s0 + s1 + (s2 + s3);
    }
  }
}

/** Σ over rows of a bᵀ; of one row against many the many are summed first. */
function outerSum(node: NodeOf<'outer'>, a: Binding, b: Binding, out: Float64Array): void {
  const [height = 0, width = 0] = node.shape;
  const count = Math.max(a.rows, b.rows);
  const left = a.rows > b.rows ? sumOfRows(a.data, height) : a.data;
  const right = b.rows > a.rows ? sumOfRows(b.data, width) : b.data;
  const rows = a.rows === b.rows ? count : 1;
  out.fill(0);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < height; i++) {
      const factor = left[row * height + i]!;
      if (factor === 0) continue;
      const to = i * width;
      const from = row * width;
      for (let j = 0; j < width; j++) out[to + j]! += factor * right[from + j]!;
    }
}

/** [rows, width] → [width] */
export function sumOfRows(values: Float64Array, width: number): Float64Array {
  const total = new Float64Array(width);
  for (let i = 0; i < values.length; ) for (let j = 0; j < width; j++, i++) total[j]! += values[i]!;
  return total;
}
