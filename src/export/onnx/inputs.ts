/** What an ONNX file is given, and how it becomes what the network reads: missing values filled, normalised, masked. */
import type { Preprocessing } from '../../data/index.js';
import type { Network } from '../network.js';
import type { Extent, ValueInfo } from './messages.js';
import type { OnnxForm } from './options.js';
import type { Places } from './phases.js';
import { integerAttribute, type Scope } from './scope.js';

export interface Given {
  readonly inputs: readonly ValueInfo[];
  readonly places: Places;
  /** int64 [1] */
  readonly rowCount: string;
  /** The input [rows] of row lengths; null where there is none. */
  readonly lengths: string | null;
}

export interface Asked {
  readonly form: OnnxForm;
  readonly lengths: boolean;
}

export function writeInputs(network: Network, preprocessing: Preprocessing, asked: Asked, scope: Scope): Given {
  const { channels, state, start, timed } = network;
  const single = asked.form === 'step';
  const steps: readonly Extent[] = single ? [] : ['steps'];
  const inputs: ValueInfo[] = [];
  const take = (name: string, shape: readonly Extent[], description: string, type: ValueInfo['type'] = 'float') => {
    inputs.push({ name: scope.fresh(name), shape, type, description });
    return name;
  };
  const raw = take('x', ['rows', ...steps, channels], 'raw units of the training data');
  const rowCount = scope.node('Shape', [raw], 'rowCount', { start: integerAttribute(0), end: integerAttribute(1) });
  const places: Places = { carries: new Map(), sequences: new Map() };
  const lengths = asked.lengths ? take('lengths', ['rows'], 'how many steps each row lasts', 'int64') : null;
  let x = normalised(filled(raw, preprocessing, scope), preprocessing, scope);
  if (lengths !== null) {
    const { truth, mask } = maskOf(raw, lengths, scope);
    // A NaN beyond a row's end must not reach a product, even with a weight of zero.
    x = scope.node('Where', [truth, x, scope.number(0)], 'x.masked');
    places.sequences.set('mask', mask);
  }
  places.sequences.set('x', x);
  if (timed) {
    const dt = take('dt', ['rows', ...steps], 'step sizes');
    places.sequences.set('dt', scope.node('Unsqueeze', [dt, scope.integers(-1)], 'dt.column'));
  }
  if (asked.form !== 'batch')
    for (const [name, width] of Object.entries(state))
      places.carries.set(name, take(name, ['rows', width], 'the state; see initialState in the metadata'));
  else
    for (const [name, values] of Object.entries(start)) {
      const shape = scope.node('Concat', [rowCount, scope.integers(values.length)], 'shape', {
        axis: integerAttribute(0),
      });
      const vector = values.every((value) => value === 0) ? scope.number(0) : scope.numbers(`initial.${name}`, values);
      places.carries.set(name, scope.node('Expand', [vector, shape], `${name}.start`));
    }
  return { inputs, places, rowCount, lengths };
}

function filled(x: string, { fill }: Preprocessing, scope: Scope): string {
  if (!fill) return x;
  const missing = scope.node('IsNaN', [x], 'missing');
  return scope.node('Where', [missing, scope.numbers('missing.value', fill), x], 'x.filled');
}

/**
 * (x − mean) / scale. A mean that float32 cannot hold is taken away in two parts, the second being what the first leaves:
 * next to a large offset the rest would be lost.
 */
function normalised(x: string, { mean, scale }: Preprocessing, scope: Scope): string {
  const parts = mean.map((value) => [Math.fround(value), Math.fround(value - Math.fround(value))] as const);
  const matters = parts.some(([, rest], channel) => Math.abs(rest) > 1e-9 * scale[channel]!);
  let value = x;
  const subtract = (part: 0 | 1, name: string) => {
    if (parts.every((own) => own[part] === 0)) return;
    const taken = scope.numbers(
      name,
      parts.map((own) => own[part]),
    );
    value = scope.node('Sub', [value, taken], 'x.centred');
  };
  subtract(0, 'normalisation.mean');
  if (matters) subtract(1, 'normalisation.mean.rest');
  if (scale.every((own) => own === 1)) return value;
  return scope.node('Div', [value, scope.numbers('normalisation.scale', scale)], 'x.normalised');
}

/** [rows, steps, 1], true and 1 while a row lasts. */
function maskOf(x: string, lengths: string, scope: Scope) {
  const count = scope.node('Shape', [x], 'stepCount', { start: integerAttribute(1), end: integerAttribute(2) });
  const scalar = scope.node('Squeeze', [count, scope.integers(0)], 'stepCount.scalar');
  const none = scope.store({ name: 'zero', shape: [], values: BigInt64Array.of(0n) });
  const one = scope.store({ name: 'one', shape: [], values: BigInt64Array.of(1n) });
  const range = scope.node('Range', [none, scalar, one], 'stepNumbers');
  const ends = scope.node('Unsqueeze', [lengths, scope.integers(-1)], 'lengths.column');
  const lasting = scope.node('Less', [range, ends], 'lasting');
  const truth = scope.node('Unsqueeze', [lasting, scope.integers(-1)], 'lasting.column');
  return { truth, mask: scope.node('Cast', [truth], 'mask', { to: integerAttribute(1) }) };
}
