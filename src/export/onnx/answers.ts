/** From logits to what people ask for: probabilities and labels, or values in raw units. */
import type { Preprocessing } from '../../data/index.js';
import type { Network } from '../network.js';
import type { Extent, ValueInfo } from './messages.js';
import type { OnnxForm } from './options.js';
import type { Places } from './phases.js';
import { integerAttribute, type Scope } from './scope.js';

interface Answering {
  readonly form: OnnxForm;
  readonly temperature: number;
  readonly places: Places;
  readonly lengths: string | null;
}

/** Writes the outputs after each row's own last step, and where the task asks it those of every step. */
export function writeAnswers(
  network: Network,
  preprocessing: Preprocessing,
  { form, temperature, places, lengths }: Answering,
  scope: Scope,
): ValueInfo[] {
  const outputs: ValueInfo[] = [];
  const give = (value: string, wanted: string, shape: readonly Extent[], type: ValueInfo['type'] = 'float') => {
    const name = scope.fresh(wanted);
    scope.publish(value, name);
    outputs.push({ name, shape, type });
  };
  const width = network.outputs;
  const answer = (logits: string, leading: readonly Extent[], prefix: string) => {
    const named = (name: string) => (prefix === '' ? name : `${prefix}_${name}`);
    const { classes, targets } = preprocessing;
    if (targets) return give(rawValues(logits, targets, scope), named('values'), [...leading, width]);
    const { probabilities, labels } = classAnswers(logits, classes, temperature, scope);
    give(probabilities, named('probabilities'), [...leading, width]);
    give(labels, named('labels'), leading, 'string');
    give(logits, named('logits'), [...leading, width]);
  };
  const all = places.sequences.get('logits');
  const last = all === undefined ? places.carries.get('logits')! : form === 'step' ? all : lastOf(all, lengths, scope);
  answer(last, ['rows'], '');
  if (network.everyStep && form !== 'step') answer(all!, ['rows', 'steps'], 'step');
  return outputs;
}

/** Of [rows, steps, width], each row's own last step. */
function lastOf(all: string, lengths: string | null, scope: Scope): string {
  if (lengths === null) {
    const place = scope.store({ name: 'last step', shape: [], values: BigInt64Array.of(-1n) });
    return scope.node('Gather', [all, place], 'logits.last', { axis: integerAttribute(1) });
  }
  const places = scope.node('Sub', [lengths, scope.integers(1)], 'last');
  const columns = scope.node('Unsqueeze', [places, scope.integers(-1)], 'last.column');
  return scope.node('GatherND', [all, columns], 'logits.last', { batch_dims: integerAttribute(1) });
}

function rawValues(
  logits: string,
  { mean, scale }: { mean: readonly number[]; scale: readonly number[] },
  scope: Scope,
) {
  const spread = scope.node('Mul', [logits, scope.numbers('targets.scale', scale)], 'values.spread');
  return scope.node('Add', [spread, scope.numbers('targets.mean', mean)], 'values.raw');
}

function classAnswers(logits: string, classes: readonly string[], temperature: number, scope: Scope) {
  const cooled =
    temperature === 1 ? logits : scope.node('Div', [logits, scope.numbers('temperature', [temperature])], 'calibrated');
  const probabilities = scope.node('Softmax', [cooled], 'softmax', { axis: integerAttribute(-1) });
  const how = { axis: integerAttribute(-1), keepdims: integerAttribute(0) };
  const largest = scope.node('ArgMax', [logits], 'largest', how);
  // Where an answer is not a number, no class is the likeliest: the label is empty.
  const total = scope.node('ReduceSum', [logits, scope.integers(-1)], 'total', { keepdims: integerAttribute(0) });
  const unknown = scope.node('IsNaN', [total], 'unknown');
  const place = scope.node('Where', [unknown, scope.integers(classes.length), largest], 'place');
  const texts = scope.store({ name: 'classes', shape: [classes.length + 1], values: [...classes, ''] });
  return { probabilities, labels: scope.node('Gather', [texts, place], 'label.texts', { axis: integerAttribute(0) }) };
}
