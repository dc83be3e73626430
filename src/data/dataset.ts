/** Labelled sequences as they are read from files, and as a model takes them. */

/** Sequences in raw units, as read; nothing normalised. */
export interface SequenceTable {
  /** What error messages call it: usually the file's path. */
  readonly name: string;
  readonly rows: number;
  readonly steps: number;
  readonly channels: number;
  /** [rows, steps, channels], row-major. */
  readonly values: Float32Array;
  /** As written in the file, one a row; null when the file has none. */
  readonly labels: readonly string[] | null;
  /** The labels are class indices already: the classes are 0…largest, whether or not each occurs. */
  readonly indexLabels?: boolean;
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
}

export const normalisations = ['none', 'standard'] as const;
export type Normalisation = (typeof normalisations)[number];

/** What was learnt from the training data alone, and is saved with the model: plain JSON. */
export interface Preprocessing {
  normalisation: Normalisation;
  steps: number;
  channels: number;
  /** Per channel; x becomes (x − mean) / scale. */
  mean: number[];
  scale: number[];
  /** Class index to label as written. */
  classes: string[];
  /** Of the training data, raw units: the two values of salt-and-pepper noise. */
  minimum: number;
  maximum: number;
}
