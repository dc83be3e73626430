/** One phase's graph → operations. */
import { isConstant, isElementwise, type Node, topological, widthOf } from '../../graph/index.js';
import { outputsOf, type Phase } from '../../program/index.js';
import { settle } from './settle.js';
import { sharedTerms } from './shared-terms.js';
import { type Counter, type Operand, type Operation, type OuterProduct, type TapePhase, whole } from './tape.js';

type ElementwiseNode = Node & { op: 'elementwise' };

/** What a sum over rows is the outer product with. */
const one: Operand = { place: { kind: 'constant', value: 1 }, start: 0, repeated: true };

export function lowerPhase(part: Phase, counter: Counter): TapePhase {
  const outputs = outputsOf(part);
  const { users, userOf } = countUsers(outputs);
  const operations: Operation[] = [];
  const operands = new Map<Node, Operand>();
  const temporary = (width: number): Operand => whole({ kind: 'temporary', id: counter.next(), width });
  const emit = (operation: Operation): void => {
    operations.push(operation);
  };
  const single = (node: Node) => users.get(node) === 1 && !operands.has(node);
  /** Work that its only user, an addition, may take over. */
  const fusible = (node: Node) => single(node) && (node.op === 'matmul' || isElementwise(node, 'multiply'));
  const isProduct = (node: Node) => node.op === 'matmul' && !isRankOne(node) && fusible(node);
  /** A sum with a product among its terms, which becomes part of the sum that is its only user. */
  const isPartialSum = (node: Node): boolean =>
    single(node) &&
    isElementwise(node, 'add') &&
    isElementwise(userOf.get(node), 'add') &&
    node.args.some((arg) => isProduct(arg) || isPartialSum(arg));
  const termsOf = (node: Node): Node[] => node.args.flatMap((arg) => (isPartialSum(arg) ? termsOf(arg) : [arg]));

  const operandOf = (node: Node): Operand => {
    const known = operands.get(node);
    if (known !== undefined) return known;
    const made = view(node) ?? compute(node);
    operands.set(node, made);
    return made;
  };

  const view = (node: Node): Operand | undefined => {
    switch (node.op) {
      case 'input':
        return whole({
          kind: node.attributes.role as 'carry' | 'sequence',
          name: node.attributes.name,
          width: widthOf(node),
        });
      case 'constant':
        return { place: { kind: 'constant', value: node.attributes.value as number }, start: 0, repeated: true };
      case 'broadcastRows': {
        const source = node.args[0]!;
        if (source.op !== 'input') throw new Error(`tape: broadcastRows of ${source.op} was not prepared`);
        return whole({ kind: 'vector', name: source.attributes.name, width: widthOf(node) });
      }
      case 'broadcast':
        return { ...operandOf(node.args[0]!), repeated: true };
      case 'slice': {
        const parent = operandOf(node.args[0]!);
        return parent.repeated ? parent : { ...parent, start: parent.start + node.attributes.start };
      }
      default:
        return undefined;
    }
  };

  const compute = (node: Node): Operand => {
    const width = widthOf(node);
    switch (node.op) {
      case 'matmul': {
        if (isRankOne(node)) return multiplied(node, width);
        const args = [plain(operandOf(node.args[1]!), node.args[1]!)] as const;
        const out = temporary(width);
        emit({ code: 'product', out, args, ...matrixOf(node), accumulate: false });
        return out;
      }
      case 'elementwise':
        return fused(node as ElementwiseNode, width) ?? unfused(node as ElementwiseNode, width);
      case 'noise': {
        const { distribution, stream, rate } = node.attributes;
        const out = temporary(width);
        emit({ code: 'noise', distribution, stream, rate, out, args: [], width });
        return out;
      }
      case 'sum':
      case 'logSumExp': {
        const source = node.args[0]!;
        const args = [operandOf(source)] as const;
        const out = temporary(1);
        emit({ code: node.op, out, args, width: widthOf(source) });
        return out;
      }
      case 'concat': {
        const parts = node.args.map(operandOf);
        const out = temporary(width);
        let start = 0;
        for (const [index, part] of parts.entries()) {
          const own = widthOf(node.args[index]!);
          emit({ code: 'elementwise', name: 'copy', out: { ...out, start }, args: [part], width: own });
          start += own;
        }
        return out;
      }
      default:
        throw new Error(`tape: ${node.op} cannot be computed for each row`);
    }
  };

  const unfused = (node: ElementwiseNode, width: number): Operand => {
    const args = node.args.map(operandOf);
    const out = temporary(width);
    emit({ code: 'elementwise', name: node.attributes.name, out, args, width });
    return out;
  };

  const multiplied = (node: Node, width: number): Operand => {
    const out = temporary(width);
    emit({ code: 'elementwise', name: 'multiply', out, args: factorsOf(node), width });
    return out;
  };

  /** The two factors of a multiplication; a product by a matrix of one column is one, of that column and a repeated value. */
  const factorsOf = (node: Node): [Operand, Operand] => {
    const [a, b] = node.args as readonly [Node, Node];
    if (node.op !== 'matmul') return [operandOf(a), operandOf(b)];
    return [
      whole({ kind: 'vector', name: matrixOf(node).matrix, width: widthOf(node) }),
      { ...operandOf(b), repeated: true },
    ];
  };

  const multiplyAdd = (
    name: 'multiplyAdd' | 'negatedMultiplyAdd',
    product: Node,
    c: Operand,
    width: number,
  ): Operand => {
    const [a, b] = factorsOf(product);
    const out = temporary(width);
    emit({ code: 'elementwise', name, out, args: [a, b, c], width });
    return out;
  };

  /** x + a·b, x − a·b and 1 − a·b become one operation; products continue in the buffer of what they are added to. */
  const fused = (node: ElementwiseNode, width: number): Operand | undefined => {
    const { name } = node.attributes;
    if (name === 'add') return sumWithProducts(node, width) ?? fusedAdd(node.args as readonly [Node, Node], width);
    if (name !== 'subtract') return undefined;
    const [left, right] = node.args as readonly [Node, Node];
    if (!isMultiplication(right)) return undefined;
    return multiplyAdd('negatedMultiplyAdd', right, operandOf(left), width);
  };

  const isMultiplication = (node: Node) => fusible(node) && !isProduct(node);

  const fusedAdd = ([left, right]: readonly [Node, Node], width: number): Operand | undefined => {
    for (const [product, other] of [[right, left] as const, [left, right] as const])
      if (isMultiplication(product)) return multiplyAdd('multiplyAdd', product, operandOf(other), width);
    return undefined;
  };

  /** Everything but the products is added up first, so that they can continue in its buffer. */
  const sumWithProducts = (node: ElementwiseNode, width: number): Operand | undefined => {
    const terms = termsOf(node);
    const products = terms.filter(isProduct);
    if (products.length === 0) return undefined;
    const others = terms.filter((term) => !products.includes(term));
    const last = others.length === 1 ? others[0]! : undefined;
    const reusable = last !== undefined && users.get(last) === 1 ? operandOf(last) : undefined;
    const base = others.length > 1 ? sumOf(others, width) : isOwn(reusable, width) ? reusable : undefined;
    let out = base;
    for (const product of products) {
      const args = [plain(operandOf(product.args[1]!), product.args[1]!)] as const;
      const accumulate = out !== undefined;
      out ??= temporary(width);
      emit({ code: 'product', out, args, ...matrixOf(product), accumulate });
    }
    if (base !== undefined || last === undefined) return out;
    const sum = temporary(width);
    emit({ code: 'elementwise', name: 'add', out: sum, args: [operandOf(last), out!], width });
    return sum;
  };

  const sumOf = (terms: readonly Node[], width: number): Operand => {
    const first = terms.find((term) => !isMultiplication(term)) ?? terms[0]!;
    let total = operandOf(first);
    for (const term of terms) {
      if (term === first) continue;
      if (isMultiplication(term)) total = multiplyAdd('multiplyAdd', term, total, width);
      else {
        const out = temporary(width);
        emit({ code: 'elementwise', name: 'add', out, args: [total, operandOf(term)], width });
        total = out;
      }
    }
    return total;
  };

  /** Products and sums over rows read every unit: a repeated operand is written out first. */
  const plain = (operand: Operand, node: Node): Operand => {
    const { kind } = operand.place;
    if (!operand.repeated && kind !== 'vector' && kind !== 'constant') return operand;
    const out = temporary(widthOf(node));
    emit({ code: 'elementwise', name: 'copy', out, args: [operand], width: widthOf(node) });
    return out;
  };

  for (const node of topological(outputs)) {
    if (node.space === 'shared' || operands.has(node) || isConstant(node)) continue;
    if (isPartialSum(node) || (fusible(node) && isSum(userOf.get(node)))) continue;
    operandOf(node);
  }
  const outerProducts: OuterProduct[] = [];
  for (const [accumulator, node] of Object.entries(part.accumulators))
    for (const { a, b, negated } of sharedTerms(node)) {
      const first = plain(operandOf(a), a);
      const left = negated ? negate(first, widthOf(a)) : first;
      if (b === undefined && part.kind === 'once')
        emit({ code: 'sumRows', accumulator, args: [left], width: widthOf(a) });
      else if (b === undefined) outerProducts.push({ accumulator, a: left, b: one, rows: widthOf(a), columns: 1 });
      else {
        const right = plain(operandOf(b), b);
        outerProducts.push({ accumulator, a: left, b: right, rows: widthOf(a), columns: widthOf(b) });
      }
    }
  function negate(operand: Operand, width: number): Operand {
    const out = temporary(width);
    emit({ code: 'elementwise', name: 'negate', out, args: [operand], width });
    return out;
  }
  const stores = [
    ...Object.entries(part.carries).map(([name, node]) => ({ kind: 'carry' as const, name, node })),
    ...Object.entries(part.sequences).map(([name, node]) => ({ kind: 'sequence' as const, name, node })),
  ].map(({ kind, name, node }) => ({ place: { kind, name, width: widthOf(node) }, operand: operandOf(node) }));
  const settled = settle(operations, outerProducts, stores, counter);
  return { name: part.name, kind: part.kind, reverse: part.reverse, ...settled };
}

function matrixOf(node: Node): { width: number; inner: number; matrix: string } {
  const matrix = node.args[0]!;
  if (matrix.op !== 'input') throw new Error(`tape: the matrix of a product is ${matrix.op} and was not prepared`);
  return { width: matrix.shape[0]!, inner: matrix.shape[1]!, matrix: matrix.attributes.name };
}

/** How many arguments and outputs refer to each node, and one of the nodes that do. */
function countUsers(outputs: readonly Node[]) {
  const users = new Map<Node, number>();
  const userOf = new Map<Node, Node>();
  const count = (node: Node) => users.set(node, (users.get(node) ?? 0) + 1);
  for (const node of topological(outputs))
    for (const arg of node.args) {
      count(arg);
      userOf.set(arg, node);
    }
  for (const output of outputs) count(output);
  return { users, userOf };
}

function isSum(node: Node | undefined): boolean {
  return isElementwise(node, 'add') || isElementwise(node, 'subtract');
}

/** A product by a parameter of one column, such as a single input's weights. */
function isRankOne(node: Node): boolean {
  const matrix = node.args[0];
  return node.op === 'matmul' && matrix?.op === 'input' && matrix.shape[1] === 1;
}

/** A buffer that nothing else refers to. */
function isOwn(operand: Operand | undefined, width: number): operand is Operand {
  if (operand === undefined || operand.start !== 0 || operand.repeated) return false;
  return operand.place.kind === 'temporary' && operand.place.width === width;
}
