/**
 * Reverse-mode derivative of a program: its phases, extended to store what the way back needs, followed by their
 * adjoints in reverse order. The cotangent of a carry is a carry, that of a sequence a sequence, that of a parameter
 * an accumulator that `finish` pulls back through `prepare`.
 */
import {
  add as addNodes,
  constant,
  input,
  mergeEqual,
  type Node,
  substitute,
  topological,
  vjp,
} from '../graph/index.js';
import {
  adjointName,
  inputsOf,
  mapPhase,
  type Nodes,
  outputsOf,
  type Phase,
  type Program,
  parameterShapes,
  shared,
} from './program.js';
import { chooseResiduals } from './residuals.js';

export interface AdjointWith {
  /** Sequences given from outside whose cotangents are wanted (input gradients). */
  readonly sequences?: readonly string[];
  /** Also store the cotangent of every noise leaf, as the sequence `noiseAdjointName(stream)`. */
  readonly noise?: boolean;
}

export const noiseAdjointName = (stream: number): string => adjointName(`noise#${stream}`);

/**
 * The caller seeds the cotangents of the final carries (`adjointName(carry)`, zero unless given) and finds the
 * gradient of every parameter p in the shared result `adjointName(p)`, and the cotangent of the initial value of a
 * carry in the final value of its adjoint carry.
 */
export function adjointProgram(program: Program, wanted: AdjointWith = {}): Program {
  const forward: Phase[] = [...program.phases];
  const backward: Phase[] = [];
  const written = new Set(program.phases.flatMap((part) => Object.keys(part.sequences)));
  const differentiable = (name: string) => written.has(name) || (wanted.sequences ?? []).includes(name);
  const known = new Set<string>();
  const contributions: [name: string, accumulator: Node][] = [];

  for (let index = program.phases.length - 1; index >= 0; index--) {
    const part = mapPhase(program.phases[index]!, mergeEqual);
    if (Object.keys(part.accumulators).length > 0)
      throw new Error('adjointProgram: a program that sums over rows has no adjoint here; take its tangent instead');
    const raw = adjointOf(part, index, { differentiable, known, noise: wanted.noise ?? false });
    for (const [name, node] of Object.entries(raw.accumulators)) {
      const source = name.slice(0, name.lastIndexOf('^'));
      contributions.push([source, shared(name, node.shape)]);
    }
    for (const name of Object.keys(raw.sequences)) known.add(name);
    const overwrittenLater = new Set(program.phases.slice(index).flatMap((later) => Object.keys(later.carries)));
    const stored = storeResiduals(part, raw, index, overwrittenLater);
    forward[index] = stored.forward;
    backward.push(stored.backward);
  }
  return {
    prepare: program.prepare,
    phases: [...forward, ...backward],
    finish: { ...program.finish, ...pullBack(program, contributions) },
  };
}

interface AdjointContext {
  readonly differentiable: (sequence: string) => boolean;
  /** Adjoint sequences that later phases have already written. */
  readonly known: ReadonlySet<string>;
  readonly noise: boolean;
}

function adjointOf(part: Phase, index: number, context: AdjointContext): Phase {
  const leaves = inputsOf(outputsOf(part));
  const carriesRead = leaves.filter((leaf) => leaf.attributes.role === 'carry');
  const sequencesRead = leaves.filter(
    (leaf) => leaf.attributes.role === 'sequence' && context.differentiable(leaf.attributes.name),
  );
  const sharedRead = leaves.filter((leaf) => leaf.attributes.role === 'shared');
  const draws = context.noise ? topological(outputsOf(part)).filter((node) => node.op === 'noise') : [];

  // A carry that is read but not written is its own next value.
  const outputs: Record<string, Node> = { ...part.carries };
  for (const leaf of carriesRead) outputs[leaf.attributes.name] ??= leaf;
  const adjointCarry = (name: string, node: Node) => input('carry', adjointName(name), node.shape);
  const cotangents: (Node | undefined)[] = Object.entries(outputs).map(([name, node]) => adjointCarry(name, node));
  for (const [name, node] of Object.entries(part.sequences)) {
    const adjoint = adjointName(name);
    cotangents.push(context.known.has(adjoint) ? input('sequence', adjoint, node.shape) : undefined);
  }
  const inputs = [...carriesRead, ...sequencesRead, ...sharedRead, ...draws];
  const pulled = vjp([...Object.values(outputs), ...Object.values(part.sequences)], cotangents, inputs);
  const adjointOfInput = new Map(inputs.map((node, position) => [node, pulled[position]]));

  const carries: Record<string, Node> = {};
  for (const [name, node] of Object.entries(outputs)) {
    const leaf = carriesRead.find((candidate) => candidate.attributes.name === name);
    carries[adjointName(name)] = (leaf && adjointOfInput.get(leaf)) ?? constant(0, node.shape, 'row');
  }
  const sequences: Record<string, Node> = {};
  for (const leaf of sequencesRead) {
    const name = adjointName(leaf.attributes.name);
    const own = adjointOfInput.get(leaf) ?? constant(0, leaf.shape, 'row');
    // A sequence written by this very phase had its cotangent read above; one read by several phases adds up.
    sequences[name] = context.known.has(name) ? addNodes(input('sequence', name, leaf.shape), own) : own;
  }
  for (const draw of draws) {
    if (draw.op !== 'noise') continue;
    sequences[noiseAdjointName(draw.attributes.stream)] = adjointOfInput.get(draw) ?? constant(0, draw.shape, 'row');
  }
  const accumulators: Record<string, Node> = {};
  for (const leaf of sharedRead) {
    const node = adjointOfInput.get(leaf);
    if (node !== undefined) accumulators[`${adjointName(leaf.attributes.name)}${index}`] = node;
  }
  return { name: adjointName(part.name), kind: part.kind, reverse: !part.reverse, carries, sequences, accumulators };
}

/** Splits the joint graph of a phase and its adjoint at the values that are stored between them. */
function storeResiduals(part: Phase, adjoint: Phase, index: number, overwritten: ReadonlySet<string>) {
  const count = outputsOf(part).length;
  const merged = mergeEqual([...outputsOf(part), ...outputsOf(adjoint)]);
  const ownOutputs = merged.slice(0, count);
  const adjointOutputs = merged.slice(count);
  const forwardNodes = new Set(topological(ownOutputs));
  const lost = (leaf: Node) =>
    leaf.op === 'input' && leaf.attributes.role === 'carry' && overwritten.has(leaf.attributes.name);
  const residuals = chooseResiduals(adjointOutputs, forwardNodes, lost);
  const role = part.kind === 'scan' ? 'sequence' : 'carry';
  const leafOf = new Map<Node, Node>();
  const stores: Record<string, Node> = {};
  for (const [position, node] of residuals.entries()) {
    const name = `residual${index}.${position}`;
    stores[name] = node;
    leafOf.set(node, input(role, name, node.shape));
  }
  const replaced = substitute(adjointOutputs, (node) => leafOf.get(node));
  const forward = mapPhase(part, () => ownOutputs);
  return {
    forward:
      role === 'sequence'
        ? { ...forward, sequences: { ...forward.sequences, ...stores } }
        : { ...forward, carries: { ...forward.carries, ...stores } },
    backward: mapPhase(adjoint, () => replaced),
  };
}

/** Gradients of the parameters from the accumulated cotangents of everything the phases read. */
export function pullBack(program: Program, contributions: readonly [string, Node][]): Nodes {
  const totals = new Map<string, Node>();
  for (const [name, node] of contributions) {
    const before = totals.get(name);
    totals.set(name, before === undefined ? node : addNodes(before, node));
  }
  const parameters = [...parameterShapes(program)];
  const leaves = inputsOf(Object.values(program.prepare), 'shared');
  const preparedNames = Object.keys(program.prepare);
  const pulled = vjp(
    Object.values(program.prepare),
    preparedNames.map((name) => totals.get(name)),
    leaves,
  );
  const finish: Record<string, Node> = {};
  for (const [name, shape] of parameters) {
    let gradient = totals.get(name);
    for (const [position, leaf] of leaves.entries()) {
      const part = pulled[position];
      if (leaf.attributes.name !== name || part === undefined) continue;
      gradient = gradient === undefined ? part : addNodes(gradient, part);
    }
    finish[adjointName(name)] = gradient ?? constant(0, shape, 'shared');
  }
  return finish;
}
