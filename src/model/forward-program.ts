/**
 * The forward program of a stack of layers. Layers that run forward alone share one scan. A bidirectional layer ends the
 * scan with its forward half; its backward half is a reverse scan over what is below, and what is above reads the two
 * outputs of each step, concatenated.
 */
import { add, broadcastRows, concat, matmul, multiply, type Node, slice } from '../graph/index.js';
import { carry, hoist, type Phase, type Program, phase, sequence, shared } from '../program/index.js';
import { inputSignal, type Layer } from './layer.js';
import { crossEntropy } from './losses/index.js';
import { type ModelSpec, noiseScaleName, type ProgramOptions } from './model-spec.js';

/** A layer, with the half that runs from the last step to the first if it is bidirectional. */
export interface StackedLayer {
  readonly ahead: Layer;
  readonly back: Layer | null;
}

export function forwardProgram(spec: ModelSpec, stack: readonly StackedLayer[], options: ProgramOptions): Program {
  const { noisy, scaledNoise = false, loss, masked = false, timed = false, state = 'initial' } = options;
  const { readout: read = spec.readout } = options;
  const noiseScale = scaledNoise ? shared(noiseScaleName, [1]) : 1;
  const exogenous = namedInputs(spec);
  const lossOf = (spec.loss ?? crossEntropy()).of;
  const phases: Phase[] = state === 'initial' ? startPhases(stack) : [];
  let carries: Record<string, Node> = {};
  let sequences: Record<string, Node> = {};
  let signal: Node = inputSignal(spec.inputs);
  /** Whether the signal can be read in another scan than the one that makes it. */
  let stored = true;
  let waits = false;
  for (const [index, { ahead, back }] of stack.entries()) {
    const how = { noisy, masked, noiseScale, timed, waits, exogenous };
    waits ||= spec.layers[index]!.cell.step === undefined;
    let below = signal;
    if (back !== null && !stored) {
      const name = `layer${index}.input`;
      sequences[name] = signal;
      below = sequence(name, signal.shape[0]!);
    }
    const step = ahead.step(signal, how);
    Object.assign(carries, step.carries);
    signal = step.output;
    stored = false;
    if (back === null) continue;
    const names = [`layer${index}.forward`, `layer${index}.backward`] as const;
    phases.push(phase(names[0], 'scan', { carries, sequences: { ...sequences, [names[0]]: step.output } }));
    [carries, sequences] = [{}, {}];
    const other = back.step(below, how);
    const made = { carries: other.carries, sequences: { [names[1]]: other.output } };
    phases.push(phase(names[1], 'scan', { ...made, reverse: true }));
    signal = concat([sequence(names[0], ahead.width), sequence(names[1], back.width)]);
    stored = true;
  }
  if (read === 'last') {
    const { ahead, back } = stack[stack.length - 1]!;
    const logits = readout(spec, back === null ? ahead.output() : concat([ahead.output(), back.output()]));
    if (Object.keys(carries).length > 0) phases.push(phase('steps', 'scan', { carries, sequences }));
    phases.push(
      phase('readout', 'once', {
        carries: loss ? { logits, loss: lossOf(logits, carry('target', spec.outputs)) } : { logits },
      }),
    );
  } else {
    const logits = readout(spec, signal);
    if (loss) {
      const own = lossOf(logits, sequence('target', spec.outputs));
      carries.loss = add(carry('loss', 1), multiply(sequence('stepWeight', 1), own));
    }
    phases.push(phase('steps', 'scan', { carries, sequences: { ...sequences, logits } }));
  }
  return hoist({ prepare: {}, phases, finish: {} });
}

function namedInputs({ inputs, channels = [] }: ModelSpec): Record<string, Node> {
  const x = channels.length === 0 ? null : sequence('x', inputs);
  return Object.fromEntries(channels.map((name, at) => [name, slice(x!, at, 1)]));
}

/** Places learned initial states; none where every layer starts at zero. */
function startPhases(stack: readonly StackedLayer[]): Phase[] {
  const carries: Record<string, Node> = {};
  for (const layer of stack.flatMap(({ ahead, back }) => [ahead, back]))
    for (const [name, parameter] of Object.entries(layer?.initial ?? {}))
      carries[name] = broadcastRows(shared(parameter, [layer!.state[name]!]));
  return Object.keys(carries).length === 0 ? [] : [phase('start', 'once', { carries })];
}

function readout({ outputs }: ModelSpec, features: Node): Node {
  const weight = shared('readout.weight', [outputs, features.shape[0]!]);
  return add(matmul(weight, features), shared('readout.bias', [outputs]));
}
