/** How ONNX spells the elementwise operations. A new operation needs one row here. */
import type { ElementwiseName } from '../../graph/index.js';
import type { Attribute } from './messages.js';

/** What a spelling of several operators is written with: adds one and gives its result. */
export interface Operators {
  readonly apply: (operator: string, inputs: readonly string[], how?: Readonly<Record<string, Attribute>>) => string;
  readonly number: (value: number) => string;
}

/** One operator of the same arguments, or some that end in the result. */
type Spelling = string | ((of: Operators, args: readonly string[]) => string);

const toNumbers: Readonly<Record<string, Attribute>> = { to: { kind: 'integer', value: 1 } };

export const operators: { readonly [N in ElementwiseName]: Spelling } = {
  negate: 'Neg',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  sin: 'Sin',
  cos: 'Cos',
  absolute: 'Abs',
  sign: 'Sign',
  square: ({ apply }, [x]) => apply('Mul', [x!, x!]),
  reciprocal: 'Reciprocal',
  softplus: 'Softplus',
  add: 'Add',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  maximum: 'Max',
  minimum: 'Min',
  greater: ({ apply }, args) => apply('Cast', [apply('Greater', args)], toNumbers),
  select: ({ apply, number }, [condition, a, b]) => apply('Where', [apply('Greater', [condition!, number(0)]), a!, b!]),
};
