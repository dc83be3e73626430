import type { BinaryName, Node, UnaryName } from './node.js';
import {
  add,
  constantLike,
  cos,
  divide,
  greater,
  multiply,
  negate,
  reciprocal,
  select,
  sin,
  subtract,
} from './operations.js';

/**
 * The elementwise functions, one row each: what they compute, and their derivative as an expression in the argument
 * x and the value y = f(x). `null` marks a function that is constant almost everywhere.
 */
interface UnaryRule {
  readonly evaluate: (x: number) => number;
  readonly derivative: ((x: Node, y: Node) => Node) | null;
  /** Costs more than a few instructions: worth keeping rather than computing again in the backward pass. */
  readonly dear: boolean;
}

export const unaryRules: { readonly [N in UnaryName]: UnaryRule } = {
  negate: { evaluate: (x) => -x, derivative: (x) => constantLike(x, -1), dear: false },
  tanh: { evaluate: Math.tanh, derivative: (_, y) => subtract(1, multiply(y, y)), dear: true },
  sigmoid: { evaluate: sigmoid, derivative: (_, y) => multiply(y, subtract(1, y)), dear: true },
  exp: { evaluate: Math.exp, derivative: (_, y) => y, dear: true },
  log: { evaluate: Math.log, derivative: (x) => reciprocal(x), dear: true },
  sqrt: { evaluate: Math.sqrt, derivative: (_, y) => divide(0.5, y), dear: true },
  sin: { evaluate: Math.sin, derivative: (x) => cos(x), dear: true },
  cos: { evaluate: Math.cos, derivative: (x) => negate(sin(x)), dear: true },
  absolute: { evaluate: Math.abs, derivative: (x) => subtract(greater(x, 0), greater(0, x)), dear: false },
  sign: { evaluate: Math.sign, derivative: null, dear: false },
  square: { evaluate: (x) => x * x, derivative: (x) => multiply(2, x), dear: false },
  reciprocal: { evaluate: (x) => 1 / x, derivative: (_, y) => negate(multiply(y, y)), dear: false },
};

/** Tangent of f(a, b) from the tangents of a and b (`undefined` is zero). */
type BinaryTangent = (a: Node, b: Node, da: Node | undefined, db: Node | undefined, y: Node) => Node | undefined;

interface BinaryRule {
  readonly evaluate: (a: number, b: number) => number;
  readonly tangent: BinaryTangent;
}

export const binaryRules: { readonly [N in BinaryName]: BinaryRule } = {
  add: { evaluate: (a, b) => a + b, tangent: (_a, _b, da, db) => sumOf(da, db) },
  subtract: { evaluate: (a, b) => a - b, tangent: (_a, _b, da, db) => sumOf(da, db && negate(db)) },
  multiply: {
    evaluate: (a, b) => a * b,
    tangent: (a, b, da, db) => sumOf(da && multiply(da, b), db && multiply(a, db)),
  },
  divide: {
    evaluate: (a, b) => a / b,
    tangent: (_a, b, da, db, y) => {
      const numerator = sumOf(da, db && negate(multiply(y, db)));
      return numerator && divide(numerator, b);
    },
  },
  maximum: { evaluate: Math.max, tangent: (a, b, da, db) => pick(greater(a, b), da, db) },
  minimum: { evaluate: Math.min, tangent: (a, b, da, db) => pick(greater(b, a), da, db) },
  greater: { evaluate: (a, b) => (a > b ? 1 : 0), tangent: () => undefined },
};

export function sumOf(a: Node | undefined, b: Node | undefined): Node | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : add(a, b);
}

function pick(condition: Node, da: Node | undefined, db: Node | undefined): Node | undefined {
  if (da === undefined && db === undefined) return undefined;
  return select(condition, da ?? 0, db ?? 0);
}

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}
