/** One phase's graph → operations. */
import { isConstant, type Node, topological, widthOf } from '../../graph/index.js';
import { outputsOf, type Phase } from '../../program/index.js';
import { settle } from './settle.js';
import { sharedTerms } from './shared-terms.js';
import { type Counter, type Operand, type Operation, type OuterProduct, type TapePhase, whole } from './tape.js';

type BinaryNode = Node & { op: 'binary' };

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
  const fusible = (node: Node) =>
    single(node) && (node.op === 'matmul' || (node.op === 'binary' && node.attributes.name === 'multiply'));

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
      case 'spread': {
        const source = node.args[0]!;
        if (source.op !== 'input') throw new Error(`tape: spread of ${source.op} was not prepared`);
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
        const args = [plain(operandOf(node.args[1]!), node.args[1]!)] as const;
        const out = temporary(width);
        emit({ code: 'product', out, args, ...matrixOf(node), accumulate: false });
        return out;
      }
      case 'unary': {
        const args = [operandOf(node.args[0]!)] as const;
        const out = temporary(width);
        emit({ code: 'unary', name: node.attributes.name, out, args, width });
        return out;
      }
      case 'binary':
        return fused(node as BinaryNode, width) ?? plainBinary(node as BinaryNode, width);
      case 'select': {
        const [a, b, c] = node.args.map(operandOf) as [Operand, Operand, Operand];
        const out = temporary(width);
        emit({ code: 'ternary', name: 'select', out, args: [a, b, c], width });
        return out;
      }
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
          emit({ code: 'unary', name: 'copy', out: { ...out, start }, args: [part], width: own });
          start += own;
        }
        return out;
      }
      default:
        throw new Error(`tape: ${node.op} cannot be computed for each row`);
    }
  };

  const plainBinary = (node: BinaryNode, width: number): Operand => {
    const [a, b] = node.args.map(operandOf) as [Operand, Operand];
    const out = temporary(width);
    emit({ code: 'binary', name: node.attributes.name, out, args: [a, b], width });
    return out;
  };

  /** x + W v continues in x's buffer; x + a·b, x − a·b and 1 − a·b become one operation. */
  const fused = (node: BinaryNode, width: number): Operand | undefined => {
    const { name } = node.attributes;
    if (name !== 'add' && name !== 'subtract') return undefined;
    const [left, right] = node.args as readonly [Node, Node];
    if (name === 'add')
      for (const [product, other] of [[right, left] as const, [left, right] as const]) {
        if (product.op !== 'matmul' || !fusible(product)) continue;
        const base = users.get(other) === 1 ? operandOf(other) : undefined;
        if (base === undefined || base.place.kind !== 'temporary' || base.start !== 0 || base.repeated) continue;
        if (base.place.width !== width) continue;
        const args = [plain(operandOf(product.args[1]!), product.args[1]!)] as const;
        emit({ code: 'product', out: base, args, ...matrixOf(product), accumulate: true });
        return base;
      }
    const candidates = name === 'add' ? [[right, left] as const, [left, right] as const] : [[right, left] as const];
    for (const [product, other] of candidates) {
      if (product.op !== 'binary' || !fusible(product)) continue;
      const [a, b] = product.args.map(operandOf) as [Operand, Operand];
      const c = operandOf(other);
      const out = temporary(width);
      emit({
        code: 'ternary',
        name: name === 'add' ? 'multiplyAdd' : 'negatedMultiplyAdd',
        out,
        args: [a, b, c],
        width,
      });
      return out;
    }
    return undefined;
  };

  /** Products and sums over rows read every unit: a repeated operand is written out first. */
  const plain = (operand: Operand, node: Node): Operand => {
    const { kind } = operand.place;
    if (!operand.repeated && kind !== 'vector' && kind !== 'constant') return operand;
    const out = temporary(widthOf(node));
    emit({ code: 'unary', name: 'copy', out, args: [operand], width: widthOf(node) });
    return out;
  };

  for (const node of topological(outputs)) {
    if (node.space === 'shared' || operands.has(node) || isConstant(node)) continue;
    if (!(fusible(node) && isSum(userOf.get(node)))) operandOf(node);
  }
  const outerProducts: OuterProduct[] = [];
  for (const [accumulator, node] of Object.entries(part.accumulators))
    for (const { a, b, negated } of sharedTerms(node)) {
      const first = plain(operandOf(a), a);
      const left = negated ? negate(first, widthOf(a)) : first;
      if (b === undefined) emit({ code: 'gather', accumulator, args: [left], width: widthOf(a) });
      else {
        const right = plain(operandOf(b), b);
        outerProducts.push({ accumulator, a: left, b: right, rows: widthOf(a), columns: widthOf(b) });
      }
    }
  function negate(operand: Operand, width: number): Operand {
    const out = temporary(width);
    emit({ code: 'unary', name: 'negate', out, args: [operand], width });
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
  return node?.op === 'binary' && (node.attributes.name === 'add' || node.attributes.name === 'subtract');
}
