/**
 * Reads A, W, U, B and the activation's slope off a cell's traced equations, when they have the form
 *
 *     f = A h + a(W h + U x + b) + B x + c
 *
 * with one elementwise activation of slopes in [0, L]. A discrete step h⁺ counts as f = h⁺ − h with δ = 1.
 */
import { Matrix } from 'ml-matrix';
import { measure } from '../../cells/index.js';
import { createReferenceEngine } from '../../engine/reference/reference-engine.js';
import {
  constant,
  isConstant,
  isElementwise,
  type Node,
  substitute,
  type Tensors,
  topological,
} from '../../graph/index.js';
import { isBidirectional, type Model } from '../../model/index.js';
import { carry, phase, shared } from '../../program/index.js';
import { type Missing, missing } from '../estimate.js';

export type ActivationName = 'tanh' | 'sigmoid' | 'rectifier';

/** Largest slope of each activation that the form may have; all are monotone. */
const slopes: Readonly<Record<ActivationName, number>> = { tanh: 1, sigmoid: 0.25, rectifier: 1 };

export interface AffineForm {
  /** N and I. */
  readonly units: number;
  readonly inputs: number;
  readonly A: Matrix;
  readonly W: Matrix;
  readonly U: Matrix;
  /** What the input adds outside the activation; usually zero. */
  readonly B: Matrix;
  /** b, c: offsets inside and outside the activation, [N]. */
  readonly b: readonly number[];
  readonly c: readonly number[];
  /** null for a linear drift. */
  readonly activation: ActivationName | null;
  /** L: slopes of the activation lie in [0, L]; 0 for a linear drift. */
  readonly slope: number;
  /** The cell is a step rather than a drift. */
  readonly discrete: boolean;
}

/** @returns the form, or why the model has none. */
export async function affineForm(model: Model, parameters: Tensors): Promise<AffineForm | Missing> {
  const [layer] = model.spec.layers;
  if (layer === undefined || model.spec.layers.length > 1)
    return missing('the bounds are for one recurrent layer, and this model has several');
  if (isBidirectional(model))
    return missing('the bounds are for a layer that runs forward, and this one runs both ways');
  const { cell, units } = layer;
  const { inputs } = model.spec;
  const measured = measure(cell, { units, inputs });
  const components = Object.entries(measured.state);
  const [only] = components;
  if (only === undefined || components.length > 1)
    return missing(`the bounds are for a state of one component; ${cell.name} has ${components.map(([name]) => name)}`);
  const [name, size] = only;
  const h = carry('h', size);
  const x = carry('x', inputs);
  const leaves = Object.fromEntries(
    Object.entries(measured.parameters).map(([own, { shape }]) => [own, shared(own, shape)]),
  );
  const rule = cell.drift ?? cell.step!;
  const context = {
    ...{ state: { [name]: h }, input: x, parameters: leaves },
    ...{ time: carry('time', 1), exogenous: {}, preactivation: (own: Node) => own },
  };
  const value = rule(context)[name]!;
  const other = missing(
    `the bounds need a drift A h + a(W h + U x + b) with one activation of slopes in [0, L]; ${cell.name} is not of that form`,
  );
  if (typeof value === 'number' || value.space !== 'row' || value.shape[0] !== size) return other;
  const activations = topological([value]).filter((node) => activationOf(node) !== null && dependsOn(node, [h, x]));
  const [activation] = activations;
  if (activations.length > 1) return other;
  if (activation !== undefined && activation.shape[0] !== size) return other;
  const s = carry('s', size);
  const f = substitute([value], (node) => (node === activation ? s : undefined))[0]!;
  const u = activation === undefined ? constant(0, [size], 'row') : activation.args[0]!;
  if (!isAffine(f, [h, s, x]) || !isAffine(u, [h, x])) return other;
  const read = await jacobians({ f, u }, { h: size, s: size, x: inputs }, parameters);
  const fromActivation = Matrix.sub(read('f', 's'), Matrix.eye(size)).norm('frobenius');
  if (activation !== undefined && fromActivation > 1e-9) return other;
  const discrete = cell.drift === undefined;
  const kind = activation === undefined ? null : activationOf(activation);
  const A = read('f', 'h');
  return {
    units: size,
    inputs,
    A: discrete ? Matrix.sub(A, Matrix.eye(size)) : A,
    W: read('u', 'h'),
    U: read('u', 'x'),
    B: read('f', 'x'),
    b: read.atZero('u'),
    c: read.atZero('f'),
    activation: kind,
    slope: kind === null ? 0 : slopes[kind],
    discrete,
  };
}

/** Which monotone activation a node is, or null for any other node. */
function activationOf(node: Node): ActivationName | null {
  if (isElementwise(node, 'tanh')) return 'tanh';
  if (isElementwise(node, 'sigmoid')) return 'sigmoid';
  const rectifier = isElementwise(node, 'maximum') && isConstant(node.args[1]!, 0);
  return rectifier ? 'rectifier' : null;
}

function dependsOn(node: Node, leaves: readonly Node[]): boolean {
  return topological([node]).some((own) => leaves.includes(own));
}

const linearOps = new Set(['negate', 'add', 'subtract']);

/** Whether an expression is affine in the leaves, by the kinds of node on the way. */
function isAffine(output: Node, leaves: readonly Node[]): boolean {
  const moving = new Set<Node>(leaves);
  for (const node of topological([output])) {
    const active = node.args.map((arg) => moving.has(arg));
    if (!active.includes(true)) continue;
    moving.add(node);
    const allowed =
      ['slice', 'concat', 'broadcast', 'sum'].includes(node.op) ||
      (node.op === 'matmul' && !active[0]) ||
      (node.op === 'elementwise' && linearOps.has(node.attributes.name)) ||
      (isElementwise(node, 'multiply') && !(active[0] && active[1])) ||
      (isElementwise(node, 'divide') && !active[1]);
    if (!allowed) return false;
  }
  return true;
}

/** Jacobians of affine expressions and their values at zero, by evaluating them there and at every unit vector of each leaf. */
async function jacobians(
  outputs: { readonly f: Node; readonly u: Node },
  widths: { readonly h: number; readonly s: number; readonly x: number },
  parameters: Tensors,
) {
  const program = { prepare: {}, phases: [phase('affine', 'once', { carries: outputs })], finish: {} };
  const kernel = createReferenceEngine().compile(program, { carries: ['f', 'u'] });
  const rows = 1 + widths.h + widths.s + widths.x;
  const starts = { h: 1, s: 1 + widths.h, x: 1 + widths.h + widths.s };
  const carries: Record<string, Float64Array> = {};
  for (const leaf of ['h', 's', 'x'] as const) {
    const values = new Float64Array(rows * widths[leaf]);
    for (let i = 0; i < widths[leaf]; i++) values[(starts[leaf] + i) * widths[leaf] + i] = 1;
    carries[leaf] = values;
  }
  const found = await kernel.run({ rows, steps: 0, parameters, carries });
  const jacobian = (output: 'f' | 'u', leaf: 'h' | 's' | 'x'): Matrix => {
    const values = found.carries[output]!;
    const size = widths.h;
    const matrix = Matrix.zeros(size, widths[leaf]);
    for (let j = 0; j < widths[leaf]; j++)
      for (let i = 0; i < size; i++) matrix.set(i, j, values[(starts[leaf] + j) * size + i]! - values[i]!);
    return matrix;
  };
  const atZero = (output: 'f' | 'u') => [...found.carries[output]!.subarray(0, widths.h)];
  return Object.assign(jacobian, { atZero });
}
