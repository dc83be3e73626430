/** Flax: `SimpleCell`, `GRUCell`, `LSTMCell` and `OptimizedLSTMCell`, one direction, layers in the order of their numbers. */
import { InputError } from '../../errors.js';
import { type Tensor, type Tensors, zeros } from '../../graph/index.js';
import {
  assembled,
  type Direction,
  type RecurrentLayers,
  takeReadout,
  transposed,
  type WeightFormat,
} from './format.js';

/** Dense layers of a cell by Flax's names: those that read the state, which tell the kinds apart. */
const cells: Readonly<Record<string, RecurrentLayers['model']>> = { hn: 'gru', hg: 'lstm', h: 'elman' };
/** Flax's gates and ours. */
const gates = {
  gru: { r: 'r', z: 'z', n: 'n' },
  lstm: { i: 'i', f: 'f', g: 'g', o: 'o' },
} as const;
const pattern = /^(.*)[/.](hn|hg|h)[/.]kernel$/;

export const flax: WeightFormat = {
  description: 'SimpleCell, GRUCell and LSTMCell of Flax',
  recognises: (names) => names.some((name) => pattern.test(name)),
  read: (tensors, { model, readoutPrefix }) => {
    const found = Object.keys(tensors).flatMap((name) => {
      const match = pattern.exec(name);
      return match === null ? [] : [{ cell: match[1]!, kind: cells[match[2]!]! }];
    });
    const [first] = found;
    if (first === undefined || found.some(({ kind }) => kind !== first.kind))
      throw new InputError(
        `the layers are ${found.map(({ kind }) => kind).join(' and ')}; layers of one kind can be imported`,
      );
    const said = model?.split(':')[0];
    if (said !== undefined && said !== first.kind)
      throw new InputError(`the weights are of the model ${first.kind}, not ${said}; leave --model out`);
    const used = new Set<string>();
    const layers = found
      .map(({ cell }) => cell)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .map((cell): [Direction] => [directionOf(tensors, cell, first.kind, used)]);
    const rest = new Set(Object.keys(tensors).filter((name) => !used.has(name)));
    const names = { weight: 'kernel', bias: 'bias', transpose: true, separators: ['/', '.'] } as const;
    return assembled({ model: first.kind, layers, readout: takeReadout(tensors, readoutPrefix, rest, names) });
  },
};

function directionOf(tensors: Tensors, cell: string, kind: RecurrentLayers['model'], used: Set<string>): Direction {
  const find = (leaf: string): Tensor | undefined => {
    const name = [`${cell}/${leaf}`, `${cell}.${leaf.replaceAll('/', '.')}`].find((own) => tensors[own] !== undefined);
    if (name !== undefined) used.add(name);
    return name === undefined ? undefined : tensors[name];
  };
  const matrix = (dense: string): Tensor => {
    const found = find(`${dense}/kernel`);
    if (found === undefined) throw new InputError(`tensor "${cell}/${dense}/kernel" is missing`);
    return transposed(found);
  };
  const vector = (dense: string, units: number): Tensor => find(`${dense}/bias`) ?? zeros([units]);
  const total = (a: Tensor, b: Tensor): Tensor => ({
    shape: a.shape,
    data: a.data.map((value, i) => value + b.data[i]!),
  });
  if (kind === 'elman') {
    const W = matrix('h');
    const units = W.shape[0]!;
    return { W, U: matrix('i'), b: total(vector('i', units), vector('h', units)) };
  }
  const direction: Record<string, Tensor> = {};
  for (const [theirs, ours] of Object.entries(gates[kind])) {
    const W = matrix(`h${theirs}`);
    const [inner, outer] = [vector(`h${theirs}`, W.shape[0]!), vector(`i${theirs}`, W.shape[0]!)];
    const apart = kind === 'gru' && ours === 'n';
    direction[`W_${ours}`] = W;
    direction[`U_${ours}`] = matrix(`i${theirs}`);
    direction[`b_${ours}`] = apart ? outer : total(outer, inner);
    if (apart) direction.c_n = inner;
  }
  return direction;
}
