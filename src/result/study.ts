/** The versioned result of a study: everything a report shows, so that a report computes nothing. */

/** A measured figure with its uncertainty (a 95 % interval unless said otherwise). */
export interface Interval {
  value: number;
  low: number;
  high: number;
  standardError: number;
  /** Number of independent units (seeds) behind the interval. */
  count: number;
}

export interface EpochRecord {
  epoch: number;
  trainLoss: number;
  validationLoss: number;
  validationAccuracy: number;
  seconds: number;
}

export interface StudyModel {
  id: string;
  label: string;
  description: string;
  /** Flat, printable settings: model, units, noise, step, lr, optimiser… */
  settings: Record<string, string | number | boolean>;
  parameters: number;
}

export interface StudyRun {
  model: string;
  seed: number;
  seconds: number;
  bestEpoch: number;
  curve: EpochRecord[];
  test: { accuracy: number; loss: number; count: number };
  perturbations: { kind: string; strength: number; accuracies: number[] }[];
}

/** Accuracy of one model under one kind and strength of perturbation, over training seeds. `kind: 'clean'` has strength 0. */
export interface StudyPoint {
  model: string;
  kind: string;
  strength: number;
  accuracy: Interval;
}

/** Paired by training seed: accuracy(first) − accuracy(second). */
export interface StudyComparison {
  first: string;
  second: string;
  kind: string;
  strength: number;
  difference: Interval;
  verdict: 'first better' | 'second better' | 'inconclusive';
}

export interface StudyExample {
  trueLabel: string;
  clean: number[];
  /** By model id. */
  predictions: Record<string, { label: string; probability: number }>;
  perturbed: {
    kind: string;
    strength: number;
    values: number[];
    predictions: Record<string, { label: string; probability: number }>;
  }[];
}

export interface StudyResult {
  format: 'noisy-rnn/study';
  version: 1;
  name: string;
  title: string;
  question: string;
  /** The answer in a sentence, written from the numbers by the experiment. */
  answer: string;
  data: {
    name: string;
    description: string;
    steps: number;
    channels: number;
    classes: string[];
    train: number;
    validation: number;
    test: number;
  };
  models: StudyModel[];
  seeds: number[];
  perturbationSeeds: number[];
  runs: StudyRun[];
  points: StudyPoint[];
  comparisons: StudyComparison[];
  examples: StudyExample[];
  command: string;
  environment: Record<string, string | number | boolean>;
  seconds: number;
}
