/** The numbers of the tape's encoding: the same as in assembly/index.ts, assembly/elementwise.ts and assembly/noise.ts. */
import type { Distribution } from '../../graph/index.js';
import { type Arity, functionNames } from './functions.js';

export const END = 0;

export const operationCodes = {
  product: 1,
  unary: 2,
  binary: 3,
  ternary: 4,
  noise: 5,
  sum: 6,
  logSumExp: 7,
  sumRows: 8,
} as const;

/** Code of an elementwise operation, by its arity. */
export const elementwiseCodes: { readonly [A in Arity]: number } = {
  1: operationCodes.unary,
  2: operationCodes.binary,
  3: operationCodes.ternary,
};

/** Number of every function among those of its arity. */
export const functionCodes: ReadonlyMap<string, number> = new Map(
  Object.values(functionNames).flatMap((names) => names.map((name, code) => [name, code] as const)),
);

export const distributionCodes: { readonly [D in Distribution]: number } = { normal: 0, uniform: 1, bernoulli: 2 };
