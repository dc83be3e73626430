/**
 * The elementwise operations, one row each: all that the library knows of them. A row says what the operation computes in
 * float64, its tangent and, where it is linear, its transpose as expressions, and what it costs. Engines and exporters
 * bring its spelling in their language as a table of their own, `{ [N in ElementwiseName]: … }`, so that the compiler
 * names the spellings that a new row lacks.
 */

/** What tangents and transposes are written with. Numbers stand for constants. */
export interface Calculus<N> {
  readonly add: Two<N>;
  readonly subtract: Two<N>;
  readonly multiply: Two<N>;
  readonly divide: Two<N>;
  readonly greater: Two<N>;
  readonly negate: One<N>;
  readonly reciprocal: One<N>;
  readonly sigmoid: One<N>;
  readonly sin: One<N>;
  readonly cos: One<N>;
  readonly select: (condition: N | number, a: N | number, b: N | number) => N;
}
type One<N> = (x: N | number) => N;
type Two<N> = (a: N | number, b: N | number) => N;

/** A tangent or cotangent; `undefined` is zero. */
type Maybe<N> = N | undefined;

/** `expensive`: more than a few instructions, worth keeping rather than computing again on the way back. */
export type Cost = 'cheap' | 'expensive';

interface Rules {
  readonly cost: Cost;
  /** Whether the arguments may change places. */
  readonly commutes?: true;
  /** Tangent of y = f(args) from the tangents of the arguments, at least one of which is not zero. */
  readonly tangent: <N>(of: Calculus<N>, args: readonly N[], tangents: readonly Maybe<N>[], y: N) => Maybe<N>;
  /**
   * Cotangents of the arguments that the operation is linear in, from its own. `active` says which arguments move: others are
   * coefficients. Absent where the operation is not linear.
   */
  readonly transpose?: <N>(
    of: Calculus<N>,
    args: readonly N[],
    cotangent: N,
    active: (index: number) => boolean,
  ) => readonly Maybe<N>[];
}
export interface Unary extends Rules {
  readonly arity: 1;
  readonly evaluate: (x: number) => number;
}
export interface Binary extends Rules {
  readonly arity: 2;
  readonly evaluate: (a: number, b: number) => number;
}
export interface Ternary extends Rules {
  readonly arity: 3;
  readonly evaluate: (a: number, b: number, c: number) => number;
}

/** Derivative of y = f(x) as an expression in x and y; null: zero almost everywhere. */
type Derivative = <N>(of: Calculus<N>, x: N, y: N) => N | number | null;

const along = (derivative: Derivative): Rules['tangent'] => {
  return (of, [x], [dx], y) => {
    const slope = derivative(of, x!, y);
    return slope === null || dx === undefined ? undefined : of.multiply(dx, slope);
  };
};

function unary(cost: Cost, evaluate: Unary['evaluate'], derivative: Derivative): Unary {
  return { arity: 1, cost, evaluate, tangent: along(derivative) };
}

function total<N>({ add }: Calculus<N>, a: Maybe<N>, b: Maybe<N>): Maybe<N> {
  if (a === undefined) return b;
  return b === undefined ? a : add(a, b);
}

function pick<N>({ select }: Calculus<N>, condition: () => N, a: Maybe<N>, b: Maybe<N>): Maybe<N> {
  return a === undefined && b === undefined ? undefined : select(condition(), a ?? 0, b ?? 0);
}

const logistic = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

export const elementwise = {
  negate: {
    ...unary(
      'cheap',
      (x) => -x,
      () => -1,
    ),
    transpose: ({ negate }, _, ct) => [negate(ct)],
  },
  tanh: unary('expensive', Math.tanh, (of, _, y) => of.subtract(1, of.multiply(y, y))),
  sigmoid: unary('expensive', logistic, (of, _, y) => of.multiply(y, of.subtract(1, y))),
  exp: unary('expensive', Math.exp, (_of, _, y) => y),
  log: unary('expensive', Math.log, (of, x) => of.reciprocal(x)),
  sqrt: unary('expensive', Math.sqrt, (of, _, y) => of.divide(0.5, y)),
  sin: unary('expensive', Math.sin, (of, x) => of.cos(x)),
  cos: unary('expensive', Math.cos, (of, x) => of.negate(of.sin(x))),
  absolute: unary('cheap', Math.abs, (of, x) => of.subtract(of.greater(x, 0), of.greater(0, x))),
  sign: unary('cheap', Math.sign, () => null),
  square: unary(
    'cheap',
    (x) => x * x,
    (of, x) => of.multiply(2, x),
  ),
  reciprocal: unary(
    'cheap',
    (x) => 1 / x,
    (of, _, y) => of.negate(of.multiply(y, y)),
  ),
  /** log(1 + eˣ) */
  softplus: unary(
    'expensive',
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    (of, x) => of.sigmoid(x),
  ),
  add: {
    arity: 2,
    cost: 'cheap',
    commutes: true,
    evaluate: (a, b) => a + b,
    tangent: (of, _, [da, db]) => total(of, da, db),
    transpose: (_of, _, ct) => [ct, ct],
  },
  subtract: {
    arity: 2,
    cost: 'cheap',
    evaluate: (a, b) => a - b,
    tangent: (of, _, [da, db]) => total(of, da, db && of.negate(db)),
    transpose: (of, _, ct) => [ct, of.negate(ct)],
  },
  multiply: {
    arity: 2,
    cost: 'cheap',
    commutes: true,
    evaluate: (a, b) => a * b,
    tangent: (of, [a, b], [da, db]) => total(of, da && of.multiply(da, b!), db && of.multiply(a!, db)),
    transpose: (of, [a, b], ct, active) =>
      active(0) ? [of.multiply(ct, b!), undefined] : [undefined, of.multiply(a!, ct)],
  },
  divide: {
    arity: 2,
    cost: 'cheap',
    evaluate: (a, b) => a / b,
    tangent: (of, [, b], [da, db], y) => {
      const numerator = total(of, da, db && of.negate(of.multiply(y, db)));
      return numerator && of.divide(numerator, b!);
    },
    transpose: (of, [, b], ct) => [of.divide(ct, b!), undefined],
  },
  maximum: {
    arity: 2,
    cost: 'cheap',
    evaluate: Math.max,
    tangent: (of, [a, b], [da, db]) => pick(of, () => of.greater(a!, b!), da, db),
  },
  minimum: {
    arity: 2,
    cost: 'cheap',
    evaluate: Math.min,
    tangent: (of, [a, b], [da, db]) => pick(of, () => of.greater(b!, a!), da, db),
  },
  /** 1 where a > b, else 0. */
  greater: { arity: 2, cost: 'cheap', evaluate: (a, b) => (a > b ? 1 : 0), tangent: () => undefined },
  /** (condition, a, b): a where the condition is positive, else b. A branch not taken has no part in the derivative. */
  select: {
    arity: 3,
    cost: 'cheap',
    evaluate: (condition, a, b) => (condition > 0 ? a : b),
    tangent: (of, [condition], [, da, db]) => pick(of, () => condition!, da, db),
    transpose: (of, [condition], ct) => [undefined, of.select(condition!, ct, 0), of.select(condition!, 0, ct)],
  },
} as const satisfies Readonly<Record<string, Unary | Binary | Ternary>>;

export type ElementwiseName = keyof typeof elementwise;
/** Names of the operations of so many arguments. */
export type NamesOf<Arity extends 1 | 2 | 3> = {
  [N in ElementwiseName]: (typeof elementwise)[N]['arity'] extends Arity ? N : never;
}[ElementwiseName];
export type UnaryName = NamesOf<1>;
export type BinaryName = NamesOf<2>;
export type TernaryName = NamesOf<3>;

/** In the order of the table. */
export const elementwiseNames = Object.keys(elementwise) as readonly ElementwiseName[];

/** The row of an operation, whatever its arity. */
export function elementwiseRow(name: ElementwiseName): Unary | Binary | Ternary {
  return elementwise[name];
}
