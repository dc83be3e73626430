import { constant, input, jvp, type Node } from '../graph/index.js';
import { type InputNode, type Nodes, outputsOf, type Phase, type Program, tangentName } from './program.js';

/** The inputs that move, in one direction called `label`. The caller supplies their tangents under `tangentName`. */
export interface Direction {
  readonly label: string;
  readonly parameters?: (name: string) => boolean;
  readonly carries?: readonly string[];
  readonly sequences?: readonly string[];
  /** Tangent of a noise leaf: another noise leaf, a sequence, or nothing. */
  readonly noise?: (leaf: Node) => Node | undefined;
}

/**
 * Forward-mode derivative of a program: the same phases, with the tangents of all their outputs beside them. Apply it
 * with several labels for several directions over one primal, or to the result of `adjointProgram` for exact
 * Hessian-vector products.
 */
export function tangentProgram(program: Program, direction: Direction): Program {
  const { label } = direction;
  const moving = {
    carry: new Set(direction.carries ?? []),
    sequence: new Set(direction.sequences ?? []),
    shared: new Set<string>(),
  };
  const made = new Set([
    ...Object.keys(program.prepare),
    ...program.phases.flatMap((part) => Object.keys(part.accumulators)),
  ]);
  const moves = (leaf: InputNode): boolean => {
    const { role, name } = leaf.attributes;
    if (moving[role].has(name)) return true;
    return role === 'shared' && !made.has(name) && !name.includes('~') && (direction.parameters?.(name) ?? false);
  };
  const tangentLeaf = (node: Node): Node | undefined => {
    if (node.op === 'noise') return direction.noise?.(node);
    if (node.op !== 'input' || !moves(node as InputNode)) return undefined;
    return input(node.attributes.role, tangentName(node.attributes.name, label), node.shape);
  };
  const tangentsOf = (nodes: Nodes): Record<string, Node> => {
    const tangents = jvp(Object.values(nodes), tangentLeaf);
    const entries = Object.keys(nodes).flatMap((name, index): [string, Node][] => {
      const tangent = tangents[index];
      return tangent === undefined ? [] : [[name, tangent]];
    });
    return Object.fromEntries(entries);
  };
  const renamed = (nodes: Nodes): Nodes =>
    Object.fromEntries(Object.entries(nodes).map(([name, node]) => [tangentName(name, label), node]));

  const prepared = tangentsOf(program.prepare);
  for (const name of Object.keys(prepared)) moving.shared.add(name);

  // A carry moves as soon as anything moving reaches it, which may be through the loop: repeat until nothing is added.
  let tangents: { carries: Nodes; sequences: Nodes; accumulators: Nodes }[] = [];
  for (let before = -1; before !== moving.carry.size + moving.sequence.size; ) {
    before = moving.carry.size + moving.sequence.size;
    tangents = program.phases.map((part) => phaseTangents(part, tangentLeaf));
    for (const part of tangents) {
      for (const name of Object.keys(part.carries)) moving.carry.add(name);
      for (const name of Object.keys(part.sequences)) moving.sequence.add(name);
    }
  }
  const phases = program.phases.map((part, index): Phase => {
    const own = tangents[index]!;
    for (const name of Object.keys(own.accumulators)) moving.shared.add(name);
    const carries: Record<string, Node> = { ...part.carries, ...renamed(own.carries) };
    // A carry that is overwritten by something still loses the tangent it had.
    for (const [name, node] of Object.entries(part.carries))
      if (moving.carry.has(name) && own.carries[name] === undefined)
        carries[tangentName(name, label)] = constant(0, node.shape, 'row');
    const sequences: Record<string, Node> = { ...part.sequences, ...renamed(own.sequences) };
    for (const [name, node] of Object.entries(part.sequences))
      if (moving.sequence.has(name) && own.sequences[name] === undefined)
        sequences[tangentName(name, label)] = constant(0, node.shape, 'row');
    return { ...part, carries, sequences, accumulators: { ...part.accumulators, ...renamed(own.accumulators) } };
  });
  const finished = tangentsOf(program.finish);
  const finish: Record<string, Node> = { ...program.finish };
  for (const [name, node] of Object.entries(program.finish))
    finish[tangentName(name, label)] = finished[name] ?? constant(0, node.shape, 'shared');
  return { prepare: { ...program.prepare, ...renamed(prepared) }, phases, finish };
}

function phaseTangents(part: Phase, tangentLeaf: (node: Node) => Node | undefined) {
  const tangents = jvp(outputsOf(part), tangentLeaf);
  let next = 0;
  const take = (nodes: Nodes): Nodes => {
    const taken: Record<string, Node> = {};
    for (const name of Object.keys(nodes)) {
      const tangent = tangents[next];
      if (tangent !== undefined) taken[name] = tangent;
      next += 1;
    }
    return taken;
  };
  return { carries: take(part.carries), sequences: take(part.sequences), accumulators: take(part.accumulators) };
}
