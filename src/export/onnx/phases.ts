/** The phases of a network as ONNX: a scan over steps becomes a `Scan`, anything else operations in a row. */
import { type InputNode, inputsOf, outputsOf, type Phase } from '../../program/index.js';
import type { Weight } from '../network.js';
import { graphMessage, type ValueInfo } from './messages.js';
import { writeRows } from './rows.js';
import { integerAttribute, integersAttribute, type Scope } from './scope.js';

/** Where values are as the phases go by, by their names in the program. */
export interface Places {
  /** [rows, width] */
  readonly carries: Map<string, string>;
  /** [rows, steps, width]; of a single step [rows, width]. */
  readonly sequences: Map<string, string>;
}

export interface Target {
  readonly scope: Scope;
  readonly weights: ReadonlyMap<string, Weight>;
  readonly rowCount: string;
}

/** One step: every phase once, in order. Reverse phases have no single step. */
export function writeStep(phases: readonly Phase[], target: Target, places: Places): void {
  for (const part of phases) {
    const written = writeRows(outputsOf(part), { ...target, leaf: (role, name) => placeOf(places, role, name) });
    place(part, written, places);
  }
}

/** All steps. */
export function writeSteps(phases: readonly Phase[], target: Target, places: Places): void {
  for (const part of phases)
    if (part.kind === 'once') writeStep([part], target, places);
    else writeScan(part, target, places);
}

function writeScan(part: Phase, { scope, weights, rowCount }: Target, places: Places): void {
  const body = scope.body();
  const carries = Object.entries(part.carries).map(([name, node]) => ({
    name,
    width: node.shape[0]!,
    inner: body.fresh(name),
  }));
  const read = inputsOf(outputsOf(part), 'sequence').map((leaf) => sequenceOf(leaf, body.fresh(leaf.attributes.name)));
  const leaf = (role: 'carry' | 'sequence', name: string): string =>
    (role === 'carry' ? carries : read).find((own) => own.name === name)?.inner ?? placeOf(places, role, name);
  // What a body gives must be its own, and one name a result: a state that passes through unchanged is neither.
  const results = writeRows(outputsOf(part), { scope: body, weights, rowCount, leaf }).map((value) =>
    body.node('Identity', [value], 'result'),
  );
  const widths = outputsOf(part).map((node) => node.shape[0]!);
  const rowsOf = (name: string, width: number): ValueInfo => ({ name, shape: ['rows', width], type: 'float' });
  const graph = graphMessage({
    name: part.name,
    nodes: body.nodes,
    inputs: [...carries, ...read].map(({ inner, width }) => rowsOf(inner, width)),
    outputs: results.map((name, index) => rowsOf(name, widths[index]!)),
    description: `one time step${part.reverse ? ', from the last to the first' : ''}`,
  });
  const written = Object.keys(part.sequences).length;
  const repeated = (value: number, count: number) => integersAttribute(...new Array<number>(count).fill(value));
  const directions = part.reverse ? 1 : 0;
  const outputs = scope.operation(
    'Scan',
    [
      ...carries.map(({ name }) => placeOf(places, 'carry', name)),
      ...read.map(({ name }) => placeOf(places, 'sequence', name)),
    ],
    [...carries.map(({ name }) => `${name}.last`), ...Object.keys(part.sequences).map((name) => `${name}.steps`)],
    {
      body: { kind: 'graph', value: graph },
      num_scan_inputs: integerAttribute(read.length),
      scan_input_axes: repeated(1, read.length),
      scan_input_directions: repeated(directions, read.length),
      ...(written === 0
        ? {}
        : { scan_output_axes: repeated(1, written), scan_output_directions: repeated(directions, written) }),
    },
  );
  place(part, outputs, places);
}

const sequenceOf = (leaf: InputNode, inner: string) => ({
  name: leaf.attributes.name,
  width: leaf.shape[0]!,
  inner,
});

function placeOf(places: Places, role: 'carry' | 'sequence', name: string): string {
  const found = (role === 'carry' ? places.carries : places.sequences).get(name);
  if (found === undefined) throw new Error(`${role} ${name} is read before it is written`);
  return found;
}

/** Values come in the order of `outputsOf`: carries, then sequences. */
function place(part: Phase, values: readonly string[], { carries, sequences }: Places): void {
  const names = Object.keys(part.carries);
  for (const [index, name] of names.entries()) carries.set(name, values[index]!);
  for (const [index, name] of Object.keys(part.sequences).entries()) sequences.set(name, values[names.length + index]!);
}
