import type { SpecKeys, SpecValues } from '../../spec.js';

/** Where training is, at the start of a batch. */
export interface Progress {
  /** Epochs completed: 0 throughout the first. */
  epoch: number;
  /** Epochs of the whole run. */
  epochs: number;
  /** Part of the current epoch that is done, in [0, 1). */
  fraction: number;
}

/** What the base learning rate is multiplied by: a pure function of progress, so that resuming needs no state. */
export interface Schedule {
  readonly name: string;
  factor(progress: Progress): number;
}

export interface ScheduleKind {
  readonly name: string;
  readonly keys: SpecKeys;
  /** @param values complete: checked, and defaults filled in. @throws InputError for values that contradict each other. */
  readonly create: (values: SpecValues) => Schedule;
}
