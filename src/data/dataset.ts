/** Labelled sequences as they are read from files, and as a model takes them. */

import type { ReadingReport } from './reading-report.js';
import type { TimeScale } from './sampling/scale.js';

/** Sequences in raw units, as read; nothing normalised. */
export interface SequenceTable {
  /** What error messages call it: usually the file's path. */
  readonly name: string;
  readonly rows: number;
  readonly steps: number;
  readonly channels: number;
  /** [rows, steps, channels], row-major; in double precision where the channels lie far from 0 for their spread. */
  readonly values: Float32Array | Float64Array;
  /** As written in the file, one a row; null when the file has none. */
  readonly labels: readonly string[] | null;
  /**
   * What labels are the same: texts as they are written; numbers of one value, however written; whole numbers of a binary
   * format. As numbers if all are, unless given.
   */
  readonly labelsAre?: LabelKind;
  /** Labels that runs without a schema take for class indices. */
  readonly indexLabels?: boolean;
  /** [rows], 1…steps: how many steps each row lasts; values beyond are 0 and never read. All of them if null. */
  readonly lengths?: Uint32Array | null;
  /** Numbers to predict, raw units. */
  readonly targets?: Targets | null;
  /** [rows · steps], row by row: a class for every step as written in the file, null beyond a row's end. */
  readonly stepLabels?: readonly (string | null)[] | null;
  /** [rows]: whose the row is (a patient, a machine); rows of one group are never split. */
  readonly groups?: readonly string[] | null;
  /** [channels], as written; null where the file names none. */
  readonly channelNames?: readonly string[] | null;
  /** [channels], as written. */
  readonly units?: readonly (string | null)[] | null;
  /** [rows]: what tells the series apart, as written. */
  readonly ids?: readonly string[] | null;
  /** [rows], where each row is a file of its own: its path, relative to the folder or list that was read. */
  readonly files?: readonly string[] | null;
  /** [rows]: where each row is in its file, as a person counts: `line 7`. */
  readonly places?: readonly string[] | null;
  /** When each step was; null where nothing says so. */
  readonly times?: StepTimes | null;
  /** How the file was read. */
  readonly report?: ReadingReport | null;
}

export type LabelKind = 'texts' | 'numbers' | 'integers';

/** When the steps of each row were. */
export interface StepTimes {
  /** [rows, steps], since the row's first step, increasing; 0 beyond a row's end. Exact to the nanosecond where dates are read. */
  readonly values: Float64Array;
  /** `s` where they were dates; as given where they were numbers; null where nobody said. */
  readonly unit: string | null;
  /** What the last digit written stands for, in the unit; 0 where times are exact. */
  readonly resolution: number;
  /** How they were written: a value of `--time-format`. */
  readonly format?: string;
}

/** Numbers to predict: one vector a row, or one a step. */
export interface Targets {
  /** [rows, width], or per step [rows, steps, width], 0 beyond a row's end. */
  readonly values: Float32Array;
  readonly width: number;
  readonly per: 'row' | 'step';
}

/** Sequences ready for a model. */
export interface Dataset {
  readonly name: string;
  readonly rows: number;
  readonly steps: number;
  readonly channels: number;
  /** Normalised, [rows, steps, channels], row-major. */
  readonly inputs: Float32Array;
  /** Class indices, one a row. */
  readonly labels: Int32Array | null;
  /** [rows], as in the table; inputs beyond a row's end are 0. */
  readonly lengths: Uint32Array | null;
  /** Normalised. */
  readonly targets: Targets | null;
  /** [rows · steps], class indices; −1 beyond a row's end. */
  readonly stepLabels: Int32Array | null;
  readonly groups: readonly string[] | null;
  /** [rows, steps]: the time each step covers, in steps of the training data; 1 beyond a row's end. All alike if null. */
  readonly intervals?: Float64Array | null;
  /** Intervals longer than this are taken in parts. */
  readonly longestStep?: number | undefined;
}

export const normalisations = ['none', 'standard', 'minmax'] as const;
export type Normalisation = (typeof normalisations)[number];

/** What was learnt from the training data alone, and is saved with the model: plain JSON. */
export interface Preprocessing {
  normalisation: Normalisation;
  /** 0: sequences of any length, which is what training data of different lengths ask for. */
  steps: number;
  channels: number;
  /** Per channel; x becomes (x − mean) / scale, whatever the normalisation takes for the two. */
  mean: number[];
  scale: number[];
  /** Class index to label as written. */
  classes: string[];
  /** What labels are the same; runs without it take numbers by their value. */
  labelsAre?: LabelKind | undefined;
  /** Where values were trained on in double precision before they were normalised. */
  precision?: 'float64' | undefined;
  /** Of the training data, raw units: the two values of salt-and-pepper noise. */
  minimum: number;
  maximum: number;
  /** Where the training data have numbers to predict; per entry, a target becomes (y − mean) / scale. */
  targets?: TargetScaling | null | undefined;
  /** Where classes weigh differently in the loss: one a class. */
  classWeights?: number[] | undefined;
  /** What a time step was; null where the data have no times, absent in runs that did not look at them. */
  time?: TimeScale | null | undefined;
  /** Per channel, raw units: what stands for a missing value, where those are filled by the mean. */
  fill?: number[] | null | undefined;
  /** Missing values stay missing: the model takes them as they are. */
  keepsMissing?: boolean | undefined;
}

export interface TargetScaling {
  width: number;
  per: 'row' | 'step';
  mean: number[];
  scale: number[];
}
