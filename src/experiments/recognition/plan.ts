/**
 * The plan of the study `recognition`, written before its results: what is claimed, on which data, how it is measured and
 * what would contradict it. Claims a, b and c are those of the abstract of Bitzer & Kiebel (2012), whose experiments could
 * not be read; d is ours.
 */
export interface Claim {
  readonly id: 'a' | 'b' | 'c' | 'd';
  readonly says: string;
  /** What the interval is of; the claim is supported if all of it lies above 0, contradicted if all lies below. */
  readonly measure: string;
}

export interface RecognitionPlan {
  readonly seeds: number;
  readonly confidence: number;
  readonly conditions: readonly { readonly id: ConditionId; readonly says: string }[];
  readonly claims: readonly Claim[];
  readonly data: Readonly<Record<DataId, DataPlan>>;
}

export type ConditionId = 'clean' | 'start' | 'noise' | 'hidden' | 'gaps';
export type DataId = 'limit-cycles' | 'walking' | 'ecg5000';

export interface DataPlan {
  readonly says: string;
  readonly classes: number;
  /** Rows of each class to train on, and to test on. */
  readonly train: number;
  readonly test: number;
  /** Units of each generator, and of the classifier, which has no fewer parameters than all generators together. */
  readonly units: number;
  readonly classifierUnits: number;
  readonly delta: number;
  readonly epochs: number;
}

export const plan: RecognitionPlan = {
  seeds: 10,
  confidence: 0.95,
  conditions: [
    { id: 'clean', says: 'as the training data' },
    {
      id: 'start',
      says: 'the hidden state starts displaced in a random direction, by 2 on average (states have norms of about 1)',
    },
    { id: 'noise', says: 'white noise of one standard deviation of the channel on every value' },
    { id: 'hidden', says: 'half of the channels, drawn for each row, are never seen (not where there is one channel)' },
    { id: 'gaps', says: 'a third of the steps is missing, in blocks of five' },
  ],
  claims: [
    {
      id: 'a',
      says: 'decoding is fast: the generators are sure of the right class sooner than the streaming classifier',
      measure: 'share of the series until the posterior of the right class reaches 0.95, classifier minus generators',
    },
    {
      id: 'b',
      says: 'decoding is robust to the initial state: a displaced start costs the generators less accuracy than the classifier',
      measure: 'accuracy lost by the displaced start, classifier minus generators',
    },
    {
      id: 'c',
      says: 'decoding is robust to noise: generators are more accurate than the classifier on noisy and incomplete series',
      measure: 'accuracy averaged over noise, hidden channels and gaps, generators minus classifier',
    },
    {
      id: 'd',
      says: 'generators trained under noise recognise better than generators trained without',
      measure: 'accuracy averaged over noise, hidden channels and gaps, trained under noise minus trained without',
    },
  ],
  data: {
    'limit-cycles': {
      says: 'van der Pol oscillators, μ = 0.2, 1.5 and 4, about 25 steps a cycle, seen through four channels; phase, speed and noise vary',
      ...{ classes: 3, train: 16, test: 30, units: 6, classifierUnits: 12, delta: 0.3, epochs: 30 },
    },
    walking: {
      says: 'six joint angles of two legs as coupled Fourier series: walk, fast walk, run, limp; phase, speed, stride and noise vary',
      ...{ classes: 4, train: 12, test: 24, units: 6, classifierUnits: 14, delta: 0.3, epochs: 30 },
    },
    ecg5000: {
      says: 'heartbeats of ECG5000, normal against abnormal, 140 steps of one channel',
      ...{ classes: 2, train: 40, test: 100, units: 6, classifierUnits: 10, delta: 0.3, epochs: 20 },
    },
  },
};
