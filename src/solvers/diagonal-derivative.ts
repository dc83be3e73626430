import { InputError } from '../errors.js';
import {
  add,
  broadcastRows,
  concat,
  constant,
  constantLike,
  describe,
  diagonal,
  jvp,
  multiply,
  type Node,
  slice,
  topological,
  widthOf,
} from '../graph/index.js';

/** With more units than this, one tangent a unit makes the step too large. */
const mostTangents = 16;

/**
 * ∂y_i/∂h_i for every unit i, as a row vector; `undefined` if y does not depend on h.
 *
 * One product by a matrix W between elementwise functions has the closed form W_ii ∂v_i/∂h_i, which covers drifts such
 * as A h + tanh(W h + U x + b) at any width. Anything deeper takes one tangent a unit and is refused above 16 units.
 */
export function diagonalDerivative(output: Node, state: Node): Node | undefined {
  const elementwise = elementwiseIn(output, state);
  if (elementwise !== undefined) return structured(output, state, elementwise);
  const width = widthOf(state);
  if (width > mostTangents)
    throw new InputError(
      `heun needs ∂g_i/∂h_i of ${describe(output)}, which couples units more deeply than one product; ` +
        `that is possible up to ${mostTangents} units and here there are ${width}; use --solver euler`,
    );
  let total: Node | undefined;
  for (let unit = 0; unit < width; unit++) {
    const direction = oneHot(width, unit);
    const [tangent] = jvp([output], (node) => (node === state ? direction : undefined));
    if (tangent === undefined) return undefined;
    const term = multiply(tangent, direction);
    total = total === undefined ? term : add(total, term);
  }
  return total;
}

/**
 * The products by a matrix that act directly on an elementwise function of the state, or `undefined` if the output is
 * not of that form.
 */
function elementwiseIn(output: Node, state: Node): Set<Node> | undefined {
  const level = new Map<Node, number>();
  const products = new Set<Node>();
  for (const node of topological([output])) {
    if (node === state) {
      level.set(node, 1);
      continue;
    }
    const deepest = Math.max(0, ...node.args.map((arg) => level.get(arg) ?? 0));
    if (deepest === 0) continue;
    if (node.op === 'matmul') {
      if (deepest > 1 || node.args[0]!.shape[0] !== node.args[0]!.shape[1]) return undefined;
      products.add(node);
      level.set(node, 2);
    } else if (node.op === 'elementwise') level.set(node, deepest);
    else return undefined;
  }
  return products;
}

/** Elementwise rules carry diagonals exactly; a product contributes its own diagonal. */
function structured(output: Node, state: Node, products: ReadonlySet<Node>): Node | undefined {
  const slopes = new Map<Node, Node | undefined>();
  for (const product of products) {
    const [matrix, operand] = product.args as readonly [Node, Node];
    const [inner] = jvp([operand], (node) => (node === state ? constantLike(state, 1) : undefined));
    slopes.set(product, inner && multiply(broadcastRows(diagonal(matrix)), inner));
  }
  return jvp([output], (node) => (node === state ? constantLike(state, 1) : slopes.get(node)))[0];
}

function oneHot(width: number, unit: number): Node {
  const parts: Node[] = [];
  if (unit > 0) parts.push(constant(0, [unit], 'row'));
  parts.push(constant(1, [1], 'row'));
  if (unit + 1 < width) parts.push(constant(0, [width - unit - 1], 'row'));
  return slice(concat(parts), 0, width);
}
