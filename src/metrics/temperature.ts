import { type ClassPredictions, logitsAt, softmax } from './predictions.js';

export interface Temperature {
  /** T: probabilities are softmax(z / T). Above 1 the network was too sure of itself. */
  readonly temperature: number;
  /** Of T, rows being a sample; null where the search ended at a limit. */
  readonly standardError: number | null;
  /** Whether the smallest negative log likelihood lies within the limits. */
  readonly converged: boolean;
}

/** Temperatures tried: beyond them the answers are all but certain, or all but even. */
const limits = [0.01, 100] as const;

/**
 * The temperature of the smallest negative log likelihood. In β = 1/T it is convex with the slope mean(Σ pₖ zₖ − z_label),
 * whose root is found by bisection.
 * Guo, Pleiss, Sun & Weinberger, *On calibration of modern neural networks*, ICML 2017, §4.2.
 */
export function fitTemperature(of: ClassPredictions): Temperature {
  let [low, high] = [1 / limits[1], 1 / limits[0]];
  if (slopeAt(of, low) >= 0) return { temperature: 1 / low, standardError: null, converged: false };
  if (slopeAt(of, high) <= 0) return { temperature: 1 / high, standardError: null, converged: false };
  while (high / low > 1 + 1e-12) {
    const middle = Math.sqrt(low * high);
    if (slopeAt(of, middle) < 0) low = middle;
    else high = middle;
  }
  const beta = Math.sqrt(low * high);
  return { temperature: 1 / beta, standardError: standardErrorOf(of, beta) / beta ** 2, converged: true };
}

function slopeAt(of: ClassPredictions, beta: number): number {
  let total = 0;
  for (let at = 0; at < of.rows.length; at++) total += termsAt(of, at, beta).slope;
  return total;
}

/** Of β: √(Σ of the rows' squared slopes) / curvature, the sandwich of an estimate by a smallest sum. */
function standardErrorOf(of: ClassPredictions, beta: number): number {
  let [curvature, squares, own] = [0, 0, 0];
  for (let at = 0; at < of.rows.length; at++) {
    const terms = termsAt(of, at, beta);
    curvature += terms.curvature;
    own += terms.slope;
    if (of.rows[at] === of.rows[at + 1]) continue;
    squares += own * own;
    own = 0;
  }
  return Math.sqrt(squares) / curvature;
}

/** First and second derivative of −log p(label) by β. */
function termsAt(of: ClassPredictions, at: number, beta: number): { slope: number; curvature: number } {
  const logits = logitsAt(of, at);
  const probabilities = softmax(logits.map((logit) => beta * logit));
  let [mean, square] = [0, 0];
  for (let k = 0; k < of.classes; k++) {
    mean += probabilities[k]! * logits[k]!;
    square += probabilities[k]! * logits[k]! ** 2;
  }
  return { slope: mean - logits[of.labels[at]!]!, curvature: square - mean * mean };
}
