/**
 * Maxima over D = diag(s), s ∈ [0, L]^N of convex functions of X + D Y: they lie at vertices. All of them are tried up
 * to 12 units; beyond, an ascent gives a value from below, and the caller must bound from above by other means.
 */
import { Matrix } from 'ml-matrix';
import { logNorm, scaleRows, spectralNorm, times, topSingular } from './matrices.js';

/** With more units the vertices (2^N) are not enumerated. */
export const mostEnumerated = 12;

export interface VertexMaximum {
  readonly value: number;
  /** The maximum itself, rather than the best vertex an ascent met. */
  readonly exact: boolean;
}

interface Quantity {
  readonly of: (matrix: Matrix) => number;
  /** Slopes s_i at which the value's derivative along s_i is positive, at the current matrix. */
  readonly rising: (matrix: Matrix, Y: Matrix) => boolean[];
}

const quantities: Readonly<Record<'logNorm' | 'norm', Quantity>> = {
  logNorm: {
    of: (matrix) => logNorm(matrix).value,
    rising: (matrix, Y) => {
      const { vector } = logNorm(matrix);
      return times(Y, vector).map((value, i) => value * vector[i]! > 0);
    },
  },
  norm: {
    of: spectralNorm,
    rising: (matrix, Y) => {
      const { left, right } = topSingular(matrix);
      return times(Y, right).map((value, i) => value * left[i]! > 0);
    },
  },
};

/** max over D of λ_max(sym(X + D Y)) or of ‖X + D Y‖. */
export function vertexMaximum(kind: 'logNorm' | 'norm', X: Matrix, Y: Matrix, slope: number): VertexMaximum {
  const { of, rising } = quantities[kind];
  const units = X.rows;
  const at = (on: readonly boolean[]) =>
    Matrix.add(
      X,
      scaleRows(
        on.map((own) => (own ? slope : 0)),
        Y,
      ),
    );
  if (slope === 0 || units <= mostEnumerated) {
    let value = Number.NEGATIVE_INFINITY;
    const count = slope === 0 ? 1 : 2 ** units;
    for (let vertex = 0; vertex < count; vertex++)
      value = Math.max(value, of(at(Array.from({ length: units }, (_, i) => (vertex >> i) % 2 === 1))));
    return { value, exact: true };
  }
  let best = Number.NEGATIVE_INFINITY;
  for (const start of [true, false]) {
    let on = new Array<boolean>(units).fill(start);
    // Convexity makes every accepted move an ascent, so this ends; the limit only cuts a long tail.
    for (let move = 0; move < 20; move++) {
      const value = of(at(on));
      if (value <= best + 1e-12) break;
      best = value;
      on = rising(at(on), Y);
    }
  }
  return { value: best, exact: false };
}
