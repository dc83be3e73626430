/**
 * First pass: one operation a node, each into a temporary of its own. Nodes that only look at a value in another way (slices,
 * broadcasts, leaves) become operands.
 */
import { isConstant, type Node, topological, widthOf } from '../../graph/index.js';
import { outputsOf, type Phase } from '../../program/index.js';
import { sharedTerms } from './shared-terms.js';
import {
  type Counter,
  type LoosePhase,
  type Operand,
  type Operation,
  type OuterProduct,
  type Store,
  whole,
} from './tape.js';

/** What a sum over rows is the outer product with. */
const one: Operand = { place: { kind: 'constant', value: 1 }, start: 0, repeated: true };

export function select(part: Phase, counter: Counter): LoosePhase {
  const outputs = outputsOf(part);
  const operations: Operation[] = [];
  const operands = new Map<Node, Operand>();
  const temporary = (width: number): Operand => whole({ kind: 'temporary', id: counter.next(), width });
  const emit = (operation: Operation): void => {
    operations.push(operation);
  };
  const elementwise = (
    name: (Operation & { code: 'elementwise' })['name'],
    args: readonly Operand[],
    width: number,
  ): Operand => {
    const out = temporary(width);
    emit({ code: 'elementwise', name, out, args, width });
    return out;
  };
  const operandOf = (node: Node): Operand => {
    let operand = operands.get(node);
    if (operand === undefined) {
      operand = view(node) ?? compute(node);
      operands.set(node, operand);
    }
    return operand;
  };

  const view = (node: Node): Operand | undefined => {
    switch (node.op) {
      case 'input': {
        const { role, name } = node.attributes;
        return whole({ kind: role as 'carry' | 'sequence', name, width: widthOf(node) });
      }
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
        const { matrix, inner } = matrixOf(node);
        const operand = operandOf(node.args[1]!);
        // A matrix of one column, such as a single input's weights, times a repeated value.
        if (inner === 1)
          return elementwise(
            'multiply',
            [whole({ kind: 'vector', name: matrix, width }), { ...operand, repeated: true }],
            width,
          );
        const args = [plain(operand, inner)] as const;
        const out = temporary(width);
        emit({ code: 'product', out, args, width, inner, matrix, accumulate: false });
        return out;
      }
      case 'elementwise':
        return elementwise(node.attributes.name, node.args.map(operandOf), width);
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
        for (const [index, arg] of parts.entries()) {
          const own = widthOf(node.args[index]!);
          emit({ code: 'elementwise', name: 'copy', out: { ...out, start }, args: [arg], width: own });
          start += own;
        }
        return out;
      }
      default:
        throw new Error(`tape: ${node.op} cannot be computed for each row`);
    }
  };

  /** Products and sums over rows read every unit: a repeated operand is written out first. */
  const plain = (operand: Operand, width: number): Operand => {
    const { kind } = operand.place;
    if (!operand.repeated && kind !== 'vector' && kind !== 'constant') return operand;
    return elementwise('copy', [operand], width);
  };

  for (const node of topological(outputs)) if (node.space === 'row' && !isConstant(node)) operandOf(node);
  const outerProducts: OuterProduct[] = [];
  for (const [accumulator, node] of Object.entries(part.accumulators))
    for (const { a, b, negated } of sharedTerms(node)) {
      const rows = widthOf(a);
      const first = plain(operandOf(a), rows);
      const left = negated ? elementwise('negate', [first], rows) : first;
      if (b !== undefined) {
        const columns = widthOf(b);
        outerProducts.push({ accumulator, a: left, b: plain(operandOf(b), columns), rows, columns });
      } else if (part.kind === 'once') emit({ code: 'sumRows', accumulator, args: [left], width: rows });
      else outerProducts.push({ accumulator, a: left, b: one, rows, columns: 1 });
    }
  const stored = (kind: 'carry' | 'sequence') =>
    Object.entries(kind === 'carry' ? part.carries : part.sequences).map(([name, node]): Store => {
      return { place: { kind, name, width: widthOf(node) }, operand: operandOf(node) };
    });
  const stores = [...stored('carry'), ...stored('sequence')];
  return { name: part.name, kind: part.kind, reverse: part.reverse, operations, outerProducts, stores };
}

function matrixOf(node: Node): { inner: number; matrix: string } {
  const matrix = node.args[0]!;
  if (matrix.op !== 'input') throw new Error(`tape: the matrix of a product is ${matrix.op} and was not prepared`);
  return { inner: matrix.shape[1]!, matrix: matrix.attributes.name };
}
