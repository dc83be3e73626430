/** Sequences, and what is to be said of them, ready to be scored. */
export interface Batch {
  readonly rows: number;
  readonly steps: number;
  /** [rows, steps, inputs] */
  readonly inputs: Float32Array | Float64Array;
  /** [rows], class indices: what a loss of classes needs, here or at each step. */
  readonly labels?: ArrayLike<number>;
  /** [rows, steps], class indices; −1 where a step has none. Needs a readout on every step, and stands before `labels`. */
  readonly stepLabels?: ArrayLike<number>;
  /** [rows, outputs], or [rows, steps, outputs]: what a loss of values needs. */
  readonly targets?: Float32Array | Float64Array;
  /** [rows]: the number of steps each row lasts; all of them unless given. */
  readonly lengths?: ArrayLike<number>;
  /** [rows, steps]: step sizes, for models built with `step: { kind: 'given' }`. */
  readonly stepSizes?: Float32Array | Float64Array;
  /** [rows, steps]: the time each step covers, in units of the layers' own step sizes; 1 everywhere unless given. */
  readonly intervals?: Float32Array | Float64Array;
  /** Intervals longer than this are taken in equal parts (see `refine.ts`); in one, however long, unless given. */
  readonly longestStep?: number;
  /** [rows, steps]: 1 where a step is a part of one of the data's and not the last of them; what `refine` adds. */
  readonly parts?: ArrayLike<number>;
  /** The state to go on from, [rows, width] by carry; zero where a carry is left out. In place of the model's own start. */
  readonly state?: Readonly<Record<string, Float32Array | Float64Array>>;
}

/** The rows at `chosen`, in that order, copied; a row may be chosen more than once. */
export function selectBatch(batch: Batch, chosen: ArrayLike<number>): Batch {
  const { rows, steps, inputs, labels, stepLabels, targets, lengths, stepSizes, state } = batch;
  const { intervals, longestStep, parts } = batch;
  const numbers = (values: ArrayLike<number>): Float64Array => {
    const width = values.length / rows;
    const picked = new Float64Array(chosen.length * width);
    for (let place = 0; place < chosen.length; place++)
      for (let i = 0; i < width; i++) picked[place * width + i] = values[chosen[place]! * width + i]!;
    return picked;
  };
  return {
    rows: chosen.length,
    steps,
    inputs: numbers(inputs),
    ...(labels === undefined ? {} : { labels: numbers(labels) }),
    ...(stepLabels === undefined ? {} : { stepLabels: numbers(stepLabels) }),
    ...(targets === undefined ? {} : { targets: numbers(targets) }),
    ...(lengths === undefined ? {} : { lengths: numbers(lengths) }),
    ...(stepSizes === undefined ? {} : { stepSizes: numbers(stepSizes) }),
    ...(intervals === undefined ? {} : { intervals: numbers(intervals) }),
    ...(longestStep === undefined ? {} : { longestStep }),
    ...(parts === undefined ? {} : { parts: numbers(parts) }),
    ...(state === undefined
      ? {}
      : { state: Object.fromEntries(Object.entries(state).map(([name, values]) => [name, numbers(values)])) }),
  };
}
