/** How C99 spells the elementwise operations, in float. A new operation needs one row here. */
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

/** @param prefix of the file's own functions: what costs much goes by a macro, to be replaced by a faster one. */
export const spellingsFor = (prefix: string): { readonly [N in ElementwiseName]: Spelling } => ({
  negate: ([x]) => `(-${x})`,
  tanh: call(`${prefix.toUpperCase()}_TANH`),
  sigmoid: call(`${prefix}_sigmoid`),
  exp: call(`${prefix.toUpperCase()}_EXP`),
  log: call('logf'),
  sqrt: call('sqrtf'),
  sin: call('sinf'),
  cos: call('cosf'),
  absolute: call('fabsf'),
  sign: call(`${prefix}_sign`),
  square: call(`${prefix}_square`),
  reciprocal: ([x]) => `(1.0f / ${x})`,
  softplus: call(`${prefix}_softplus`),
  add: between('+'),
  subtract: between('-'),
  multiply: between('*'),
  divide: between('/'),
  // Not fmaxf and fminf, which lose a NaN.
  maximum: call(`${prefix}_maximum`),
  minimum: call(`${prefix}_minimum`),
  greater: ([a, b]) => `(${a} > ${b} ? 1.0f : 0.0f)`,
  select: ([condition, a, b]) => `(${condition} > 0.0f ? ${a} : ${b})`,
});

/** Functions that spellings call, by name; only those that are called are written. */
export const helpersFor = (prefix: string): Readonly<Record<string, string>> => {
  const one = (name: string, value: string) => `static inline float ${prefix}_${name}(float x) { return ${value}; }`;
  const two = (name: string, value: string) =>
    `static inline float ${prefix}_${name}(float a, float b) { return ${value}; }`;
  return {
    sigmoid: one('sigmoid', `1.0f / (1.0f + ${prefix.toUpperCase()}_EXP(-x))`),
    sign: one('sign', '(float)((x > 0.0f) - (x < 0.0f))'),
    square: one('square', 'x * x'),
    softplus: one('softplus', `(x > 0.0f ? x : 0.0f) + log1pf(${prefix.toUpperCase()}_EXP(-fabsf(x)))`),
    maximum: two('maximum', 'a > b || a != a ? a : b'),
    minimum: two('minimum', 'a < b || a != a ? a : b'),
  };
};
