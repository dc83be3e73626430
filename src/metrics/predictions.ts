/** What a metric compares. A *readout* is one place where a model answers: a row, or a step of a row. */

export interface ClassPredictions {
  readonly classes: number;
  /** [count, classes] */
  readonly logits: Float64Array;
  /** [count], class indices. */
  readonly labels: Int32Array;
  /** [count], the row each readout belongs to, ascending: rows are independent of one another, steps of a row are not. */
  readonly rows: Uint32Array;
}

export interface ValuePredictions {
  /** Numbers predicted at each readout. */
  readonly width: number;
  /** [count, width], raw units. */
  readonly predicted: Float64Array;
  /** [count, width], raw units. */
  readonly targets: Float64Array;
  /** As of `ClassPredictions`. */
  readonly rows: Uint32Array;
}

/** The columns from … to − 1 alone, such as those of one horizon. */
export function columnsOf(of: ValuePredictions, from: number, to: number): ValuePredictions {
  const width = to - from;
  const cut = (values: Float64Array) => {
    const part = new Float64Array(of.rows.length * width);
    for (let at = 0; at < of.rows.length; at++)
      part.set(values.subarray(at * of.width + from, at * of.width + to), at * width);
    return part;
  };
  return { width, predicted: cut(of.predicted), targets: cut(of.targets), rows: of.rows };
}

/** The index of the largest entry; the first of equals. */
export function largestAt(values: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index]! > values[best]!) best = index;
  return best;
}

/** Whether every entry is a number. A state that grew beyond float32 gives outputs that are none, and no class is the largest of those. */
export function isDefined(values: ArrayLike<number>): boolean {
  for (let index = 0; index < values.length; index++) if (Number.isNaN(values[index])) return false;
  return true;
}

/** log Σ exp of the entries but that at `without`, without overflow. */
export function logSumExp(values: ArrayLike<number>, without = -1): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < values.length; k++) if (k !== without && values[k]! > largest) largest = values[k]!;
  let total = 0;
  for (let k = 0; k < values.length; k++) if (k !== without) total += Math.exp(values[k]! - largest);
  return largest + Math.log(total);
}

/** Probabilities of the classes. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const total = logSumExp(logits);
  return Float64Array.from(logits, (logit) => Math.exp(logit - total));
}

/** The logits of one readout. */
export function logitsAt({ logits, classes }: ClassPredictions, at: number): Float64Array {
  return logits.subarray(at * classes, (at + 1) * classes);
}
