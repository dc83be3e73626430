/** The numbers of the tape's encoding: the same as in assembly/index.ts, assembly/elementwise.ts and assembly/noise.ts. */
import type { BinaryName, Distribution, UnaryName } from '../../graph/index.js';
import type { Operation, TernaryName } from './tape.js';

export const END = 0;

export const operationCodes: { readonly [C in Operation['code']]: number } = {
  product: 1,
  unary: 2,
  binary: 3,
  ternary: 4,
  noise: 5,
  sum: 6,
  logSumExp: 7,
  gather: 8,
};

export const unaryCodes: { readonly [N in UnaryName | 'copy']: number } = {
  negate: 0,
  tanh: 1,
  sigmoid: 2,
  exp: 3,
  log: 4,
  sqrt: 5,
  sin: 6,
  cos: 7,
  absolute: 8,
  sign: 9,
  square: 10,
  reciprocal: 11,
  copy: 12,
};

export const binaryCodes: { readonly [N in BinaryName]: number } = {
  add: 0,
  subtract: 1,
  multiply: 2,
  divide: 3,
  maximum: 4,
  minimum: 5,
  greater: 6,
};

export const ternaryCodes: { readonly [N in TernaryName]: number } = {
  multiplyAdd: 0,
  negatedMultiplyAdd: 1,
  select: 2,
};

export const distributionCodes: { readonly [D in Distribution]: number } = { normal: 0, uniform: 1, bernoulli: 2 };
