/** Nodes as Python: what is read once stands where it is read, what is read more often gets a name. */
import { isConstant, type Node, type NodeOf, type Op, topological } from '../../graph/index.js';
import { unwrapped } from '../loops/print.js';
import { elementwiseSpelling, leftOf, takesNumbers } from './spelling.js';

export interface Names {
  /** What a leaf is called where the code stands. */
  readonly leaf: (node: NodeOf<'input'>) => string;
  /** A name for a value that several read. */
  readonly fresh: () => string;
}

export interface Printed {
  /** Assignments, in order. */
  readonly lines: readonly string[];
  /** The outputs' expressions, of full shape. */
  readonly values: readonly string[];
}

/** A printed value; a row value that lacks rows or width is broadcast by PyTorch itself, until it must not be. */
interface Value {
  readonly text: string;
  readonly whole: boolean;
}

export function printNodes(outputs: readonly Node[], names: Names): Printed {
  const order = topological(outputs);
  const uses = new Map<Node, number>();
  for (const node of order) for (const arg of node.args) uses.set(arg, (uses.get(arg) ?? 0) + 1);
  for (const node of outputs) uses.set(node, (uses.get(node) ?? 0) + 1);
  const values = new Map<Node, Value>();
  const lines: string[] = [];
  const whole = (node: Node): string => {
    const { text, whole: full } = values.get(node)!;
    if (full) return text;
    return `self.expanded(${unwrapped(text)}, rows, ${node.shape[0]})`;
  };
  for (const node of order) {
    const made = printNode(node, values, whole);
    const named = (uses.get(node) ?? 0) > 1 && node.op !== 'input' && !isConstant(node);
    if (!named) {
      values.set(node, made);
      continue;
    }
    const name = names.fresh();
    lines.push(`${name} = ${unwrapped(made.text)}`);
    values.set(node, { ...made, text: name });
  }
  return { lines, values: outputs.map((node) => unwrapped(whole(node))) };

  function printNode(node: Node, known: ReadonlyMap<Node, Value>, full: (of: Node) => string): Value {
    const spelled = (spellings[node.op] as Spell<Op>)(node, { known, full, names });
    if (typeof spelled !== 'string') return spelled;
    return { text: spelled, whole: true };
  }
}

interface Around {
  readonly known: ReadonlyMap<Node, Value>;
  readonly full: (node: Node) => string;
  readonly names: Names;
}

/** A text for a value of full shape. */
type Spell<O extends Op> = (node: NodeOf<O> & Node, around: Around) => string | Value;

const text = (node: Node, { known }: Around) => known.get(node)!.text;
/** Plain numbers where PyTorch wants tensors. */
const tensor = (node: Node, around: Around) =>
  isConstant(node) ? `self.constant(${text(node, around)})` : text(node, around);
const isShared = (node: Node) => node.space === 'shared';

const spellings: { readonly [O in Op]: Spell<O> } = {
  input: (node, { names }) => ({ text: names.leaf(node), whole: node.attributes.role !== 'shared' || isShared(node) }),
  constant: (node) => {
    const { value } = node.attributes;
    if (typeof value === 'number') return { text: value < 0 ? `(${value})` : String(value), whole: false };
    const [rows, columns] = node.shape;
    const identity = rows === columns && value.every((own, i) => own === (i % (rows! + 1) === 0 ? 1 : 0));
    if (identity) return `self.constant(torch.eye(${rows}))`;
    return `self.constant(torch.tensor([${value.join(', ')}])).reshape(${node.shape.join(', ')})`;
  },
  noise: ({ attributes: { distribution, rate }, shape: [width] }) => {
    if (distribution === 'normal') return `self.normal(rows, ${width})`;
    if (distribution === 'uniform') return `self.uniform(rows, ${width})`;
    return `self.kept(rows, ${width}, ${rate})`;
  },
  elementwise: (node, around) => {
    const { name } = node.attributes;
    const plain = takesNumbers.has(name) && !node.args.every((arg) => isConstant(arg));
    const first = name === 'select' ? 1 : 0;
    const args = node.args.map((arg, index) => (plain && index >= first ? text(arg, around) : tensor(arg, around)));
    const whole = isShared(node) || node.args.some((arg) => around.known.get(arg)!.whole && arg.space === 'row');
    return { text: elementwiseSpelling[name](args), whole };
  },
  matmul: ({ args: [matrix, operand] }, around) =>
    `(${leftOf('@', around.full(operand!))} @ ${text(matrix!, around)}.T)`,
  product: ({ args: [a, b] }, around) => `(${text(a!, around)} @ ${text(b!, around)})`,
  outer: ({ args: [a, b] }, around) => `(${around.full(a!)}.T @ ${around.full(b!)})`,
  transpose: ({ args: [matrix] }, around) => `${text(matrix!, around)}.T`,
  broadcastRows: ({ args: [vector] }, around) => ({ text: text(vector!, around), whole: false }),
  sumRows: ({ args: [vector] }, around) => `${around.full(vector!)}.sum(0)`,
  broadcast: (node, around) => {
    const [value] = node.args;
    if (isShared(node) && !isConstant(value!)) return `${text(value!, around)}.expand(${node.shape.join(', ')})`;
    return { text: text(value!, around), whole: false };
  },
  sum: (node, around) => {
    const [value] = node.args;
    if (isShared(node)) return `${tensor(value!, around)}.sum().reshape(1)`;
    return `${around.full(value!)}.sum(-1, keepdim=True)`;
  },
  logSumExp: (node, around) => {
    const [value] = node.args;
    const own = isShared(node) ? tensor(value!, around) : around.full(value!);
    return `torch.logsumexp(${own}, -1, keepdim=True)`;
  },
  slice: (node, around) => {
    const { start } = node.attributes;
    const own = isShared(node) ? text(node.args[0]!, around) : around.full(node.args[0]!);
    return `${own}[..., ${start}:${start + node.shape[0]!}]`;
  },
  concat: (node, around) => {
    const parts = node.args.map((part) => unwrapped(isShared(node) ? tensor(part, around) : around.full(part)));
    return `torch.cat([${parts.join(', ')}], -1)`;
  },
  diagonal: ({ args: [matrix] }, around) => `torch.diagonal(${text(matrix!, around)})`,
  diagonalMatrix: ({ args: [vector] }, around) => `torch.diag(${text(vector!, around)})`,
  submatrix: ({ attributes: { row, column }, shape: [height = 0, width = 0], args }, around) =>
    `${text(args[0]!, around)}[${row}:${row + height}, ${column}:${column + width}]`,
  placeMatrix: ({ attributes: { row, column }, shape: [height = 0, width = 0], args: [matrix] }, around) => {
    const [rows = 0, columns = 0] = matrix!.shape;
    const padding = [column, width - column - columns, row, height - row - rows];
    return `nn.functional.pad(${text(matrix!, around)}, (${padding.join(', ')}))`;
  },
  upperTriangle: ({ args: [vector], shape: [size] }, around) => `upper_triangle(${text(vector!, around)}, ${size})`,
  upperEntries: ({ args: [matrix] }, around) => `upper_entries(${text(matrix!, around)})`,
  matrixExponential: ({ args: [matrix] }, around) => `torch.matrix_exp(${unwrapped(text(matrix!, around))})`,
  frechetExponential: ({ args: [A, E] }, around) => `frechet_exponential(${text(A!, around)}, ${text(E!, around)})`,
};
