/** Keras: `SimpleRNN`, `GRU` (with `reset_after=True`, its default) and `LSTM`, also within `Bidirectional`. */
import { InputError } from '../../errors.js';
import { type Tensor, type Tensors, zeros } from '../../graph/index.js';
import {
  assembled,
  type Direction,
  partOf,
  type RecurrentLayers,
  shaped,
  sumOf,
  takeReadout,
  transposed,
  type WeightFormat,
} from './format.js';

const pattern = /^(.*)[/.]recurrent_kernel(:0)?$/;
const kinds: Readonly<Record<number, RecurrentLayers['model']>> = { 1: 'elman', 3: 'gru', 4: 'lstm' };
/** Our gates in Keras's order. */
const gates = { gru: ['z', 'r', 'n'], lstm: ['i', 'f', 'g', 'o'] } as const;

export const keras: WeightFormat = {
  description: 'SimpleRNN, GRU and LSTM of Keras',
  recognises: (names) => names.some((name) => pattern.test(name)),
  read: (tensors, { model, readoutPrefix }) => {
    const cells = Object.keys(tensors).flatMap((name) => pattern.exec(name)?.[1] ?? []);
    const used = new Set<string>();
    const found = new Map(cells.map((cell) => [cell, directionOf(tensors, cell, used)]));
    const kindsFound = [...new Set([...found.values()].map(({ kind }) => kind))];
    const [kind] = kindsFound;
    if (kind === undefined || kindsFound.length > 1)
      throw new InputError(`the layers are ${kindsFound.join(' and ')}; layers of one kind can be imported`);
    const said = model?.split(':')[0];
    if (said !== undefined && said !== kind)
      throw new InputError(`the weights are of the model ${kind}, not ${said}; leave --model out`);
    const layers = cells
      .filter((cell) => !cell.includes('backward_'))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .map((cell): RecurrentLayers['layers'][number] => {
        const ahead = found.get(cell)!.direction;
        const back = found.get(cell.replaceAll('forward_', 'backward_'));
        return cell.includes('forward_') && back !== undefined ? [ahead, back.direction] : [ahead];
      });
    const rest = new Set(Object.keys(tensors).filter((name) => !used.has(name)));
    const names = { weight: 'kernel', bias: 'bias', transpose: true, separators: ['/', '.'] } as const;
    return assembled({
      model: kind,
      layers,
      readout: takeReadout(plain(tensors), readoutPrefix, plainNames(rest), names),
    });
  },
};

/** Variables of TensorFlow end in ":0". */
const plainNames = (names: Iterable<string>) => new Set([...names].map((name) => name.replace(/:0$/, '')));
const plain = (tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name.replace(/:0$/, ''), value]));

function directionOf(tensors: Tensors, cell: string, used: Set<string>) {
  const take = (leaf: string): Tensor | undefined => {
    const names = ['/', '.'].flatMap((separator) => [`${cell}${separator}${leaf}`, `${cell}${separator}${leaf}:0`]);
    const name = names.find((own) => Object.hasOwn(tensors, own));
    if (name === undefined) return undefined;
    used.add(name);
    return tensors[name];
  };
  const recurrent = transposed(take('recurrent_kernel')!);
  const kernel = take('kernel');
  if (kernel === undefined) throw new InputError(`tensor "${cell}/kernel" is missing`);
  const input = transposed(kernel);
  const [height = 0, units = 0] = recurrent.shape;
  const kind = kinds[height / units];
  if (kind === undefined)
    throw new InputError(
      `tensor "${cell}/recurrent_kernel" has shape [${units}, ${height}], expected [N, N], [N, 3N] or [N, 4N]`,
    );
  shaped(`${cell}/kernel`, input, [height, input.shape[1] ?? 0]);
  const bias = take('bias');
  if (kind !== 'gru') {
    const vector = shaped(`${cell}/bias`, bias ?? zeros([height]), [height]);
    if (kind === 'elman') return { kind, direction: { W: recurrent, U: input, b: vector } satisfies Direction };
    return { kind, direction: gated(kind, recurrent, input, vector) };
  }
  if (bias !== undefined && bias.shape.join() !== `2,${height}`)
    throw new InputError(
      `tensor "${cell}/bias" has shape [${bias.shape}], expected [2, ${height}]: a GRU with reset_after=False is another cell`,
    );
  const both = bias ?? zeros([2, height]);
  const flat = { shape: [2 * height], data: both.data };
  const [outer, inner] = [partOf(flat, 0, 2), partOf(flat, 1, 2)];
  const direction = gated(kind, recurrent, input, sumOf(outer, inner));
  return { kind, direction: { ...direction, b_n: partOf(outer, 2, 3), c_n: partOf(inner, 2, 3) } };
}

function gated(kind: 'gru' | 'lstm', recurrent: Tensor, input: Tensor, bias: Tensor): Record<string, Tensor> {
  const count = gates[kind].length;
  return Object.fromEntries(
    gates[kind].flatMap((gate, part) => [
      [`W_${gate}`, partOf(recurrent, part, count)],
      [`U_${gate}`, partOf(input, part, count)],
      [`b_${gate}`, partOf(bias, part, count)],
    ]),
  );
}
