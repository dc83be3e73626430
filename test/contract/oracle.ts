/**
 * An interpreter of programs that shares nothing with the engines but the graph: a number at a time, row by row, each operation
 * written down once more in another way. It is what the reference engine is compared with, which all others are compared with.
 */
import type { Engine, RunInputs, RunOutputs } from '../../src/engine/engine.js';
import type { ElementwiseName, Node, Op, Tensors } from '../../src/graph/index.js';
import type { Phase, Program, Requests } from '../../src/program/index.js';
import { fillNoise } from '../../src/random/index.js';

/** From definitions by exponentials and comparisons, not from the functions that the library calls. */
const functions: { readonly [N in ElementwiseName]: (...x: number[]) => number } = {
  negate: (x) => 0 - x!,
  // tanh x = (e^2x − 1) / (e^2x + 1), by expm1 so that nothing cancels.
  tanh: (x) => -Math.expm1(-2 * x!) / (Math.expm1(-2 * x!) + 2),
  sigmoid: (x) => (1 + -Math.expm1(-x!) / (Math.expm1(-x!) + 2)) / 2,
  exp: (x) => Math.expm1(x!) + 1,
  log: (x) => Math.log2(x!) * Math.LN2,
  sqrt: (x) => x! ** 0.5,
  sin: (x) => 2 * Math.sin(x! / 2) * Math.cos(x! / 2),
  cos: (x) => 1 - 2 * Math.sin(x! / 2) ** 2,
  absolute: (x) => (x! < 0 ? -x! : x!),
  sign: (x) => (x! > 0 ? 1 : x! < 0 ? -1 : 0),
  square: (x) => x! ** 2,
  reciprocal: (x) => x! ** -1,
  softplus: (x) => Math.log1p(Math.expm1(x!) + 1),
  add: (a, b) => a! + b!,
  subtract: (a, b) => a! + -b!,
  multiply: (a, b) => a! * b!,
  divide: (a, b) => a! * (1 / b!),
  maximum: (a, b) => (a! >= b! ? a! : b!),
  minimum: (a, b) => (a! <= b! ? a! : b!),
  greater: (a, b) => Number(a! > b!),
  select: (condition, a, b) => (condition! > 0 ? a! : b!),
};

/** A value: numbers in the order of its shape; a row value is that of one row. */
type Value = readonly number[];

/** What a phase reads at one step: leaves of all rows. */
interface Reading {
  readonly rows: number;
  readonly leaf: (node: Node, row: number) => Value;
}

const range = (count: number) => [...Array(count).keys()];
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const entries = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1);

type Meaning = (node: Node, args: readonly Value[], rowsOf: (index: number) => readonly Value[]) => Value;

/** `rowsOf(i)` are the values of argument i in all rows. */
const meanings: { readonly [O in Exclude<Op, 'input' | 'noise'>]: Meaning } = {
  constant: ({ shape, attributes }) => {
    const { value } = attributes as { value: number | Float64Array };
    return typeof value === 'number' ? range(entries(shape)).map(() => value) : [...value];
  },
  elementwise: (node, args) => {
    const { name } = node.attributes as { name: ElementwiseName };
    return args[0]!.map((_, i) => functions[name](...args.map((arg) => arg[i]!)));
  },
  matmul: (node, [matrix, x]) =>
    range(node.shape[0]!).map((i) => total(x!.map((xk, k) => matrix![i * x!.length + k]! * xk))),
  outer: (node, _, rowsOf) => {
    const [height, width] = node.shape as [number, number];
    const [a, b] = [rowsOf(0), rowsOf(1)];
    return range(height * width).map((at) =>
      total(a.map((own, row) => own[Math.floor(at / width)]! * b[row]![at % width]!)),
    );
  },
  product: (node, [a, b]) => {
    const [height, width] = node.shape as [number, number];
    const inner = a!.length / height;
    return range(height * width).map((at) => {
      const [i, j] = [Math.floor(at / width), at % width];
      return total(range(inner).map((k) => a![i * inner + k]! * b![k * width + j]!));
    });
  },
  transpose: (node, [matrix]) => {
    const [height, width] = node.shape as [number, number];
    return range(height * width).map((at) => matrix![(at % width) * height + Math.floor(at / width)]!);
  },
  broadcastRows: (_, [vector]) => vector!,
  sumRows: (node, _, rowsOf) => range(node.shape[0]!).map((i) => total(rowsOf(0).map((own) => own[i]!))),
  broadcast: ({ shape }, [value]) => range(entries(shape)).map(() => value![0]!),
  sum: (_, [value]) => [total(value!)],
  logSumExp: (_, [value]) => [Math.log(total(value!.map((x) => Math.exp(x - value![0]!)))) + value![0]!],
  slice: (node, [vector]) => {
    const { start } = node.attributes as { start: number };
    return vector!.filter((_, i) => i >= start && i < start + node.shape[0]!);
  },
  concat: (_, args) => args.flat(),
  diagonal: (node, [matrix]) => range(node.shape[0]!).map((i) => matrix![i * (node.shape[0]! + 1)]!),
  diagonalMatrix: (node, [vector]) => square(node, (i, j) => (i === j ? vector![i]! : 0)),
  submatrix: (node, [matrix]) => {
    const { row, column } = node.attributes as { row: number; column: number };
    const width = node.args[0]!.shape[1]!;
    return square(node, (i, j) => matrix![(row + i) * width + column + j]!);
  },
  placeMatrix: (node, [matrix]) => {
    const { row, column } = node.attributes as { row: number; column: number };
    const [height, width] = node.args[0]!.shape as [number, number];
    return square(node, (i, j) => {
      const [k, l] = [i - row, j - column];
      return k >= 0 && k < height && l >= 0 && l < width ? matrix![k * width + l]! : 0;
    });
  },
  upperTriangle: (node, [vector]) => {
    const size = node.shape[0]!;
    return square(node, (i, j) => (j > i ? vector![entry(i, j, size)]! : 0));
  },
  upperEntries: (node, [matrix]) => {
    const size = node.args[0]!.shape[0]!;
    const places = range(size * size).filter((at) => at % size > Math.floor(at / size));
    return places.map((at) => matrix![at]!);
  },
  matrixExponential: (node, [matrix]) => exponential(matrix!, node.shape[0]!),
  // The upper right block of exp [[A, E], [0, A]].
  frechetExponential: (node, [A, E]) => {
    const size = node.shape[0]!;
    const blocks = range(4 * size * size).map((at) => {
      const [i, j] = [Math.floor(at / (2 * size)), at % (2 * size)];
      if (i >= size) return j >= size ? A![(i - size) * size + j - size]! : 0;
      return j >= size ? E![i * size + j - size]! : A![i * size + j]!;
    });
    const whole = exponential(blocks, 2 * size);
    return range(size * size).map((at) => whole[Math.floor(at / size) * 2 * size + size + (at % size)]!);
  },
};

function square(node: Node, at: (i: number, j: number) => number): number[] {
  const [height, width] = node.shape as [number, number];
  return range(height).flatMap((i) => range(width).map((j) => at(i, j)));
}

/** Place of (i, j), j > i, among the entries above the diagonal, row by row. */
const entry = (i: number, j: number, size: number) => i * size - (i * (i + 1)) / 2 + j - i - 1;

/** (exp(A / 2^20))^(2^20) by a Taylor series: for the small matrices of tests. */
function exponential(A: Value, size: number): Value {
  const times = (a: Value, b: Value) =>
    range(size * size).map((at) =>
      total(range(size).map((k) => a[Math.floor(at / size) * size + k]! * b[k * size + (at % size)]!)),
    );
  const halvings = 6;
  const small = A.map((x) => x / 2 ** halvings);
  const identity = range(size * size).map((at) => (at % (size + 1) === 0 ? 1 : 0));
  let [sum, term]: [Value, Value] = [identity, identity];
  for (let k = 1; k < 24; k++) {
    term = times(term, small).map((x) => x / k);
    sum = sum.map((x, i) => x + term[i]!);
  }
  for (let i = 0; i < halvings; i++) sum = times(sum, sum);
  return sum;
}

/** Values of nodes, each computed when it is first asked for. */
function evaluator({ rows, leaf }: Reading): (node: Node, row: number) => Value {
  const known = new Map<Node, Value[]>();
  const valueIn = (node: Node, row: number): Value => {
    const own = known.get(node) ?? [];
    known.set(node, own);
    const at = node.space === 'shared' ? 0 : row;
    own[at] ??=
      node.op === 'input' || node.op === 'noise'
        ? leaf(node, row)
        : meanings[node.op](
            node,
            // Sums over rows read them all; their own row is of no meaning.
            node.op === 'outer' || node.op === 'sumRows' ? [] : node.args.map((arg) => valueIn(arg, row)),
            (index) => range(rows).map((other) => valueIn(node.args[index]!, other)),
          );
    return own[at]!;
  };
  return valueIn;
}

function sharedValues(nodes: Readonly<Record<string, Node>>, known: Tensors): Tensors {
  const valueIn = evaluator({ rows: 1, leaf: (node) => [...known[(node.attributes as { name: string }).name]!.data] });
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]) => [
      name,
      { shape: node.shape, data: Float64Array.from(valueIn(node, 0)) },
    ]),
  );
}

async function interpret(program: Program, requests: Requests, inputs: RunInputs): Promise<RunOutputs> {
  const { rows, steps, noise } = inputs;
  const shared: Record<string, Tensors[string]> = { ...inputs.parameters };
  Object.assign(shared, sharedValues(program.prepare, shared));
  const carries: Record<string, Value[]> = {};
  for (const [name, values] of Object.entries(inputs.carries ?? {})) carries[name] = split(values, rows);
  /** By name, row, step. */
  const sequences: Record<string, Value[][]> = {};
  for (const [name, values] of Object.entries(inputs.sequences ?? {}))
    sequences[name] = split(values, rows).map((own) => split(own, steps));

  const runStep = (part: Phase, step: number) => {
    const valueIn = evaluator({
      rows,
      leaf: (node, row) => {
        if (node.op === 'noise') {
          const { distribution, stream, rate } = node.attributes;
          const { key, samples, firstStep = 0, sign = 1 } = noise!;
          const out = new Float64Array(node.shape[0]!);
          const units = out.length;
          fillNoise(
            distribution,
            { key, stream, step: firstStep + step, sample: samples[row]!, units, sign, rate },
            out,
            0,
          );
          return [...out];
        }
        const { role, name } = node.attributes as { role: string; name: string };
        if (role === 'shared') return [...shared[name]!.data];
        if (role === 'sequence') return sequences[name]![row]![step]!;
        return carries[name]?.[row] ?? range(node.shape[0]!).map(() => 0);
      },
    });
    const next = Object.entries(part.carries).map(
      ([name, node]) => [name, range(rows).map((row) => valueIn(node, row))] as const,
    );
    const stored = Object.entries(part.sequences).map(
      ([name, node]) => [name, range(rows).map((row) => valueIn(node, row))] as const,
    );
    for (const [name, node] of Object.entries(part.accumulators)) {
      const before = shared[name]?.data ?? new Float64Array(entries(node.shape));
      const term = valueIn(node, 0);
      shared[name] = { shape: node.shape, data: before.map((value, i) => value + term[i]!) };
    }
    for (const [name, values] of next) carries[name] = values;
    for (const [name, values] of stored)
      for (const [row, value] of values.entries()) {
        sequences[name] ??= range(rows).map(() => []);
        sequences[name][row]![step] = value;
      }
  };
  for (const part of program.phases) {
    const order = range(part.kind === 'once' ? 1 : steps);
    for (const step of part.reverse ? order.reverse() : order) runStep(part, step);
  }
  const pick = <T, U>(names: readonly string[] = [], from: Readonly<Record<string, T>>, flat: (of: T) => U) =>
    Object.fromEntries(names.map((name) => [name, flat(from[name]!)]));
  return {
    carries: pick(requests.carries, carries, (of) => Float64Array.from(of.flat())),
    sequences: pick(requests.sequences, sequences, (of) => Float64Array.from(of.flat(2))),
    shared: sharedValues(
      pick(requests.shared, program.finish, (of) => of),
      shared,
    ),
  };
}

function split(values: ArrayLike<number>, count: number): Value[] {
  const width = values.length / count;
  return range(count).map((i) => Array.from({ length: width }, (_, k) => values[i * width + k]!));
}

export function createOracle(): Engine {
  return {
    name: 'reference',
    precision: 'float64',
    threads: 1,
    build: 'oracle',
    compile: (program, requests) => ({ program, run: (inputs) => interpret(program, requests, inputs) }),
    close: async () => {},
  };
}
