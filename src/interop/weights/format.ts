/** Weights that other libraries wrote: a format is a file with a table of names, and a row of the table in `index.ts`. */
import { InputError } from '../../errors.js';
import { type Tensor, type Tensors, tensor } from '../../graph/index.js';

export interface WeightRequest {
  /** What the weights are said to be; as the names and shapes say unless given. */
  readonly model?: string | undefined;
  /** What the names of the linear readout begin with. */
  readonly readoutPrefix?: string | undefined;
}

export interface ImportedWeights {
  /** Under our names. */
  readonly parameters: Record<string, Tensor>;
  readonly sizes: { readonly units: number; readonly inputs: number; readonly outputs: number };
  /** What they are, as settings of a run. */
  readonly settings: {
    readonly model: string;
    readonly units: number;
    readonly layers?: number;
    readonly bidirectional?: boolean;
    readonly step?: 'learned';
  };
}

export interface WeightFormat {
  /** Whose names they are, for messages. */
  readonly description: string;
  readonly recognises: (names: readonly string[]) => boolean;
  /** @throws InputError naming a tensor that is missing, unknown or of the wrong shape. */
  readonly read: (tensors: Tensors, request: WeightRequest) => ImportedWeights;
}

/** One direction of one layer: our parameters without a prefix. */
export type Direction = Readonly<Record<string, Tensor>>;

export interface RecurrentLayers {
  readonly model: 'elman' | 'gru' | 'lstm';
  /** From the one that reads the input up; the second of a pair runs backward. */
  readonly layers: readonly (readonly [Direction] | readonly [Direction, Direction])[];
  /** weight [outputs, width], bias [outputs]. */
  readonly readout: { readonly weight: Tensor; readonly bias: Tensor };
}

/** Checks that layers and readout fit together, and gives them our names. */
export function assembled({ model, layers, readout }: RecurrentLayers): ImportedWeights {
  const inputWeight = model === 'elman' ? 'U' : model === 'gru' ? 'U_n' : 'U_g';
  const [units = 0, inputs = 0] = layers[0]![0][inputWeight]!.shape;
  const both = layers[0]!.length === 2;
  const parameters: Record<string, Tensor> = {};
  for (const [index, directions] of layers.entries()) {
    if ((directions.length === 2) !== both)
      throw new InputError(`layer ${index + 1} has ${directions.length} directions, the first layer ${both ? 2 : 1}`);
    for (const [half, own] of directions.entries()) {
      const [ownUnits, width] = own[inputWeight]!.shape;
      const expected = index === 0 ? inputs : units * (both ? 2 : 1);
      if (ownUnits !== units || width !== expected)
        throw new InputError(
          `layer ${index + 1} has ${ownUnits} units and reads ${width} values, expected ${units} and ${expected}`,
        );
      const prefix = (index === 0 ? '' : `layer${index}.`) + (half === 1 ? 'backward.' : '');
      for (const [name, value] of Object.entries(own)) parameters[prefix + name] = value;
    }
  }
  const [outputs = 0, features] = readout.weight.shape;
  const width = units * (both ? 2 : 1);
  if (readout.weight.shape.length !== 2 || features !== width || readout.bias.shape.join() !== `${outputs}`)
    throw new InputError(
      `the readout has shapes [${readout.weight.shape}] and [${readout.bias.shape}], expected [outputs, ${width}] and [outputs]: ` +
        `it reads the last state of ${both ? 'both directions, concatenated' : 'the last layer'}`,
    );
  parameters['readout.weight'] = readout.weight;
  parameters['readout.bias'] = readout.bias;
  for (const [name, { data }] of Object.entries(parameters))
    if (!data.every(Number.isFinite))
      throw new InputError(`the tensor that becomes "${name}" holds values that are not finite`);
  return {
    parameters,
    sizes: { units, inputs, outputs },
    settings: { model, units, layers: layers.length, bidirectional: both },
  };
}

/** Rows `part · size` … of a matrix [parts · size, columns], or entries of a vector. */
export function partOf({ shape, data }: Tensor, part: number, parts: number): Tensor {
  const size = shape[0]! / parts;
  const columns = shape[1] ?? 1;
  const values = data.subarray(part * size * columns, (part + 1) * size * columns);
  return tensor(shape.length === 1 ? [size] : [size, columns], values);
}

export function sumOf(a: Tensor, b: Tensor): Tensor {
  return { shape: a.shape, data: a.data.map((value, i) => value + b.data[i]!) };
}

export function transposed({ shape, data }: Tensor): Tensor {
  const [rows = 0, columns = 0] = shape;
  const swapped = tensor([columns, rows], data);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) swapped.data[j * rows + i] = data[i * columns + j]!;
  return swapped;
}

/** @throws InputError for another shape. */
export function shaped(name: string, value: Tensor, expected: readonly number[]): Tensor {
  if (value.shape.join() !== expected.join())
    throw new InputError(`tensor "${name}" has shape [${value.shape}], expected [${expected}]`);
  return value;
}

/** The readout's two tensors under a prefix, and the names that are then left over. */
export function takeReadout(
  tensors: Tensors,
  prefix: string | undefined,
  rest: ReadonlySet<string>,
  { weight, bias, transpose, separators }: ReadoutNames,
): RecurrentLayers['readout'] {
  const candidates = [...rest].filter((name) => name.endsWith(weight) && name.length > weight.length);
  if (prefix === undefined) {
    const known = candidates.map((name) => name.slice(0, -weight.length - 1));
    throw new InputError(
      'which tensors are the linear readout? Name what they begin with: --readout-prefix ' +
        `${known.length === 0 ? 'NAME (the file has none; save the recurrent layers together with a linear layer that reads the last state)' : known.join(' or ')}`,
    );
  }
  const named = (leaf: string) => separators.map((own) => `${prefix}${own}${leaf}`).find((name) => rest.has(name));
  const found = named(weight);
  if (found === undefined)
    throw new InputError(
      `--readout-prefix ${prefix}: tensor "${prefix}${separators[0]}${weight}" is missing; the file has ${[...rest].join(', ') || 'no others'}`,
    );
  const matrix = transpose ? transposed(tensors[found]!) : tensors[found]!;
  const offsets = named(bias);
  const vector =
    offsets === undefined ? tensor([matrix.shape[0]!], new Float64Array(matrix.shape[0]!)) : tensors[offsets]!;
  const strange = [...rest].find((name) => name !== found && name !== offsets);
  if (strange !== undefined)
    throw new InputError(
      `tensor "${strange}" is neither of the recurrent layers nor of the readout "${prefix}"; only recurrent layers with one ` +
        'linear readout can be imported',
    );
  return { weight: matrix, bias: vector };
}

export interface ReadoutNames {
  readonly weight: string;
  readonly bias: string;
  /** The matrix is [inputs, outputs]. */
  readonly transpose: boolean;
  readonly separators: readonly [string, ...string[]];
}
