import { describe, expect, it } from 'vitest';
import type { StudyRun } from '../result/study.js';
import { composeAnswer } from './answer.js';
import { comparisonsOf, overallComparisonsOf, pairsOf, pointsOf, underTrainedOf } from './assemble.js';
import type { Study } from './study.js';

const plan = (id: string, label: string) => ({ id, label, description: '', settings: {} });

const study: Pick<Study, 'models' | 'perturbations' | 'primary' | 'others' | 'seeds' | 'trainedFrom'> = {
  seeds: 3,
  models: [plan('noisy', 'Noisy RNN'), plan('control', 'Noise off'), plan('elman', 'Elman RNN')],
  perturbations: [
    { kind: 'white', strengths: [0.1, 0.2] },
    { kind: 'salt-pepper', strengths: [0.05] },
  ],
  primary: {
    first: 'noisy',
    second: 'control',
    better: 'Noise helped',
    worse: 'Noise hurt',
    unclear: 'Cannot be told',
  },
  others: [{ first: 'noisy', second: 'elman' }],
};

/** Accuracies of a model by seed: clean as given, and `drop` less under every perturbation, by ± 1 % between its seeds. */
function runs(model: string, clean: readonly number[], drop: number): StudyRun[] {
  return clean.map((accuracy, index) => ({
    model,
    seed: index + 1,
    seconds: 1,
    bestEpoch: 1,
    curve: [],
    build: 'reference',
    validation: { accuracy, loss: 0.1 },
    attacks: [],
    measures: {},
    test: { accuracy, loss: 0.1, count: 100 },
    perturbations: study.perturbations.flatMap(({ kind, strengths }) =>
      strengths.map((strength) => ({
        kind,
        strength,
        accuracies: [accuracy - drop - 0.01, accuracy - drop + 0.01],
      })),
    ),
  }));
}

function answerOf(own: typeof study, all: readonly StudyRun[], seeds = 3): string {
  const overall = overallComparisonsOf(own, pairsOf(own), all);
  const underTrained = underTrainedOf(own, all);
  return composeAnswer(own, { overall, comparisons: comparisonsOf(own, all), underTrained, seeds });
}

function answerFor(noisyDrop: number, controlDrop: number, control: readonly number[]): string {
  const all = [
    ...runs('noisy', [0.95, 0.96, 0.97], noisyDrop),
    ...runs('control', control, controlDrop),
    ...runs('elman', [0.8, 0.81, 0.82], 0.1),
  ];
  return answerOf(study, all);
}

describe('composeAnswer', () => {
  it('says that the first model is better, by how much, and what of the rest', () => {
    expect(answerFor(0.1, 0.2, [0.951, 0.96, 0.971])).toBe(
      'Noise helped: the test accuracy of “Noisy RNN” minus that of “Noise off”, averaged over the 3 kinds and strengths ' +
        'of perturbation, is +9.9 percentage points (95 % interval +9.8 to +10.1, paired by 3 training seeds). On clean ' +
        'input it is −0.1 (−0.2 to +0.1): inconclusive. Other differences, averaged likewise: “Noisy RNN” − “Elman RNN” ' +
        '+15.0 (+15.0 to +15.0). Taken one by one, the interval lies above zero in 3 and below zero in 0 of the first pair’s ' +
        '4 conditions (clean and attacks included); the 8 single comparisons are not corrected for their number, and where ' +
        'nothing differs about one in twenty would still exclude zero.',
    );
  });

  it('says that it is worse', () => {
    const answer = answerFor(0.2, 0.1, [0.951, 0.96, 0.971]);
    expect(answer).toMatch(/^Noise hurt: .* is −10\.1 percentage points/);
    expect(answer).toContain('above zero in 0 and below zero in 3 of');
  });

  it('says that it cannot be told', () => {
    const answer = answerFor(0.1, 0.1, [0.9, 0.96, 0.99]);
    expect(answer).toMatch(/^Cannot be told: .*is \+1\.0 percentage points \(95 % interval −\d+\.\d to \+\d+\.\d/);
    expect(answer).toContain('More training seeds (--seeds) narrow');
    expect(answer).toContain('above zero in 0 and below zero in 0 of');
  });

  it('says how many seeds of those planned there are, and what could have been found', () => {
    const all = [...runs('noisy', [0.9, 0.96], 0.1), ...runs('control', [0.91, 0.95], 0.1)];
    const models = study.models.slice(0, 2);
    const answer = answerOf({ ...study, models }, all, 2);
    expect(answer).toContain('From 2 of the 3 seeds that are planned.');
    expect(answer).toMatch(/A true difference of \d+\.\d points would have been found in 80 of 100 such studies/);
    expect(answer).not.toContain('Elman');
  });

  it('says so where the pair of the question was not run', () => {
    const models = study.models.slice(0, 1);
    const all = runs('noisy', [0.9, 0.96, 0.95], 0.1);
    const answer = answerOf({ ...study, models }, all);
    expect(answer).toBe('The two models of the question were not both run.');
  });

  it('names the models that did not learn the task, where the study says what that takes', () => {
    const all = [
      ...runs('noisy', [0.95, 0.96], 0.1),
      ...runs('control', [0.94, 0.96], 0.1),
      ...runs('elman', [0.8, 0.9], 0.1),
    ];
    expect(answerOf({ ...study, trainedFrom: 0.95 }, all, 2)).toContain(
      ' Under-trained, with a validation accuracy that stays below 0.95: “Noise off” (1 of 2 runs), “Elman RNN” (2 of 2 runs). ',
    );
    for (const trainedFrom of [0.8, undefined])
      expect(answerOf({ ...study, ...(trainedFrom && { trainedFrom }) }, all, 2)).not.toContain('Under-trained');
  });

  it('does not speak of the training of levels that only a figure shows', () => {
    const all = ['noisy', 'control', 'elman'].flatMap((model) => runs(model, [model === 'elman' ? 0.5 : 0.96], 0.1));
    const models = study.models.map((model) => (model.id === 'elman' ? { ...model, role: 'dose' as const } : model));
    expect(underTrainedOf({ models, trainedFrom: 0.95 }, all)?.models).toEqual([{ model: 'elman', runs: 1, of: 1 }]);
    expect(answerOf({ ...study, models, trainedFrom: 0.95 }, all)).not.toContain('Under-trained');
  });

  it('has no interval from one seed', () => {
    const all = ['noisy', 'control', 'elman'].flatMap((model) => runs(model, [0.9], 0.1));
    const answer = answerOf(study, all);
    expect(answer).toMatch(/^Cannot be told: .*no interval: it takes two training seeds/);
    expect(answer).not.toContain('one by one');
  });
});

describe('assembling', () => {
  const all = [...runs('noisy', [0.9, 0.8], 0.1), ...runs('control', [0.8, 0.8], 0), ...runs('elman', [0.5, 0.5], 0)];

  it('gives every model a point under every condition, averaged over perturbation seeds', () => {
    const points = pointsOf(study, all);
    expect(points).toHaveLength(3 * 4);
    const noisy = points.filter(({ model }) => model === 'noisy').map(({ accuracy }) => accuracy.value);
    expect(noisy[0]).toBeCloseTo(0.85, 12);
    expect(noisy[1]).toBeCloseTo(0.75, 12);
  });

  it('pairs by seed, in whatever order the runs come', () => {
    const forward = comparisonsOf(study, all);
    expect(comparisonsOf(study, all.toReversed())).toEqual(forward);
    const fewer = all.filter(({ model, seed }) => model !== 'control' || seed === 1);
    expect(comparisonsOf(study, fewer)[0]!.difference).toMatchObject({ value: expect.closeTo(0.1, 12), count: 1 });
    expect(forward).toHaveLength(2 * 4);
    expect(forward[0]).toMatchObject({ first: 'noisy', second: 'control', kind: 'clean', verdict: 'inconclusive' });
    expect(forward[0]!.difference.value).toBeCloseTo(0.05, 12);
  });
});
