/** `nn.RNN`, `nn.GRU` and `nn.LSTM`: layers, both directions, with or without biases. */
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
  type WeightFormat,
} from './format.js';

const pattern = /^(.*\.)?(weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)_l(\d+)(_reverse)?$/;

/** Gates in PyTorch's order, by how many there are. */
const kinds: Readonly<Record<number, RecurrentLayers['model']>> = { 1: 'elman', 3: 'gru', 4: 'lstm' };
const gates = { gru: ['r', 'z', 'n'], lstm: ['i', 'f', 'g', 'o'] } as const;

export const pytorch: WeightFormat = {
  description: 'nn.RNN, nn.GRU and nn.LSTM of PyTorch',
  recognises: (names) => names.some((name) => pattern.test(name)),
  read: (tensors, { model, readoutPrefix }) => {
    if (model !== undefined && /relu/i.test(model))
      throw new InputError(
        'an nn.RNN with nonlinearity "relu" cannot be imported: the elman cell is tanh(W h + U x + b); train it with tanh',
      );
    const own = Object.keys(tensors).filter((name) => pattern.test(name));
    const prefixes = [...new Set(own.map((name) => pattern.exec(name)![1] ?? ''))];
    if (prefixes.length > 1)
      throw new InputError(
        `the file has ${prefixes.length} recurrent modules (${prefixes.join(', ')}), expected one; save them in files of their own`,
      );
    const projection = own.find((name) => name.includes('weight_hr_l'));
    if (projection !== undefined)
      throw new InputError(`tensor "${projection}": an LSTM with projections (proj_size) cannot be imported`);
    const [prefix = ''] = prefixes;
    const kind = kindOf(tensors, prefix);
    const said = model?.split(':')[0];
    if (said !== undefined && said !== kind)
      throw new InputError(`the weights are of the model ${kind}, not ${said}; leave --model out`);
    const count = 1 + own.reduce((last, name) => Math.max(last, Number(pattern.exec(name)![3])), 0);
    const both = own.some((name) => name.endsWith('_reverse'));
    const layers = Array.from({ length: count }, (_, layer): RecurrentLayers['layers'][number] => {
      const ahead = directionOf(tensors, kind, prefix, `_l${layer}`);
      return both ? [ahead, directionOf(tensors, kind, prefix, `_l${layer}_reverse`)] : [ahead];
    });
    const rest = new Set(Object.keys(tensors).filter((name) => !own.includes(name)));
    const names = { weight: 'weight', bias: 'bias', transpose: false, separators: ['.'] } as const;
    return assembled({ model: kind, layers, readout: takeReadout(tensors, readoutPrefix, rest, names) });
  },
};

function kindOf(tensors: Tensors, prefix: string): RecurrentLayers['model'] {
  const { shape } = need(tensors, `${prefix}weight_hh_l0`);
  const [height = 0, units = 0] = shape;
  const kind = kinds[height / units];
  if (kind === undefined)
    throw new InputError(
      `tensor "${prefix}weight_hh_l0" has shape [${shape}]: [N, N] of an nn.RNN, [3N, N] of an nn.GRU or [4N, N] of an nn.LSTM was expected`,
    );
  return kind;
}

function need(tensors: Tensors, name: string): Tensor {
  const found = tensors[name];
  if (found === undefined) throw new InputError(`tensor "${name}" is missing`);
  return found;
}

function directionOf(tensors: Tensors, kind: RecurrentLayers['model'], prefix: string, suffix: string): Direction {
  const named = (leaf: string) => `${prefix}${leaf}${suffix}`;
  const recurrent = need(tensors, named('weight_hh'));
  const units = recurrent.shape[1] ?? 0;
  const count = kind === 'elman' ? 1 : gates[kind].length;
  const input = need(tensors, named('weight_ih'));
  shaped(named('weight_hh'), recurrent, [count * units, units]);
  shaped(named('weight_ih'), input, [count * units, input.shape[1] ?? 0]);
  // Without biases PyTorch leaves both out.
  const bias = (leaf: string) => shaped(named(leaf), tensors[named(leaf)] ?? zeros([count * units]), [count * units]);
  const [inner, outer] = [bias('bias_hh'), bias('bias_ih')];
  if (kind === 'elman') return { W: recurrent, U: input, b: sumOf(outer, inner) };
  const found: Record<string, Tensor> = {};
  for (const [part, gate] of gates[kind].entries()) {
    const own = (of: Tensor) => partOf(of, part, count);
    found[`W_${gate}`] = own(recurrent);
    found[`U_${gate}`] = own(input);
    // The candidate of a GRU keeps its two biases apart: the reset gate acts on one of them.
    const apart = kind === 'gru' && gate === 'n';
    found[`b_${gate}`] = apart ? own(outer) : sumOf(own(outer), own(inner));
    if (apart) found.c_n = own(inner);
  }
  return found;
}
