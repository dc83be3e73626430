/**
 * The PyTorch parameter names of the model released with Lim et al. 2021. That code holds states as row vectors, h·A;
 * since S(M)ᵀ = S(Mᵀ), ours are M_A = Bᵀ and M_W = Cᵀ.
 */
import { InputError } from '../errors.js';
import { type Tensor, type Tensors, tensor } from '../graph/index.js';

export interface PublishedSizes {
  readonly units: number;
  readonly inputs: number;
  readonly outputs: number;
}

interface Renaming {
  readonly theirs: string;
  readonly ours: string;
  readonly transposed: boolean;
  readonly shape: (sizes: PublishedSizes) => readonly number[];
}

const renamings: readonly Renaming[] = [
  { theirs: 'B', ours: 'M_A', transposed: true, shape: ({ units }) => [units, units] },
  { theirs: 'C', ours: 'M_W', transposed: true, shape: ({ units }) => [units, units] },
  { theirs: 'E.weight', ours: 'U', transposed: false, shape: ({ units, inputs }) => [units, inputs] },
  { theirs: 'E.bias', ours: 'b', transposed: false, shape: ({ units }) => [units] },
  { theirs: 'D.weight', ours: 'readout.weight', transposed: false, shape: ({ units, outputs }) => [outputs, units] },
  { theirs: 'D.bias', ours: 'readout.bias', transposed: false, shape: ({ outputs }) => [outputs] },
  { theirs: 'd', ours: 'step', transposed: false, shape: ({ units }) => [units] },
];

/**
 * Parameters of our noisy cell (learned step) from tensors under the published names.
 * @throws InputError naming a tensor that is missing, unknown or of the wrong shape.
 */
export function fromPublished(given: Tensors): { parameters: Record<string, Tensor>; sizes: PublishedSizes } {
  const need = (name: string): Tensor => {
    const found = given[name];
    if (found === undefined)
      throw new InputError(
        `tensor "${name}" is missing; the published model has ${renamings.map(({ theirs }) => theirs).join(', ')}, ` +
          `the file has ${Object.keys(given).join(', ') || 'none'}`,
      );
    return found;
  };
  for (const name of Object.keys(given))
    if (!renamings.some(({ theirs }) => theirs === name))
      throw new InputError(
        `tensor "${name}" is not one of the published model's: ${renamings.map(({ theirs }) => theirs).join(', ')}`,
      );
  const [units = 0, inputs = 0] = need('E.weight').shape;
  const [outputs = 0] = need('D.weight').shape;
  const sizes = { units, inputs, outputs };
  const parameters: Record<string, Tensor> = {};
  for (const { theirs, ours, transposed, shape } of renamings) {
    const found = need(theirs);
    const expected = shape(sizes);
    if (found.shape.join() !== expected.join())
      throw new InputError(
        `tensor "${theirs}" has shape [${found.shape}], expected [${expected}] beside E.weight [${units}, ${inputs}] and D.weight [${outputs}, …]`,
      );
    if (!found.data.every(Number.isFinite))
      throw new InputError(`tensor "${theirs}" holds values that are not finite numbers`);
    parameters[ours] = transposed ? swapAxes(found) : found;
  }
  return { parameters, sizes };
}

/** The published names from ours: the inverse of `fromPublished`; also maps gradients. */
export function toPublished(parameters: Tensors): Record<string, Tensor> {
  return Object.fromEntries(
    renamings.map(({ theirs, ours, transposed }) => {
      const own = parameters[ours];
      if (own === undefined)
        throw new InputError(
          `the model has no parameter "${ours}": only the noisy model with a learned step has published names`,
        );
      return [theirs, transposed ? swapAxes(own) : own];
    }),
  );
}

function swapAxes({ shape, data }: Tensor): Tensor {
  const [rows = 0, columns = 0] = shape;
  const swapped = tensor([columns, rows], data);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) swapped.data[j * rows + i] = data[i * columns + j]!;
  return swapped;
}
