/** Intervals of accuracies. */

export interface AccuracyInterval {
  readonly accuracy: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the standard normal. */
export const normalQuantile = 1.959963984540054;

/**
 * Wilson's score interval of a proportion seen in `count` independent trials.
 * Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 1927.
 */
export function wilsonInterval(proportion: number, count: number): AccuracyInterval {
  const spread = normalQuantile ** 2 / count;
  const centre = (proportion + spread / 2) / (1 + spread);
  const half =
    (normalQuantile / (1 + spread)) * Math.sqrt((proportion * (1 - proportion)) / count + spread / (4 * count));
  return { accuracy: proportion, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * The interval of a mean accuracy over several perturbations of the same rows. Repeats of one row are not independent
 * trials: the uncertainty is that of the rows' own means, and the interval is Wilson's at the number of trials that has
 * this variance. With one repeat, or repeats that agree, it is Wilson's interval over the rows.
 * @param means each row's share of correct predictions; or each readout's, with the row each belongs to, ascending.
 */
export function repeatedInterval(means: ArrayLike<number>, rows?: ArrayLike<number>): AccuracyInterval {
  const count = means.length;
  let sum = 0;
  for (let row = 0; row < count; row++) sum += means[row]!;
  const mean = sum / count;
  let [squares, own, independent] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    own += means[at]! - mean;
    if (rows !== undefined && rows[at] === rows[at + 1]) continue;
    squares += own * own;
    own = 0;
    independent += 1;
  }
  return wilsonInterval(mean, squares === 0 ? independent : (mean * (1 - mean) * count * count) / squares);
}
