/** What a cell's `preactivation(u)` does: nothing, or, under the scheme `inside`, noise. */
import type { Cell, CellContext } from '../cells/index.js';
import { InputError } from '../errors.js';
import {
  add,
  broadcastRows,
  divide,
  type Expression,
  multiply,
  type Node,
  noise as noiseLeaf,
  signature,
  topological,
} from '../graph/index.js';
import type { InsideScheme } from '../noise/index.js';
import { streamOf } from '../random/index.js';
import type { Components } from '../solvers/index.js';

type Preactivation = CellContext<string, string>['preactivation'];

/** A mark without noise: the value itself. */
export function plainMarks(cell: Cell): Preactivation {
  return (value) => rowOf(cell, value);
}

export interface MarkedLayer {
  readonly cell: Cell;
  /** The number under which the layer draws noise. */
  readonly noiseLayer: number;
  /** Times the scheme's own ε. */
  readonly noiseScale: Expression;
  /** √δ of each component: one entry, or one a unit where the step size is learned. */
  readonly rootStep: Components;
}

/**
 * u + ε s ξ/√δ, with independent draws for every mark of one evaluation, numbered in the order the cell makes them.
 * @throws InputError, when called, for a mark whose step size is not known.
 */
export function noiseInside({ scale, amplitude }: InsideScheme, layer: MarkedLayer): Preactivation {
  const own = scale * amplitude;
  const strength = layer.noiseScale === 1 ? own : multiply(own, layer.noiseScale);
  let source = 0;
  return (value, component) => {
    const u = rowOf(layer.cell, value);
    if (own === 0) return u;
    const draw = noiseLeaf('normal', streamOf(layer.noiseLayer, source++), u.shape[0]!);
    return add(u, multiply(strength, divide(draw, rootOf(layer, component, u))));
  };
}

/** @throws InputError if the noise reaches no part of the next state. */
export function requireMarks(cell: Cell, { scale, amplitude }: InsideScheme, next: Components): void {
  if (scale * amplitude === 0 || topological(Object.values(next)).some((node) => node.op === 'noise')) return;
  throw new InputError(
    `model ${cell.name} marks no preactivation, so the noise scheme inside does not know where to act; ` +
      'write tanh(preactivation(u)) in the cell, with preactivation from its context, or choose another scheme',
  );
}

function rowOf(cell: Cell, value: Node): Node {
  const row = value.space === 'shared' && value.shape.length === 1 ? broadcastRows(value) : value;
  if (row.space !== 'row' || row.shape.length !== 1)
    throw new InputError(`cell ${cell.name}: a preactivation must be a row vector, got ${signature(row)}`);
  return row;
}

function rootOf({ cell, rootStep }: MarkedLayer, component: string | undefined, u: Node): Node {
  const names = Object.keys(rootStep);
  const [only] = names;
  const root = rootStep[component ?? only!];
  if (root === undefined)
    throw new InputError(`cell ${cell.name}: "${component}" is not a state component; they are ${names.join(', ')}`);
  const width = root.shape[0]!;
  if (width === 1 || (width === u.shape[0] && (component !== undefined || names.length === 1))) return root;
  throw new InputError(
    `cell ${cell.name}: with a learned step size a preactivation needs the step sizes of its units, and this one of ` +
      `${u.shape[0]} units has ${component ?? 'no named component'}; write preactivation(u, '${only}') with a component of as many units, or keep the step size fixed`,
  );
}
