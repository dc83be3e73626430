/**
 * Time as a component of the state that grows at rate 1 and takes no noise: every solver then looks ahead in time as it does in
 * the state. Only layers that read the time have one; it is no part of the hidden state that analyses are about.
 */
import { constant, multiply, type Node, topological } from '../graph/index.js';
import { sequence } from '../program/index.js';
import type { Components } from '../solvers/index.js';
import type { StepSize } from './step-size.js';

/** Beside the components of the state; no component may be called so. */
export const clockKey = 'clock.time';

interface Sizes {
  readonly stepSize: Components;
  readonly rootStep: Components;
}

/**
 * Where step sizes are learned there is no one step: time then goes by the step that they start at.
 * @param timed multiply it by the sequence `interval`, as the others are.
 */
export function withClock(sizes: Sizes, { kind, delta }: StepSize, timed: boolean): Sizes {
  const [first] = Object.values(sizes.stepSize);
  const start = constant(delta, [1], 'shared');
  const own = kind === 'learned' ? (timed ? multiply(start, sequence('interval', 1)) : start) : first!;
  return { stepSize: { ...sizes.stepSize, [clockKey]: own }, rootStep: { ...sizes.rootStep, [clockKey]: own } };
}

/** Whether anything but the clock itself depends on the time. */
export function readsTime(carries: Readonly<Record<string, Node>>, clock: string): boolean {
  const others = Object.entries(carries).filter(([name]) => name !== clock);
  return topological(others.map(([, node]) => node)).some(
    (node) => node.op === 'input' && node.attributes.name === clock,
  );
}
