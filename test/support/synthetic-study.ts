import type {
  EpochRecord,
  Interval,
  StudyExample,
  StudyModel,
  StudyProfile,
  StudyResult,
} from '../../src/result/study.js';

/** An irregular but repeatable number in [−1, 1]. */
function wobble(index: number): number {
  return Math.sin(12.9898 * (index + 1)) * Math.cos(78.233 * (index + 1));
}

const LEVEL: Record<string, number> = { noisy: 0.977, control: 0.972, elman: 0.941 };
const FRAGILITY: Record<string, number> = { noisy: 0.5, control: 0.95, elman: 1.3 };
const CONDITIONS = [
  { kind: 'clean', strength: 0 },
  ...[0.1, 0.2, 0.4].map((strength) => ({ kind: 'white', strength })),
  ...[0.03, 0.05, 0.1].map((strength) => ({ kind: 'salt-pepper', strength })),
];

function model(id: string, label: string, description: string, settings: StudyModel['settings']): StudyModel {
  return {
    id,
    label,
    description,
    role: 'main',
    settings: { units: 32, step: 0.1, ...settings, 'learning rate': 0.003 },
    parameters: 2242,
  };
}

function accuracyAt(id: string, kind: string, strength: number): number {
  const slope = kind === 'salt-pepper' ? 2.1 : 0.6;
  return (LEVEL[id] ?? 0.9) - (FRAGILITY[id] ?? 1) * slope * strength;
}

function interval(value: number, halfWidth: number, count: number): Interval {
  return { value, low: value - halfWidth, high: value + halfWidth, standardError: halfWidth / 4.3, count };
}

function curve(id: string, seed: number): EpochRecord[] {
  return Array.from({ length: 28 + seed }, (_, epoch) => {
    const validationLoss = 0.12 + 0.5 * Math.exp(-epoch / 6) * (FRAGILITY[id] ?? 1) + 0.012 * wobble(epoch + 31 * seed);
    const validationAccuracy = (LEVEL[id] ?? 0.9) - 0.35 * Math.exp(-epoch / 4) + 0.006 * wobble(epoch + 57 * seed);
    return { epoch, trainLoss: validationLoss * 0.9, validationLoss, validationAccuracy };
  });
}

function beat(shift: number): number[] {
  return Array.from({ length: 140 }, (_, step) => {
    const bump = (centre: number, width: number) => Math.exp(-(((step - centre) / width) ** 2));
    return -3.6 * bump(12 + shift, 5) + 1.6 * bump(60, 22) + 2.1 * bump(128 - shift, 6) + 0.05 * wobble(step);
  });
}

function example(trueLabel: string, otherLabel: string, shift: number): StudyExample {
  const clean = beat(shift);
  const sure = (label: string, probability: number) => ({ label, probability });
  return {
    trueLabel,
    clean,
    predictions: { noisy: sure(trueLabel, 0.9871), control: sure(trueLabel, 0.9912), elman: sure(trueLabel, 0.9307) },
    perturbed: [
      {
        kind: 'white',
        strength: 0.4,
        values: clean.map((value, step) => value + 0.8 * wobble(3 * step + shift)),
        predictions: {
          noisy: sure(trueLabel, 0.9411),
          control: sure(trueLabel, 0.6604),
          elman: sure(otherLabel, 0.7329),
        },
      },
      {
        kind: 'salt-pepper',
        strength: 0.1,
        values: clean.map((value, step) => (step % 11 === shift ? (step % 2 === 0 ? 4.1 : -4.9) : value)),
        predictions: {
          noisy: sure(trueLabel, 0.8816),
          control: sure(otherLabel, 0.5523),
          elman: sure(otherLabel, 0.8137),
        },
      },
    ],
  };
}

function profile(row: number): StudyProfile {
  const grid = Array.from({ length: 24 }, (_, index) => index / 4 - 1);
  return {
    hessian: { grid, density: grid.map((at) => Math.exp(-((at - row) ** 2))) },
    exponents: [-0.1, -0.2, -0.5 - row],
    exponentErrors: [0.01, 0.01, 0.02],
    margins: { linearised: [0.4, 0.7, 0], certified: row === 2 ? null : [0.1, 0.2, 0], attack: [0.3, null, 0] },
  };
}

/** A made-up result of the usual shape: three models, three seeds, two kinds of perturbation, beats of 140 steps. */
export function syntheticStudy(): StudyResult {
  const models = [
    model('noisy', 'noisy', 'Noisy recurrent network: additive and multiplicative noise in training.', {
      additive: 0.05,
      multiplicative: 0.02,
    }),
    model('control', 'control', 'The same cell trained without noise.', { additive: 0, multiplicative: 0 }),
    model('elman', 'elman', 'Plain tanh recurrence.', { bias: true }),
  ];
  const seeds = [1, 2, 3];
  const ids = models.map(({ id }) => id);
  return {
    format: 'noisy-rnn/study',
    version: 3,
    name: 'ecg',
    title: 'Does noise in the hidden state make a heartbeat classifier robust?',
    question:
      'Trained alike, does a recurrent network with a noisy state keep more of its accuracy on perturbed beats?',
    answer:
      'Yes under salt and pepper of 0.1: 0.872 against 0.773 without noise (three seeds); on clean beats the difference is inconclusive.',
    data: {
      name: 'ECG5000',
      description: 'Single heartbeats, normal against abnormal, 140 samples each.',
      steps: 140,
      channels: 1,
      picture: null,
      classes: ['normal', 'abnormal'],
      train: 450,
      validation: 50,
      test: 4500,
    },
    models,
    seeds,
    plannedSeeds: 3,
    underTrained: null,
    perturbationSeeds: [11, 12],
    protocol: {
      perturbations: [
        { kind: 'white', strengths: [0.1, 0.2, 0.4] },
        { kind: 'salt-pepper', strengths: [0.03, 0.05, 0.1] },
      ],
      perturbationSeeds: 2,
      attacks: null,
      measures: { noise: 'sde:add=0.1,mult=0.03', trainingRows: 64, testRows: 32, seeds: 3 },
    },
    searches: [
      {
        ...{ id: 'elman-rate', label: 'learning rate of elman', rule: 'best', reference: null, models: ['elman'] },
        seeds: [101, 102],
        candidates: [0.001, 0.002].map((lr) => ({
          ...{ label: `rate ${lr}`, settings: { lr }, builds: ['wasm-relaxed-12345678'] },
          ...{ accuracies: [0.9 + lr, 0.91], losses: [0.3, lr === 0.002 ? null : 0.31] },
        })),
        chosen: 'rate 0.002',
      },
    ],
    runs: ids.flatMap((id, row) =>
      seeds.map((seed) => ({
        model: id,
        seed,
        seconds: 71.4 + seed,
        bestEpoch: 20 + seed + row,
        curve: curve(id, seed),
        build: 'wasm-relaxed-12345678',
        validation: { accuracy: accuracyAt(id, 'clean', 0), loss: 0.12 },
        test: {
          accuracy: accuracyAt(id, 'clean', 0) + 0.002 * wobble(seed + 9 * row),
          loss: 0.1173 + 0.01 * row + 0.001 * seed,
          count: 4500,
        },
        perturbations: CONDITIONS.slice(1).map(({ kind, strength }) => ({
          kind,
          strength,
          accuracies: [accuracyAt(id, kind, strength), accuracyAt(id, kind, strength) + 0.001],
        })),
        attacks: [],
        measures: {
          regulariser: 12.5 + seed + row,
          exponent: -0.1 - 0.01 * seed,
          marginAttack: row === 2 ? null : 0.4,
        },
        ...(seed === 1 ? { profile: profile(row) } : {}),
      })),
    ),
    points: CONDITIONS.flatMap(({ kind, strength }) =>
      ids.map((id, row) => ({
        model: id,
        kind,
        strength,
        accuracy: interval(accuracyAt(id, kind, strength), 0.006 + 0.08 * strength * (row + 1), seeds.length),
      })),
    ),
    overall: ids.map((id, row) => ({
      model: id,
      accuracy: interval(accuracyAt(id, 'white', 0.2), 0.01 * (row + 1), 3),
    })),
    overallComparisons: ['control', 'elman'].map((second) => ({
      ...{ first: 'noisy', second, difference: interval(0.0417, 0.0121, seeds.length) },
      ...{ detectable: 0.0153, verdict: 'supported' as const },
    })),
    comparisons: ['control', 'elman'].flatMap((second) =>
      CONDITIONS.map(({ kind, strength }) => {
        const difference = interval(
          accuracyAt('noisy', kind, strength) - accuracyAt(second, kind, strength),
          0.0121,
          seeds.length,
        );
        const verdict = difference.low > 0 ? ('supported' as const) : ('inconclusive' as const);
        return { first: 'noisy', second, kind, strength, difference, detectable: 0.0153, verdict };
      }),
    ),
    measureComparisons: ['regulariser', 'exponent'].map((measure) => ({
      ...{ first: 'noisy', second: 'control', measure },
      difference: interval(-1.25, 0.5, seeds.length),
    })),
    dose: {
      label: 'noise level σ',
      levels: [
        { level: 0, model: 'control' },
        { level: 0.1, model: 'noisy' },
      ],
      points: ['clean', 'perturbed', 'regulariser', 'exponent'].flatMap((quantity, index) =>
        [0, 0.1].map((level) => ({
          ...{ quantity, level, value: interval(0.9 + index + level, 0.02, seeds.length) },
          difference: level === 0 ? null : interval(level, 0.03, seeds.length),
        })),
      ),
    },
    attackOrder: { checked: 0, violations: [] },
    builds: { 'wasm-relaxed-12345678': 9 },
    examples: [example('normal', 'abnormal', 2), example('abnormal', 'normal', 7)],
    command: 'noisy-rnn reproduce ecg --seeds 3 --out results/ecg --threads 2 --config studies/ecg-with-noise.yaml',
    assembledBy: {
      'noisy-rnn': '0.1.0',
      node: '20.20.2',
      platform: 'linux x64',
      engine: 'wasm',
      threads: 2,
      'relaxed SIMD': true,
    },
    seconds: 672.8,
  };
}
