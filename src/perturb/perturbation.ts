import type { SequenceTable } from '../data/index.js';

/** A way to disturb inputs at inference; strengths are in the raw units of the data, before any normalisation. */
export interface Perturbation {
  readonly kind: string;
  /** The formula, for help and reports. */
  readonly describe: string;
  /** What the strength means, and its unit. */
  readonly strength: string;
  /** Largest strength that has a meaning; the smallest is 0, which leaves the data as they are. */
  readonly largest: number;
  /** A new table with the same labels; the same arguments give the same values, and row r depends on no later row. */
  readonly apply: (table: SequenceTable, strength: number, seed: number, context: PerturbationContext) => SequenceTable;
}

/** Extremes of the training data in raw units: `Preprocessing` has them. */
export interface PerturbationContext {
  readonly minimum: number;
  readonly maximum: number;
}
