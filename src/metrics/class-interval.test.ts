/** Coverage is computed, not drawn: every outcome of two classes, weighed by its probability. */
import { describe, expect, it } from 'vitest';
import { incompleteBeta, logGamma, midPLimits } from './binomial.js';
import { balancedAccuracy, type ClassPredictions, macroF1 } from './index.js';

describe('limits of a proportion', () => {
  it.each([
    // The binomial sum itself.
    [0.3, 4, 7, 10],
    [0.9, 1, 3, 3],
    [0.02, 2, 99, 100],
  ])('the incomplete beta function at %f, %i, %i', (x, a, b, n) => {
    let sum = 0;
    for (let k = a; k <= n; k++) sum += Math.exp(logChoose(n, k)) * x ** k * (1 - x) ** (n - k);
    expect(incompleteBeta(x, a, b)).toBeCloseTo(sum, 12);
  });

  it('of what was seen, counted half, and beyond are 2.5 % each', () => {
    // 3 of 3: ½ p³ = 0.025.
    expect(midPLimits(3, 3)).toEqual({ low: expect.closeTo(0.05 ** (1 / 3), 10), high: 1 });
    expect(midPLimits(0, 3)).toEqual({ low: 0, high: expect.closeTo(1 - 0.05 ** (1 / 3), 10) });
    const { low, high } = midPLimits(7, 20);
    expect([low, high]).toEqual([
      expect.closeTo(1 - midPLimits(13, 20).high, 9),
      expect.closeTo(1 - midPLimits(13, 20).low, 9),
    ]);
  });
});

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** Rows of two classes, so many of each answered rightly. */
function outcome(counts: readonly [number, number], right: readonly [number, number]): ClassPredictions {
  const labels = counts.flatMap((count, k) => Array<number>(count).fill(k));
  const answers = counts.flatMap((count, k) => Array.from({ length: count }, (_, at) => (at < right[k]! ? k : 1 - k)));
  return {
    ...{ classes: 2, labels: Int32Array.from(labels), rows: Uint32Array.from(labels.keys()) },
    logits: Float64Array.from(answers.flatMap((own) => [1 - own, own])),
  };
}

describe.each([balancedAccuracy, macroF1])('$name', (metric) => {
  const limits = (of: ClassPredictions) => {
    const figure = metric.estimate(of);
    if (figure.value === null) throw new Error(figure.reason);
    return figure;
  };

  it('holds the truth in 93 % of cases at least, whatever it is, with three rows of a class', () => {
    const counts = [25, 3] as const;
    const outcomes = [...Array(counts[0] + 1).keys()].flatMap((a) =>
      [...Array(counts[1] + 1).keys()].map((b) => ({ a, b, ...limits(outcome(counts, [a, b])) })),
    );
    const chance = (n: number, k: number, p: number) =>
      p === 0 || p === 1 ? Number(k === n * p) : Math.exp(logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
    const rates = [0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1];
    let [sum, least] = [0, 1];
    for (const p of rates)
      for (const q of rates) {
        const said = [counts[0] * p + counts[1] * (1 - q), counts[1] * q + counts[0] * (1 - p)];
        const f1 = (counts[0] * p) / (counts[0] + said[0]!) + (counts[1] * q) / (counts[1] + said[1]!);
        const truth = metric === balancedAccuracy ? (p + q) / 2 : f1;
        const held = outcomes.reduce(
          (total, { a, b, low, high }) =>
            low <= truth + 1e-9 && truth <= high + 1e-9
              ? total + chance(counts[0], a, p) * chance(counts[1], b, q)
              : total,
          0,
        );
        sum += held;
        least = Math.min(least, held);
      }
    expect(least).toBeGreaterThanOrEqual(0.93);
    expect(sum / rates.length ** 2).toBeLessThanOrEqual(0.985);
  });

  it('of a few rows that are all answered rightly is not sure', () => {
    const { value, low, high } = limits(outcome([100, 1], [100, 1]));
    expect([value, high]).toEqual([1, 1]);
    expect(low).toBeLessThan(0.6);
    expect(limits(outcome([100, 30], [100, 30])).low).toBeGreaterThan(0.93);
  });
});
