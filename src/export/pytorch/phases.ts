/** The phases of a model as methods of a class, with noise and without, and what both prepare of the parameters. */
import type { Nodes, Phase, Program } from '../../program/index.js';
import { inputsOf, outputsOf } from '../../program/index.js';
import { printNodes } from './expressions.js';
import { identifiers } from './names.js';

export interface Printer {
  /** Of parameters, as attributes. */
  readonly attribute: (name: string) => string;
  /** Prepared expressions so far, by name, each text once. */
  readonly prepared: Map<string, string>;
}

/** Adds what the program prepares and returns the names under which its phases find it. */
export function printPrepared({ prepare }: Program, printer: Printer): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, node] of Object.entries(prepare)) {
    const leaves = inputsOf([node], 'shared').map((leaf) => leaf.attributes.name);
    const { lines, values } = printNodes([node], {
      leaf: (leaf) => `self.${printer.attribute(leaf.attributes.name)}`,
      fresh: freshNames(),
    });
    const text = [...lines, values[0]!].join('\n');
    const stem = leaves.length === 1 ? printer.attribute(leaves[0]!) : 'shared';
    names.set(name, enter(`${stem}_prepared`, text, printer.prepared));
  }
  return names;
}

function enter(stem: string, text: string, prepared: Map<string, string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}${number}`;
    const known = prepared.get(name);
    if (known === undefined) prepared.set(name, text);
    if (known === undefined || known === text) return name;
  }
}

/** A method that takes the state and what there is at this step, and gives the next state and what it leaves at this step. */
export function printPhase(
  method: string,
  part: Phase,
  prepared: ReadonlyMap<string, string>,
  printer: Printer,
): string[] {
  const nodes = outputsOf(part);
  const local = identifiers(
    new Set(['self', 'w', 'state', 'now', 'rows', 'torch', 'nn', 'maximum', 'minimum', 'greater']),
  );
  const leaves = inputsOf(nodes).filter(({ attributes }) => attributes.role !== 'shared');
  const reads = leaves.map(({ attributes: { role, name } }) => {
    const from = role === 'carry' ? 'state' : 'now';
    return `${local(`${role} ${name}` === 'sequence x' ? 'x' : name)} = ${from}[${JSON.stringify(name)}]`;
  });
  const { lines, values } = printNodes(nodes, {
    leaf: ({ attributes: { role, name } }) => {
      if (role !== 'shared') return local(name);
      const made = prepared.get(name);
      return made === undefined ? `self.${printer.attribute(name)}` : `w.${made}`;
    },
    fresh: freshNames(local),
  });
  const results: string[] = [];
  const given = (of: Nodes, from: number) => {
    const entries = Object.keys(of).map((name, index) => {
      const result = local(`next ${name}`);
      results.push(`${result} = ${values[from + index]}`);
      return `${JSON.stringify(name)}: ${result}`;
    });
    return `{${entries.join(', ')}}`;
  };
  const carries = given(part.carries, 0);
  const sequences = given(part.sequences, Object.keys(part.carries).length);
  const body = [...reads, ...lines, ...results, `return ${carries}, ${sequences}`];
  return [`def ${method}(self, w, state, now, rows):`, ...body.map(indent)];
}

const indent = (line: string) => `    ${line}`;

function freshNames(local: (name: string) => string = identifiers()): () => string {
  let last = 0;
  return () => {
    last += 1;
    return local(`v${last}`);
  };
}
