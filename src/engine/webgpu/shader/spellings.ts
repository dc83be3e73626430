/** How the operations of a tape are spelt in WGSL. Names ending in `Of` are functions of our own (functions.ts): WGSL's are too inexact. */
import type { Distribution } from '../../../graph/index.js';
import type { FunctionName } from '../../tape/functions.js';

/** Of as many arguments as the operation's arity. */
type Spelling = (...args: string[]) => string;

export const spellings: { readonly [N in FunctionName]: Spelling } = {
  negate: (x) => `-(${x})`,
  tanh: (x) => `tanhOf(${x})`,
  sigmoid: (x) => `sigmoidOf(${x})`,
  exp: (x) => `expOf(${x})`,
  log: (x) => `logOf(${x})`,
  sqrt: (x) => `sqrt(${x})`,
  sin: (x) => `sinOf(${x})`,
  cos: (x) => `cosOf(${x})`,
  absolute: (x) => `abs(${x})`,
  sign: (x) => `sign(${x})`,
  square: (x) => `(${x}) * (${x})`,
  reciprocal: (x) => `1.0f / (${x})`,
  softplus: (x) => `softplusOf(${x})`,
  copy: (x) => `${x}`,
  add: (a, b) => `${a} + ${b}`,
  subtract: (a, b) => `${a} - ${b}`,
  multiply: (a, b) => `${a} * ${b}`,
  divide: (a, b) => `${a} / ${b}`,
  maximum: (a, b) => `max(${a}, ${b})`,
  minimum: (a, b) => `min(${a}, ${b})`,
  greater: (a, b) => `select(0.0f, 1.0f, ${a} > ${b})`,
  select: (condition, a, b) => `select(${b}, ${a}, ${condition} > 0.0f)`,
  multiplyAdd: (a, b, c) => `fma(${a}, ${b}, ${c})`,
  negatedMultiplyAdd: (a, b, c) => `fma(-(${a}), ${b}, ${c})`,
};

/** What a draw's uniform block says of its distribution. */
export const distributionNumbers: { readonly [D in Distribution]: number } = { normal: 0, uniform: 1, bernoulli: 2 };

/** A number exactly as float32 has it. WGSL has no literal for what is not finite, and may compute as if there were none: those come from the host. */
export function literal(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return 'bitcast<f32>(run.nan)';
  if (single === Number.NEGATIVE_INFINITY) return 'bitcast<f32>(run.minusInfinity)';
  if (single === Number.POSITIVE_INFINITY) return 'bitcast<f32>(run.minusInfinity ^ 0x80000000u)';
  const text = String(Math.abs(single));
  const spelled = `${/[.e]/.test(text) ? text : `${text}.0`}f`;
  return single < 0 || Object.is(single, -0) ? `(-${spelled})` : spelled;
}
