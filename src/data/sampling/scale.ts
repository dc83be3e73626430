/** What a time step is, and what a run keeps of it. */

/** What a time step is, over all rows; a row's first step, which has none before it, is not counted. */
export interface TimeStep {
  /** As of the times; null where nobody said. */
  readonly unit: string | null;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Whether all steps are alike: to one in a million, or to the digits that the times are written with. */
  readonly even: boolean;
}

export const samplings = ['auto', 'even', 'times'] as const;
export type Sampling = (typeof samplings)[number];
export const gapRules = ['parts', 'split'] as const;
export type GapRule = (typeof gapRules)[number];

/** Kept with the run, of the training data. */
export interface TimeScale extends TimeStep {
  /** Whether the model's steps follow the times: its step size is that of a step of `median`. */
  readonly follows: boolean;
  /** Steps longer than so many medians are gaps: taken in parts, or the beginning of a new series. */
  readonly maxStep: number;
  readonly onGap: GapRule;
  /** Whether Δt is an input too, in the unit, after the data's own channels; of a row's first step the median. */
  readonly channel: boolean;
}
