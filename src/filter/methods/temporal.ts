/** Smooth noise over orders of motion. */
import { InputError } from '../../errors.js';
import { backwardSolve, cholesky, forwardSolve } from '../../linear-algebra/cholesky.js';

/**
 * Covariance of smooth noise and its first n − 1 derivatives, R_ij = (−1)^j ρ_{i+j}, with the derivatives at 0 of the
 * autocorrelation exp(−τ²/4s²), ρ_2k = Π_{j≤k}(1 − 2j)/(√2 s)^{2k}.
 */
export function temporalCovariance(n: number, s: number): Float64Array {
  const rho = (order: number): number => {
    if (order % 2 === 1) return 0;
    let value = 1;
    for (let j = 1; j <= order / 2; j++) value *= (1 - 2 * j) / (2 * s * s);
    return value;
  };
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return (j % 2 === 0 ? 1 : -1) * rho(i + j);
  });
}

export function inverse(matrix: Float64Array, size: number, what: string): Float64Array {
  const L = cholesky(matrix, size);
  if (L === null)
    throw new InputError(
      `generalised filtering divides by the covariance of ${what}, which is singular; give every component of the state ` +
        'noise of its own (process: a small variance), or take another method',
    );
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) result[i * size + i] = 1;
  forwardSolve(L, size, result, size);
  backwardSolve(L, size, result, size);
  return result;
}
