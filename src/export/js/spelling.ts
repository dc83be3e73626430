/** How JavaScript spells the elementwise operations. A new operation needs one row here. */
import type { ElementwiseName } from '../../graph/index.js';

type Spelling = (args: readonly string[]) => string;

const call =
  (name: string): Spelling =>
  (args) =>
    `${name}(${args.join(', ')})`;
const between =
  (operator: string): Spelling =>
  ([a, b]) =>
    `(${a} ${operator} ${b})`;

export const spelling: { readonly [N in ElementwiseName]: Spelling } = {
  negate: ([x]) => `(-${x})`,
  tanh: call('Math.tanh'),
  sigmoid: ([x]) => `(1 / (1 + Math.exp(-${x})))`,
  exp: call('Math.exp'),
  log: call('Math.log'),
  sqrt: call('Math.sqrt'),
  sin: call('Math.sin'),
  cos: call('Math.cos'),
  absolute: call('Math.abs'),
  sign: call('Math.sign'),
  square: ([x]) => `(${x} ** 2)`,
  softplus: ([x]) => `(Math.max(${x}, 0) + Math.log1p(Math.exp(-Math.abs(${x}))))`,
  reciprocal: ([x]) => `(1 / ${x})`,
  add: between('+'),
  subtract: between('-'),
  multiply: between('*'),
  divide: between('/'),
  maximum: call('Math.max'),
  minimum: call('Math.min'),
  greater: ([a, b]) => `(${a} > ${b} ? 1 : 0)`,
  select: ([condition, a, b]) => `(${condition} > 0 ? ${a} : ${b})`,
};
