/**
 * How often the intervals of balanced accuracy and macro-F1 hold the truth, computed and not drawn: every outcome of two
 * classes, 100 rows of one and r of the other, weighed by its probability at every pair of true rates.
 *
 *     npm run build && node scripts/metric-coverage.mjs [rows of the common class]
 */
import { balancedAccuracy, macroF1 } from '../dist/metrics/index.js';

const common = Number(process.argv[2] ?? 100);
const rates = [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1];
const normal = 1.959963984540054;

function outcome(counts, right) {
  const labels = counts.flatMap((count, k) => Array(count).fill(k));
  const answers = counts.flatMap((count, k) => Array.from({ length: count }, (_, at) => (at < right[k] ? k : 1 - k)));
  return {
    classes: 2,
    labels: Int32Array.from(labels),
    rows: Uint32Array.from(labels.keys()),
    logits: Float64Array.from(answers.flatMap((own) => [1 - own, own])),
  };
}

/** Binomial probabilities of 0 … n. */
function chances(n, p) {
  if (p === 0 || p === 1) return Array.from({ length: n + 1 }, (_, k) => Number(k === n * p));
  const found = [];
  let choose = 0;
  for (let k = 0; k <= n; k++) {
    found.push(Math.exp(choose + k * Math.log(p) + (n - k) * Math.log1p(-p)));
    choose += Math.log((n - k) / (k + 1));
  }
  return found;
}

const truths = {
  balancedAccuracy: ([p, q]) => (p + q) / 2,
  macroF1: ([p, q], [m, n]) => (m * p) / (m + m * p + n * (1 - q)) + (n * q) / (n + n * q + m * (1 - p)),
};

/** By the name of the metric and of the interval: [low, high] of an estimate. */
const intervals = {
  'this interval': ({ low, high }) => [low, high],
  jackknife: ({ value, standardError }) => [
    Math.max(0, value - normal * standardError),
    Math.min(1, value + normal * standardError),
  ],
};

console.log('| metric | interval | rarest class | least coverage | at rates | mean coverage | mean width |');
console.log('|---|---|---|---|---|---|---|');
for (const metric of [balancedAccuracy, macroF1])
  for (const [name, limitsOf] of Object.entries(intervals))
    for (const rare of [3, 5, 10, 30]) {
      const counts = [common, rare];
      const found = Array.from({ length: common + 1 }, (_, a) =>
        Array.from({ length: rare + 1 }, (_, b) => limitsOf(metric.estimate(outcome(counts, [a, b])))),
      );
      let [least, at, sum, width] = [2, null, 0, 0];
      for (const p of rates)
        for (const q of rates) {
          const truth = truths[metric.name]([p, q], counts);
          const [left, right] = [chances(common, p), chances(rare, q)];
          let held = 0;
          for (let a = 0; a <= common; a++)
            for (let b = 0; b <= rare; b++) {
              const [low, high] = found[a][b];
              const chance = left[a] * right[b];
              if (low <= truth + 1e-9 && truth <= high + 1e-9) held += chance;
              width += chance * (high - low);
            }
          sum += held;
          if (held < least) [least, at] = [held, [p, q]];
        }
      const cells = rates.length ** 2;
      const row = [metric.name, name, `${rare} of ${common + rare}`, least.toFixed(3), at.join(', ')];
      console.log(`| ${[...row, (sum / cells).toFixed(3), (width / cells).toFixed(3)].join(' | ')} |`);
    }
