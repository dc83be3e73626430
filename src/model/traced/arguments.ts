/** What a part's function is called with when it is traced: a leaf for each argument, under the name it has in the graph. */
import type { ParameterSpec } from '../../cells/index.js';
import { constant, type InputRole, input, type Node, type Shape } from '../../graph/index.js';

/** What cells and noise schemes read alike. */
export interface PartArguments {
  readonly state: Readonly<Record<string, Node>>;
  readonly input: Node;
  readonly time: Node;
  readonly exogenous: Readonly<Record<string, Node>>;
  readonly parameters: Readonly<Record<string, Node>>;
}

export interface Arguments {
  readonly context: PartArguments;
  /** By node, the name of its leaf. */
  readonly leaves: Map<Node, string>;
}

export interface Widths {
  readonly state: Readonly<Record<string, number>>;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly inputs: number;
  readonly exogenous?: readonly string[];
}

export function createArguments({ state, parameters, inputs, exogenous = [] }: Widths): Arguments {
  const leaves = new Map<Node, string>();
  const leaf = (role: InputRole, name: string, shape: Shape): Node => {
    const node = input(role, name, shape);
    leaves.set(node, name);
    return node;
  };
  const named = <T>(of: Readonly<Record<string, T>>, make: (name: string, value: T) => Node) =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [name, make(name, value)]));
  const context = {
    state: named(state, (name, width) => leaf('carry', `state.${name}`, [width])),
    // What would read inputs that there are none of has no entries, and is no leaf.
    input: inputs === 0 ? constant(0, [0], 'row') : leaf('sequence', 'input', [inputs]),
    time: leaf('carry', 'time', [1]),
    exogenous: Object.fromEntries(exogenous.map((name) => [name, leaf('sequence', `exogenous.${name}`, [1])])),
    parameters: named(parameters, (name, { shape }) =>
      shape.includes(0) ? constant(0, shape, 'shared') : leaf('shared', `parameters.${name}`, shape),
    ),
  };
  return { context, leaves };
}

/** The argument that a leaf of this name stands for. */
export function supplied(name: string, context: PartArguments): Node | undefined {
  if (name === 'input') return context.input;
  if (name === 'time') return context.time;
  const dot = name.indexOf('.');
  const [group, own] = [name.slice(0, dot), name.slice(dot + 1)];
  if (group !== 'state' && group !== 'exogenous' && group !== 'parameters') return undefined;
  return Object.hasOwn(context[group], own) ? context[group][own] : undefined;
}
