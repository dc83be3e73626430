/**
 * One step with its derivatives, as programs that any engine runs: with tangents of the state along several directions
 * side by side (exponents), and with first and second derivatives along one direction a row (the regulariser).
 */
import type { Model, ProgramOptions } from '../model/index.js';
import { type Phase, type Program, secondDerivative, tangentProgram } from '../program/index.js';

/** What the caller gives the state to and takes it from: no start, no loss. */
type StepOptions = Pick<ProgramOptions, 'noisy' | 'scaledNoise' | 'masked' | 'timed' | 'readout'>;

export function stepProgram(model: Model, options: StepOptions): Program {
  return model.program({ ...options, loss: false, state: 'given' });
}

/** k tangents beside one primal: each is taken of the step, none of another tangent; `tangentName(carry, label)`. */
export function stepWithTangents(model: Model, options: StepOptions, labels: readonly string[]): Program {
  const step = stepProgram(model, options);
  const tangents = labels.map((label) => tangentProgram(step, { label, carries: Object.keys(model.state) }));
  const phases = step.phases.map((part, index) => {
    const own = tangents.map((tangent) => tangent.phases[index]!.carries);
    return { ...part, carries: Object.assign({}, part.carries, ...own) as Phase['carries'] };
  });
  return { ...step, phases };
}

/** First and second derivative along a direction of state and noise that each row is given, at the mean of the noise. */
export function stepWithSecondDerivatives(model: Model, options: StepOptions): Program {
  return secondDerivative(stepProgram(model, options), 'given', Object.keys(model.state));
}
