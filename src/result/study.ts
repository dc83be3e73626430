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
}

export interface StudyModel {
  id: string;
  label: string;
  description: string;
  /** `regulariser`: a control that regularises otherwise; `dose`: another level of the noise; else `main`. */
  role: 'main' | 'regulariser' | 'dose';
  /** Flat, printable settings: model, units, noise, step, lr, optimiser… */
  settings: Record<string, string | number | boolean>;
  parameters: number;
}

export interface StudyRun {
  model: string;
  seed: number;
  seconds: number;
  bestEpoch: number;
  /** Rounded. */
  curve: EpochRecord[];
  /** Engine build that trained it; all of a run is of one build. */
  build: string;
  /** Engine build that scored it, where that is another. */
  scoredBy?: string;
  /** Of the epoch kept. */
  validation: { accuracy: number; loss: number };
  test: { accuracy: number; loss: number; count: number };
  perturbations: { kind: string; strength: number; accuracies: number[] }[];
  /** On the study's rows for attacks; strength 0 is the clean accuracy on the same rows. */
  attacks: { kind: string; strength: number; accuracy: number }[];
  /** By name; null where a model has no such figure. */
  measures: Record<string, number | null>;
  /** Of the first seed alone: what a figure draws. */
  profile?: StudyProfile;
}

/** Curves behind the measures, rounded. */
export interface StudyProfile {
  /** Density of the Hessian's eigenvalues. */
  hessian: { grid: number[]; density: number[] };
  /** Lyapunov exponents per step, descending. */
  exponents: number[];
  /** Standard errors of the exponents over sequences. */
  exponentErrors: number[];
  /** One a test sequence, normalised units; null where no attack succeeded, 0 when misclassified. */
  margins: { linearised: (number | null)[]; certified: (number | null)[] | null; attack: (number | null)[] };
}

/** What every run was scored on. */
export interface StudyProtocol {
  perturbations: { kind: string; strengths: number[] }[];
  perturbationSeeds: number;
  /** Of the first `seeds` training seeds. */
  attacks: { rows: number; of: { kind: string; strengths: number[] }[]; seeds: number } | null;
  /** Of the first `seeds` training seeds. */
  measures: { noise: string; trainingRows: number; testRows: number; seeds: number } | null;
  /** Where the study has them: of every training seed. */
  parallel?: { lengths: number[]; streams: number; most: number };
  streams?: { lengths: number[]; streams: number };
}

/** Settings chosen by validation accuracy, before the study and on other seeds. */
export interface StudySearch {
  id: string;
  label: string;
  rule: 'best' | 'strongest';
  /** Of rule `strongest`: the search whose choice is the bar, and how far below it counts as matched. */
  reference: { id: string; tolerance: number } | null;
  models: string[];
  seeds: number[];
  candidates: {
    label: string;
    /** What was tried, printable, so that a later sitting knows it again. */
    settings: Record<string, string | number | boolean>;
    builds: string[];
    accuracies: number[];
    /** Null where training diverged. */
    losses: (number | null)[];
  }[];
  chosen: string;
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
  /** Smallest true difference that such a comparison finds in 80 of 100 studies. */
  detectable: number;
  /** Of the claim that the first is more accurate. */
  verdict: Verdict;
}

/** A model's accuracy averaged over all perturbed conditions (attacks are apart), over training seeds. */
export interface StudyOverall {
  model: string;
  accuracy: Interval;
}

/** As `StudyComparison`, of the accuracies averaged over all perturbed conditions: what the answer rests on. */
export type StudyOverallComparison = Omit<StudyComparison, 'kind' | 'strength'>;

/** Whether the 95 % interval of a claimed difference lies above zero, below, or holds it. */
export type Verdict = 'supported' | 'contradicted' | 'inconclusive';

/** A measure of `analyze`, paired by training seed: measure(first) − measure(second). */
export interface StudyMeasureComparison {
  first: string;
  second: string;
  measure: string;
  difference: Interval;
}

/** A model of which some or all runs stay below the validation accuracy from which the study counts a network as trained. */
export interface UnderTrained {
  model: string;
  /** Runs below it. */
  runs: number;
  /** All its runs. */
  of: number;
}

/** One level of the noise: a quantity (`clean`, `perturbed`, or a measure) and its paired difference from level 0. */
export interface StudyDosePoint {
  quantity: string;
  level: number;
  value: Interval;
  /** From level 0; null at level 0. */
  difference: Interval | null;
}

/** Where a stronger attack left more accuracy than a weaker one, averaged over seeds. */
export interface AttackOrderViolation {
  model: string;
  strength: number;
  stronger: string;
  weaker: string;
  difference: number;
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

/** Sequences that are pictures, read row by row: how many pixels, and the values of black and white. */
export interface Picture {
  rows: number;
  columns: number;
  range: [number, number];
}

export interface StudyResult {
  format: 'noisy-rnn/study';
  version: 3;
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
    /** As the source of the data declares it; null where sequences are no pictures. */
    picture: Picture | null;
    classes: string[];
    train: number;
    validation: number;
    test: number;
  };
  models: StudyModel[];
  seeds: number[];
  /** How many seeds the study is meant to have. */
  plannedSeeds: number;
  perturbationSeeds: number[];
  protocol: StudyProtocol;
  searches: StudySearch[];
  runs: StudyRun[];
  points: StudyPoint[];
  overall: StudyOverall[];
  /** The pair of the question first. */
  overallComparisons: StudyOverallComparison[];
  comparisons: StudyComparison[];
  measureComparisons: StudyMeasureComparison[];
  dose: { label: string; levels: { level: number; model: string }[]; points: StudyDosePoint[] } | null;
  /** Null where the study says of no accuracy that a trained network reaches it. */
  underTrained: { below: number; models: UnderTrained[] } | null;
  attackOrder: { checked: number; violations: AttackOrderViolation[] };
  /** Runs by the engine build that trained them. */
  builds: Record<string, number>;
  examples: StudyExample[];
  command: string;
  /**
   * Versions, machine and engine of the sitting that put the result together. Runs may come from other sittings and builds:
   * `builds` counts them, and each run names its own.
   */
  assembledBy: Record<string, string | number | boolean>;
  seconds: number;
}
