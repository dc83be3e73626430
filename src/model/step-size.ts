/** Step sizes of a layer, as expressions. */
import { constant, maximum, multiply, type Node, slice, sqrt } from '../graph/index.js';
import { sequence, shared } from '../program/index.js';

/** `fixed` δ; `learned`, a vector over the state started at δ; `given`, the sequence `dt` [rows, steps, 1]. */
export interface StepSize {
  readonly kind: 'fixed' | 'learned' | 'given';
  readonly delta: number;
}

/** Below this a learned step size has no square root worth differentiating; the noise of that unit then vanishes. */
const smallestStep = 1e-6;
/** Two steps at one time have no noise between them, and a reciprocal all the same. */
const smallestInterval = 1e-12;

/** δ and √δ of every component. @param timed multiply δ by the sequence `interval`. */
export function stepSizes(step: StepSize, prefix: string, widths: Readonly<Record<string, number>>, timed: boolean) {
  const total = Object.values(widths).reduce((sum, width) => sum + width, 0);
  const learned = step.kind === 'learned' ? shared(`${prefix}step`, [total]) : null;
  const given = step.kind === 'given' ? sequence('dt', 1) : null;
  const interval = timed && given === null ? sequence('interval', 1) : null;
  let start = 0;
  const stepSize: Record<string, Node> = {};
  const rootStep: Record<string, Node> = {};
  for (const [name, width] of Object.entries(widths)) {
    const own = learned ? slice(learned, start, width) : (given ?? constant(step.delta, [1], 'shared'));
    start += width;
    const root =
      step.kind === 'fixed' ? constant(Math.sqrt(step.delta), [1], 'shared') : sqrt(maximum(own, smallestStep));
    stepSize[name] = interval === null ? own : multiply(own, interval);
    rootStep[name] = interval === null ? root : multiply(root, sqrt(maximum(interval, smallestInterval)));
  }
  return { stepSize, rootStep };
}
