/**
 * Whether a step keeps the state in a box whatever the input: interval arithmetic over its expression, started at the box
 * |h| ≤ 1 (and the learned start) and widened until it holds, or a few times.
 */
import { elementwiseRow, type Node, type Tensors, topological } from '../../graph/index.js';
import type { Model } from '../../model/index.js';

interface Range {
  readonly low: number;
  readonly high: number;
}
const everything: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const magnitude = ({ low, high }: Range) => Math.max(Math.abs(low), Math.abs(high));

/** Functions with bounds of their own. */
const images: Readonly<Record<string, Range>> = {
  tanh: { low: -1, high: 1 },
  sigmoid: { low: 0, high: 1 },
  sin: { low: -1, high: 1 },
  cos: { low: -1, high: 1 },
  sign: { low: -1, high: 1 },
};

/** The largest |h| that any series can bring about, or null where this argument finds none. */
export function stateBound(model: Model, parameters: Tensors): number | null {
  const program = model.program({ noisy: false, loss: false, state: 'given' });
  const steps = program.phases.filter(({ kind }) => kind === 'scan');
  const box = new Map(
    Object.keys(model.state).map((name) => {
      const learned = model.initial[name];
      const values = learned === undefined ? [] : [...parameters[learned]!.data];
      return [name, values.reduce((most, value) => Math.max(most, Math.abs(value)), 1)];
    }),
  );
  for (let attempt = 0; attempt < 4; attempt++) {
    let holds = true;
    for (const { carries } of steps) {
      const ranges = rangesOf(Object.values(carries), box);
      for (const [name, node] of Object.entries(carries)) {
        const reach = magnitude(ranges.get(node)!);
        if (!(reach < Number.POSITIVE_INFINITY)) return null;
        if (reach <= box.get(name)!) continue;
        holds = false;
        box.set(name, reach);
      }
    }
    if (holds) return Math.max(...box.values());
  }
  return null;
}

function rangesOf(outputs: readonly Node[], box: ReadonlyMap<string, number>): Map<Node, Range> {
  const ranges = new Map<Node, Range>();
  for (const node of topological(outputs)) ranges.set(node, rangeOf(node, ranges, box));
  return ranges;
}

function rangeOf(node: Node, known: ReadonlyMap<Node, Range>, box: ReadonlyMap<string, number>): Range {
  const args = node.args.map((arg) => known.get(arg)!);
  switch (node.op) {
    case 'input': {
      const most = node.attributes.role === 'carry' ? box.get(node.attributes.name) : undefined;
      return most === undefined ? everything : { low: -most, high: most };
    }
    case 'constant': {
      const { value } = node.attributes;
      return typeof value === 'number' ? { low: value, high: value } : everything;
    }
    case 'broadcast':
    case 'broadcastRows':
    case 'slice':
      return args[0]!;
    case 'concat':
      return hull(args);
    case 'elementwise':
      return elementwiseRange(node, args, known);
    default:
      return everything;
  }
}

function elementwiseRange(
  node: Node & { op: 'elementwise' },
  args: readonly Range[],
  known: ReadonlyMap<Node, Range>,
): Range {
  const { name } = node.attributes;
  const image = images[name];
  if (image !== undefined) return image;
  if (name === 'add') return mixture(node, known) ?? combined(args, (a, b) => a + b);
  if (name === 'subtract') return combined([args[0]!, { low: -args[1]!.high, high: -args[1]!.low }], (a, b) => a + b);
  if (name === 'multiply') {
    const [a, b] = args as [Range, Range];
    const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
    return products.some(Number.isNaN) ? everything : { low: Math.min(...products), high: Math.max(...products) };
  }
  if (name === 'negate') return { low: -args[0]!.high, high: -args[0]!.low };
  if (name === 'select') return hull(args.slice(1));
  if (name === 'maximum' || name === 'minimum') return combined(args, (a, b) => elementwiseRow(name).evaluate(a, b, 0));
  return everything;
}

/** c + z (h − c) with z in [0, 1] lies between c and h, which intervals alone do not see. */
function mixture(node: Node, known: ReadonlyMap<Node, Range>): Range | undefined {
  const isNamed = (of: Node | undefined, name: string) => of?.op === 'elementwise' && of.attributes.name === name;
  for (const [c, moved] of [node.args, [...node.args].reverse()] as [Node, Node][]) {
    if (!isNamed(moved, 'multiply')) continue;
    for (const [z, away] of [moved.args, [...moved.args].reverse()] as [Node, Node][]) {
      if (!isNamed(away, 'subtract') || away.args[1] !== c) continue;
      const share = known.get(z)!;
      if (share.low >= 0 && share.high <= 1) return hull([known.get(c)!, known.get(away.args[0]!)!]);
    }
  }
  return undefined;
}

const hull = (ranges: readonly Range[]): Range => ({
  low: Math.min(...ranges.map(({ low }) => low)),
  high: Math.max(...ranges.map(({ high }) => high)),
});

const combined = ([a, b]: readonly Range[], of: (a: number, b: number) => number): Range => ({
  low: of(a!.low, b!.low),
  high: of(a!.high, b!.high),
});
