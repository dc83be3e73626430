/** A part of a study: one model trained from one seed, scored, and kept, so that a study that is resumed skips it. */
import type { StudyResult, StudyRun } from '../result/study.js';
import type { Condition } from './study.js';

export interface PartExample {
  readonly trueLabel: string;
  /** Clean (kind `clean`, strength 0) first. */
  readonly views: readonly (Condition & {
    /** [steps × channels], raw units, rounded for show. */
    readonly values: readonly number[];
    readonly label: string;
    readonly probability: number;
  })[];
}

export interface Part {
  readonly format: 'noisy-rnn/study-part';
  readonly version: 1;
  /** All that the numbers depend on, as text: a part of another identity is not this study's. */
  readonly identity: string;
  readonly run: StudyRun;
  /** Number of scalar parameters. */
  readonly parameters: number;
  readonly data: Omit<StudyResult['data'], 'description'>;
  readonly examples: readonly PartExample[];
}
