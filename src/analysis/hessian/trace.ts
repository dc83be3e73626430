import { createGenerator } from '../../random/index.js';
import type { Estimate, Progress } from '../estimate.js';
import { exact, meanOf } from '../estimate.js';
import { dot, norm, orthogonalise, scaled, signVector } from '../vectors.js';
import type { SymmetricOperator } from './operator.js';

export interface TraceOptions {
  /** Below this many parameters the matrix is assembled and the figures are exact; 2000 unless given. */
  readonly exactBelow?: number;
  /** Products H·v to spend on an estimate; 90 unless given. */
  readonly products?: number;
  readonly seed?: number;
  readonly progress?: Progress;
}

export interface TraceFigures {
  readonly trace: Estimate;
  /** ‖H‖_F. */
  readonly frobenius: Estimate;
}

/** All columns of the matrix, by its products with the unit vectors. */
export async function assemble(operator: SymmetricOperator, progress?: Progress): Promise<Float64Array[]> {
  const columns: Float64Array[] = [];
  for (let i = 0; i < operator.size; i++) {
    const unit = new Float64Array(operator.size);
    unit[i] = 1;
    columns.push(await operator.apply(unit));
    progress?.(i + 1, operator.size);
  }
  return columns;
}

/** Trace and Frobenius norm: exact for small matrices, else Hutch++ and Hutchinson with standard errors. */
export async function traceFigures(operator: SymmetricOperator, options: TraceOptions = {}): Promise<TraceFigures> {
  const { exactBelow = 2000, products = 90, seed = 0, progress } = options;
  if (operator.size >= exactBelow) return hutchPlusPlus(operator, products, seed, progress);
  const columns = await assemble(operator, progress);
  const trace = columns.reduce((total, column, i) => total + column[i]!, 0);
  const squares = columns.reduce((total, column) => total + dot(column, column), 0);
  return { trace: exact(trace, operator.size), frobenius: exact(Math.sqrt(squares), operator.size) };
}

/**
 * Hutch++ (Meyer, Musco, Musco & Woodruff, SOSA 2021): the trace on the range of a random sketch exactly, and of the
 * rest by Rademacher probes, whose spread gives the standard error (conditional on the sketch, so unbiased).
 * ‖H‖_F² = E‖H g‖² splits alike: ‖H Q‖² + ‖P H Q‖² + E‖P H P g‖² with P = I − Q Qᵀ.
 */
export async function hutchPlusPlus(
  operator: SymmetricOperator,
  products: number,
  seed: number,
  progress?: Progress,
): Promise<TraceFigures> {
  const { size, apply } = operator;
  const generator = createGenerator(seed, 'hutch++');
  const sketch = Math.max(1, Math.min(Math.floor(products / 3), size));
  const probes = Math.max(2, products - 2 * sketch);
  let done = 0;
  const step = () => progress?.(++done, 2 * sketch + probes);
  const basis: Float64Array[] = [];
  for (let i = 0; i < sketch; i++) {
    const image = await apply(signVector(size, generator));
    step();
    const before = norm(image);
    orthogonalise(image, basis);
    const left = norm(image);
    if (left > 1e-10 * before) basis.push(scaled(image, 1 / left));
  }
  let onRange = 0;
  let squares = 0;
  for (const own of basis) {
    const image = await apply(own);
    step();
    onRange += dot(own, image);
    squares += dot(image, image);
    orthogonalise(image, basis);
    squares += dot(image, image);
  }
  const rest: number[] = [];
  const restSquares: number[] = [];
  for (let i = 0; i < probes; i++) {
    const probe = signVector(size, generator);
    orthogonalise(probe, basis);
    const image = await apply(probe);
    step();
    rest.push(dot(probe, image));
    orthogonalise(image, basis);
    restSquares.push(dot(image, image));
  }
  const trace = meanOf(rest, seed);
  const square = meanOf(restSquares, seed);
  const frobenius = Math.sqrt(Math.max(0, squares + square.value));
  return {
    trace: { ...trace, value: trace.value + onRange },
    // Standard error of a square root: half the square's, divided by the root.
    frobenius: {
      ...square,
      value: frobenius,
      standardError: frobenius > 0 ? square.standardError / (2 * frobenius) : 0,
    },
  };
}
