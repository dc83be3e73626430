import { wilsonInterval } from './interval.js';
import type { Metric } from './metric.js';
import { type ClassPredictions, isDefined, largestAt, logitsAt } from './predictions.js';

/**
 * Share of readouts whose largest logit is the label's. The interval is Wilson's at the number of trials that has the
 * variance seen between rows: the steps of one row are no independent trials.
 */
export const accuracy: Metric<ClassPredictions> = {
  name: 'accuracy',
  describe: 'share of right answers',
  better: 'higher',
  value: (of) => rightAnswers(of).reduce((sum, one) => sum + one, 0) / of.rows.length,
  estimate: (of) => {
    const right = rightAnswers(of);
    const value = right.reduce((sum, one) => sum + one, 0) / right.length;
    let [squares, own, count] = [0, 0, 0];
    for (let at = 0; at < right.length; at++) {
      own += right[at]! - value;
      if (of.rows[at] === of.rows[at + 1]) continue;
      squares += own * own;
      own = 0;
      count += 1;
    }
    const variance = squares / right.length ** 2;
    const { low, high } = wilsonInterval(value, variance === 0 ? count : (value * (1 - value)) / variance);
    return { value, low, high, standardError: Math.sqrt(variance), count, seed: null, converged: true };
  },
};

/** [count], 1 where the largest logit is the label's; never where the outputs are not numbers. */
export function rightAnswers(of: ClassPredictions): Uint8Array {
  return Uint8Array.from(of.labels, (label, at) => {
    const logits = logitsAt(of, at);
    return isDefined(logits) && largestAt(logits) === label ? 1 : 0;
  });
}
