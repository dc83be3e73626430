import { InputError } from '../errors.js';
import { type Node, type Shape, sameShape, sizeOf, topological } from '../graph/index.js';
import { inputsOf, outputsOf, type Program, parameterShapes, shapesOf } from '../program/index.js';
import type { RunInputs } from './engine.js';

/** What a compiled program must be given; worked out once when it is compiled. */
export interface Signature {
  readonly parameters: ReadonlyMap<string, Shape>;
  /** Every carry and its width, given or not. */
  readonly carries: ReadonlyMap<string, number>;
  /** Sequences that no phase writes. */
  readonly given: ReadonlyMap<string, number>;
  /** Sequences that some phase writes. */
  readonly written: ReadonlyMap<string, number>;
  readonly drawsNoise: boolean;
}

export function signatureOf(program: Program): Signature {
  const writtenNames = new Set(program.phases.flatMap((part) => Object.keys(part.sequences)));
  const widths = (shapes: Map<string, Shape>) => [...shapes].map(([name, shape]) => [name, shape[0]!] as const);
  const sequences = widths(shapesOf(program, 'sequence'));
  for (const part of program.phases)
    if (part.kind === 'once' && inputsOf(outputsOf(part), 'sequence').length + Object.keys(part.sequences).length > 0)
      throw new Error(`phase ${part.name}: a phase that runs once has no step to read or write a sequence at`);
  return {
    parameters: parameterShapes(program),
    carries: new Map(widths(shapesOf(program, 'carry'))),
    given: new Map(sequences.filter(([name]) => !writtenNames.has(name))),
    written: new Map(sequences.filter(([name]) => writtenNames.has(name))),
    drawsNoise: program.phases.some((part) => topological(outputsOf(part)).some((node: Node) => node.op === 'noise')),
  };
}

/** @throws InputError naming the input, what came and what the program expects. */
export function checkInputs(inputs: RunInputs, signature: Signature): void {
  const { rows, steps } = inputs;
  for (const [name, count] of [['rows', rows] as const, ['steps', steps] as const])
    if (!Number.isInteger(count) || count < (name === 'rows' ? 1 : 0))
      throw new InputError(`run: ${name} must be a positive integer, got ${count}`);
  for (const [name, shape] of signature.parameters) {
    const given = inputs.parameters[name];
    if (given === undefined) throw new InputError(`run: parameter ${name} [${shape}] was not given`);
    if (!sameShape(given.shape, shape) || given.data.length !== sizeOf(shape))
      throw new InputError(`run: parameter ${name} must have shape [${shape}], got [${given.shape}]`);
  }
  for (const [name, values] of Object.entries(inputs.carries ?? {})) {
    const width = signature.carries.get(name);
    if (width !== undefined && values.length !== rows * width)
      throw new InputError(`run: carry ${name} must be [${rows}, ${width}], got ${values.length} values`);
  }
  for (const [name, width] of signature.given) {
    const values = inputs.sequences?.[name];
    if (values === undefined) throw new InputError(`run: sequence ${name} [${rows}, ${steps}, ${width}] was not given`);
    if (values.length !== rows * steps * width)
      throw new InputError(`run: sequence ${name} must be [${rows}, ${steps}, ${width}], got ${values.length} values`);
  }
  if (signature.drawsNoise && inputs.noise === undefined)
    throw new InputError('run: the program draws noise; give `noise: { key, samples }`');
  if (inputs.noise !== undefined && inputs.noise.samples.length !== rows)
    throw new InputError(
      `run: noise.samples must have ${rows} entries (one a row), got ${inputs.noise.samples.length}`,
    );
}
