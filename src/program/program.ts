/**
 * A program: what an engine compiles and runs in one call over a batch.
 *
 *     prepare   parameters → shared values the phases read (S_{β,γ}(M), √d, …), once, in float64
 *     phases    one after another, each either a scan over all time steps (forward or reverse) or a single `once`
 *     finish    sums gathered by the phases → shared results (gradients of the parameters), once, in float64
 *
 * Phases talk through *carries* (row vectors that persist from step to step and phase to phase) and *sequences* (row
 * vectors, one a step). Training, Hessian-vector products, input gradients, Lyapunov tangents and inference are all
 * programs; `tangent.ts` and `adjoint.ts` derive them from the forward one, in any order and depth.
 */
import { type InputRole, input, type Node, type NodeOf, type Shape, topological } from '../graph/index.js';

export type Nodes = Readonly<Record<string, Node>>;

export interface Phase {
  readonly name: string;
  readonly kind: 'scan' | 'once';
  /** A reverse scan visits the steps from last to first. */
  readonly reverse: boolean;
  /** Next value of each carry; a carry not named keeps its value. All are read before any is written. */
  readonly carries: Nodes;
  /** Values stored for this step. */
  readonly sequences: Nodes;
  /** Shared-space values summed over rows and steps. */
  readonly accumulators: Nodes;
}

export interface Program {
  readonly prepare: Nodes;
  readonly phases: readonly Phase[];
  readonly finish: Nodes;
}

/** What a caller wants back: final carries, sequences, and shared results by name. */
export interface Requests {
  readonly carries?: readonly string[];
  readonly sequences?: readonly string[];
  readonly shared?: readonly string[];
}

/** Name of the tangent of a value in the direction `label`; and of its cotangent. Users' names contain neither mark. */
export const tangentName = (name: string, label: string): string => `${name}~${label}`;
export const adjointName = (name: string): string => `${name}^`;

export function phase(
  name: string,
  kind: Phase['kind'],
  parts: Partial<Pick<Phase, 'carries' | 'sequences' | 'accumulators' | 'reverse'>>,
): Phase {
  return { name, kind, reverse: false, carries: {}, sequences: {}, accumulators: {}, ...parts };
}

export function outputsOf(of: Phase): Node[] {
  return [...Object.values(of.carries), ...Object.values(of.sequences), ...Object.values(of.accumulators)];
}

export type InputNode = NodeOf<'input'> & Node;

export function inputsOf(nodes: Iterable<Node>, role?: InputRole): InputNode[] {
  return topological(nodes).filter(
    (node): node is InputNode => node.op === 'input' && (role === undefined || node.attributes.role === role),
  );
}

/** Shapes of every carry, sequence or shared value that the program's phases read or write. */
export function shapesOf(program: Program, role: InputRole): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const part of program.phases) {
    for (const leaf of inputsOf(outputsOf(part), role)) shapes.set(leaf.attributes.name, leaf.shape);
    const written = role === 'carry' ? part.carries : role === 'sequence' ? part.sequences : {};
    for (const [name, node] of Object.entries(written)) shapes.set(name, node.shape);
  }
  return shapes;
}

/** Shapes of the parameters a program reads: shared values that it neither prepares nor accumulates. */
export function parameterShapes(program: Program): Map<string, Shape> {
  const made = new Set(Object.keys(program.prepare));
  for (const part of program.phases) for (const name of Object.keys(part.accumulators)) made.add(name);
  const shapes = new Map<string, Shape>();
  const readers = [
    ...Object.values(program.prepare),
    ...Object.values(program.finish),
    ...program.phases.flatMap(outputsOf),
  ];
  for (const leaf of inputsOf(readers, 'shared'))
    if (!made.has(leaf.attributes.name)) shapes.set(leaf.attributes.name, leaf.shape);
  return shapes;
}

/** Applies one replacement to every graph of a program. */
export function mapNodes(nodes: Nodes, map: (outputs: readonly Node[]) => Node[]): Nodes {
  const names = Object.keys(nodes);
  const mapped = map(Object.values(nodes));
  return Object.fromEntries(names.map((name, index) => [name, mapped[index]!]));
}

/** Maps all outputs of a phase together, so that what they share stays shared. */
export function mapPhase(of: Phase, map: (outputs: readonly Node[]) => Node[]): Phase {
  const mapped = map(outputsOf(of));
  let next = 0;
  const take = (nodes: Nodes): Nodes =>
    Object.fromEntries(
      Object.keys(nodes).map((name) => {
        next += 1;
        return [name, mapped[next - 1]!];
      }),
    );
  return { ...of, carries: take(of.carries), sequences: take(of.sequences), accumulators: take(of.accumulators) };
}

export function carry(name: string, width: number): Node {
  return input('carry', name, [width]);
}

export function sequence(name: string, width: number): Node {
  return input('sequence', name, [width]);
}

export function shared(name: string, shape: Shape): Node {
  return input('shared', name, shape);
}
