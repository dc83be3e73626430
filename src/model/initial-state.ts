/** Where the hidden state starts: at zero, or at a vector h_0 that is learned with the other parameters. */
import { type Initial, normal, startAt } from '../cells/index.js';
import type { Tensors } from '../graph/index.js';
import { nonNegative, numberAt, parseSpec, type SpecTable } from '../spec.js';

/** `learned`: one parameter for each component of the state, started at N(0, scale²), which is zero unless given. */
export interface InitialState {
  readonly kind: 'zero' | 'learned';
  readonly scale: number;
}

export const startAtZero: InitialState = { kind: 'zero', scale: 0 };

const table: SpecTable = {
  zero: { keys: {} },
  learned: { keys: { scale: { kind: 'number', default: 0, limit: nonNegative } } },
};

/** Reads `zero`, `learned` or `learned:scale=…`. @throws InputError for anything else. */
export function parseInitialState(text: string): InitialState {
  const { name, values } = parseSpec(text, table, 'initial state');
  return name === 'learned' ? { kind: 'learned', scale: numberAt(values, 'scale') } : startAtZero;
}

/** Starting values of a learned h_0. */
export const initialOf = ({ scale }: InitialState): Initial => (scale === 0 ? startAt(0) : normal(scale));

/**
 * The state before the first step, [rows, width] by carry: what a program built with `state: 'given'` is given to start
 * like one that starts by itself. A carry that starts at zero is left out.
 */
export function initialState(
  { initial }: { readonly initial: Readonly<Record<string, string>> },
  parameters: Tensors,
  rows: number,
): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(initial).map(([carry, parameter]) => {
      const { data } = parameters[parameter]!;
      const values = new Float64Array(rows * data.length);
      for (let row = 0; row < rows; row++) values.set(data, row * data.length);
      return [carry, values];
    }),
  );
}
