/** A part of a study, computed by itself and kept, so that it is never computed again. */
import type { StudyProtocol, StudyResult, StudyRun } from '../result/study.js';
import type { Printable } from './identity.js';
import type { Condition } from './study.js';

export interface PartExample {
  readonly trueLabel: string;
  /** Clean (kind `clean`, strength 0) first. */
  readonly views: readonly (Condition & {
    /** [steps × channels], raw units. */
    readonly values: readonly number[];
    readonly label: string;
    readonly probability: number;
  })[];
}

export type PartData = Omit<StudyResult['data'], 'description' | 'picture'>;

/** One model trained from one seed, and scored. */
export interface Part {
  readonly format: 'noisy-rnn/study-part';
  readonly version: 2;
  readonly settings: Printable;
  readonly protocol: StudyProtocol;
  readonly run: StudyRun;
  /** Number of scalar parameters. */
  readonly parameters: number;
  readonly data: PartData;
  /** Of the first seed alone. */
  readonly examples: readonly PartExample[];
}

/** One candidate of a search trained from one seed, judged by validation data alone. */
export interface Trial {
  readonly format: 'noisy-rnn/study-trial';
  readonly version: 1;
  readonly settings: Printable;
  readonly seed: number;
  readonly build: string;
  /** Of the best epoch; 0 and +∞ (in JSON: null) where training diverged. */
  readonly accuracy: number;
  readonly loss: number | null;
  readonly seconds: number;
}
