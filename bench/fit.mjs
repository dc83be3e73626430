/** How a time grows with a quantity: power laws and polynomials by least squares. */
import { Matrix, solve } from 'ml-matrix';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Least-squares slope of log y on log x over medians, and its standard error: from the residuals where there are three
 * points or more, so that a law that is no power shows in it; with two, from the slopes of single rounds.
 * @param rounds seconds [values of x][rounds].
 */
export function fitPower(x, rounds, medians) {
  const slope = slopeOf(x, medians);
  if (x.length > 2) {
    const logs = x.map((value, i) => [Math.log(value), Math.log(medians[i])]);
    const [mx, my] = [0, 1].map((at) => mean(logs.map((pair) => pair[at])));
    const residual = logs.reduce((sum, [a, b]) => sum + (b - my - slope * (a - mx)) ** 2, 0);
    const width = logs.reduce((sum, [a]) => sum + (a - mx) ** 2, 0);
    return { exponent: slope, standardError: Math.sqrt(residual / (x.length - 2) / width) };
  }
  const turns = Math.min(...rounds.map((times) => times.length));
  const slopes = Array.from({ length: turns }, (_, turn) =>
    slopeOf(
      x,
      rounds.map((times) => times[turn]),
    ),
  );
  const variance = slopes.reduce((sum, value) => sum + (value - mean(slopes)) ** 2, 0) / (turns - 1);
  return { exponent: slope, standardError: turns > 1 ? Math.sqrt(variance / turns) : null };
}

function slopeOf(x, y) {
  const [a, b] = [x, y].map((values) => values.map(Math.log));
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = a.reduce((sum, value, i) => sum + (value - ma) * (b[i] - mb), 0);
  return covariance / a.reduce((sum, value) => sum + (value - ma) ** 2, 0);
}

/** Exponents between neighbouring points. */
export function localExponents(x, y) {
  return x.slice(1).map((value, i) => Math.log(y[i + 1] / y[i]) / Math.log(value / x[i]));
}

/** Coefficients of y = c₀ + c₁ x + … of this degree, by least squares of the relative errors. */
export function fitPolynomial(x, y, degree) {
  const powers = Array.from({ length: degree + 1 }, (_, power) => power);
  const design = new Matrix(x.map((value, i) => powers.map((power) => value ** power / y[i])));
  return solve(design, Matrix.columnVector(y.map(() => 1)), true).to1DArray();
}
