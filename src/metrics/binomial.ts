/** Limits of a proportion seen in few trials. */

/** P(X ≤ x) of the beta distribution: the regularised incomplete beta function I_x(a, b), to 1e-13 or so. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The continued fraction converges fast below the mean, and I_x(a, b) = 1 − I_{1−x}(b, a).
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front * continuedFraction(x, a, b)) / a;
}

/** Modified Lentz: Press et al., *Numerical Recipes*, §6.4; DLMF 8.17.22. */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 2000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let factor = 1;
    for (const own of [even, odd]) {
      d = 1 / away(1 + own * d);
      c = away(1 + own / c);
      factor = c * d;
      result *= factor;
    }
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return result;
}

/** Lanczos' approximation (g = 7, nine terms), relative error below 1e-14 for positive arguments. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x - 1 + 7.5;
  const sum = lanczos.reduce((total, own, at) => total + (at === 0 ? own : own / (x - 1 + at)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

export interface Limits {
  readonly low: number;
  readonly high: number;
}

/** Each limit leaves so much of the distribution beyond it. */
const tail = 0.025;

/**
 * The 95 % mid-P limits of a proportion: the proportions under which what was seen, counted half, and what lies beyond it
 * have probability 2.5 %. Lancaster, *Significance tests in discrete distributions*, JASA 1961; Berry & Armitage, *Mid-P
 * confidence intervals: a brief review*, The Statistician 1995.
 * @param successes, trials need not be whole: trials that hang together count for fewer.
 */
export function midPLimits(successes: number, trials: number): Limits {
  const failures = trials - successes;
  /** P(X > x) + ½ P(X = x), which rises with the proportion. */
  const above = (p: number) =>
    0.5 *
    ((successes > 0 ? incompleteBeta(p, successes, failures + 1) : 1) +
      (failures > 0 ? incompleteBeta(p, successes + 1, failures) : 0));
  return {
    low: successes <= 0 ? 0 : rootOf((p) => above(p) - tail),
    high: failures <= 0 ? 1 : rootOf((p) => above(p) - (1 - tail)),
  };
}

/** Where a rising function of a proportion crosses zero. */
function rootOf(rising: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let middle = 0.5; middle > low && middle < high && high - low > 1e-12; middle = (low + high) / 2) {
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
