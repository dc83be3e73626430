/** Each task from a file to predictions, on problems whose answers are known. Seeds are fixed, so nothing fails by chance. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.js';
import { autoregression, autoregressive, delayedSigns, imbalanced, loads } from './task-data.js';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const quick = [
  '--model',
  'gru',
  '--batch-size',
  '16',
  '--threads',
  '1',
  '--split',
  'fraction:validation=0.15,test=0.25',
];

async function json(...args: string[]) {
  const { code, stdout, stderr } = await runCli(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

const train = (name: string, ...args: string[]) =>
  json('train', '--data', at(`${name}.csv`), ...quick, '--out', at(name), ...args);

beforeAll(() => {
  writeFileSync(at('ar.csv'), autoregressive(120, 40, 1));
  writeFileSync(at('signs.csv'), delayedSigns(160, 2));
  writeFileSync(at('rare.csv'), imbalanced(1000, 3));
  writeFileSync(at('loads.csv'), loads(300, 4));
  writeFileSync(at('unanswered.csv'), loads(5, 5, false));
});

describe('forecast', () => {
  beforeAll(async () => {
    const result = await train(
      'ar',
      '--task',
      'forecast:horizon=1,steps=3',
      '--readout',
      'every',
      '--missing',
      'end',
      '--units',
      '8',
      '--epochs',
      '12',
      '--lr',
      '0.02',
    );
    expect(result.validation.accuracy).toBeNull();
    expect(result.test.metrics.meanSquaredError.value).toBeGreaterThan(0);
  });

  it('comes to the variance of the innovations, at each horizon', async () => {
    const { horizons, metrics, clean, task } = await json('evaluate', at('ar'));
    expect(task).toBe('forecast:horizon=1,steps=3');
    expect(clean.accuracy).toBeNull();
    expect(Object.keys(metrics)).toEqual(['meanSquaredError', 'meanAbsoluteError', 'rSquared']);
    let [best, share] = [0, 1];
    for (const { horizon, metrics: own } of horizons) {
      best += share;
      share *= autoregression ** 2;
      const { value, standardError } = own.meanSquaredError;
      expect(value, `${horizon} ahead`).toBeGreaterThan(best - 4 * standardError);
      expect(value, `${horizon} ahead`).toBeLessThan(1.15 * best);
    }
    expect(horizons.map(({ horizon }: { horizon: number }) => horizon)).toEqual([1, 2, 3]);
  });

  it('goes on from the end of series of any length, in raw units', async () => {
    writeFileSync(at('two.csv'), 'x_1,x_2,x_3,x_4,x_5\n10,10,11,11,12\n9,9,8,,\n');
    const { values, horizons } = await json('predict', at('ar'), '--input', at('two.csv'));
    expect(horizons).toEqual([1, 2, 3]);
    // 10 + 0.8 · 2 and 10 − 0.8 · 2, within half a unit.
    expect(values[0][0]).toBeCloseTo(11.6, 0);
    expect(values[1][0]).toBeCloseTo(8.4, 0);
  });

  it('predicts as a table', async () => {
    const { stdout } = await runCli('predict', at('ar'), '--input', at('ar.csv'), '--format', 'csv');
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toBe('row,horizon,value');
    expect(lines.length).toBe(1 + 3 * 120);
    expect(lines[3]).toMatch(/^1,3,\d+\.\d+$/);
  });

  it('has an analysis, but no margins', async () => {
    const result = await json('analyze', at('ar'), '--hessian', '--margins', '--rows', '4');
    expect(result.hessian.trace.value).toBeGreaterThan(0);
    expect(result.missing.margins.reason).toContain('predicts values');
  });
});

describe('label', () => {
  it('learns a label for each step of rows of different lengths, some missing', async () => {
    const result = await train('signs', '--task', 'label', '--units', '8', '--epochs', '20', '--lr', '0.02');
    expect(result.test.metrics.accuracy.value).toBeGreaterThan(0.9);
    const { clean, confusion, perturbations } = await json('evaluate', at('signs'), '--perturb', 'white=0,3');
    expect(confusion.classes).toEqual(['down', 'up']);
    const counts: number[] = confusion.counts.flat();
    expect((counts[0]! + counts[3]!) / counts.reduce((sum, count) => sum + count, 0)).toBeCloseTo(clean.accuracy, 12);
    expect(perturbations[0].accuracy).toBe(clean.accuracy);
    expect(perturbations[1].accuracy).toBeLessThan(clean.accuracy - 0.1);
  });

  it('predicts every step of each row, as a table too', async () => {
    writeFileSync(at('steps.csv'), 'id,time,x\na,1,2\na,2,-2\na,3,2\nb,1,-1\nb,2,1\n');
    const { steps, labels } = await json('predict', at('signs'), '--input', at('steps.csv'));
    expect(steps.map((own: { labels: string[] }) => own.labels.slice(1))).toEqual([['up', 'down'], ['down']]);
    expect(labels).toEqual(['down', 'down']);
    const { stdout } = await runCli('predict', at('signs'), '--input', at('steps.csv'), '--format', 'csv');
    expect(stdout).toMatch(/^row,id,step,label,p_down,p_up\n1,a,1,\w+,[\d.e-]+,[\d.e-]+\n1,a,2,up,/);
  });
});

describe('classify', () => {
  it('class weights raise macro-F1 where one class is rare', async () => {
    const settings = ['--units', '6', '--epochs', '12', '--selection', 'loss'];
    const plain = await train('rare', ...settings);
    const weighted = await json(
      'train',
      '--data',
      at('rare.csv'),
      ...quick,
      ...settings,
      '--class-weights',
      'balanced',
      '--out',
      at('weighted'),
    );
    const macroF1 = (result: { test: { metrics: { macroF1: { value: number } } } }) =>
      result.test.metrics.macroF1.value;
    expect(macroF1(weighted)).toBeGreaterThan(macroF1(plain) + 0.05);
    // The weights were learnt from the training data, so they are kept with the run: the loss is the same again.
    const again = await json('evaluate', at('weighted'));
    expect(again.clean.loss).toBeCloseTo(weighted.test.loss, 5);
  });

  it('is calibrated by the temperature kept in the run', async () => {
    const [raw, calibrated] = [await json('evaluate', at('rare')), await json('evaluate', at('rare'), '--calibrated')];
    const { temperature } = JSON.parse(readFileSync(at('rare', 'result.json'), 'utf8'));
    expect(raw.calibration).toEqual({ bins: 15, temperature: 1 });
    expect(calibrated.calibration).toEqual({ bins: 15, temperature: temperature.temperature });
    expect(calibrated.metrics.accuracy).toEqual(raw.metrics.accuracy);
    expect(calibrated.metrics.brierScore.value).not.toBe(raw.metrics.brierScore.value);
    const of = async (...args: string[]) => json('predict', at('rare'), '--input', at('rare.csv'), ...args);
    const [plain, scaled] = [await of(), await of('--calibrated')];
    const odds = ([p, q]: number[]) => Math.log(p! / q!);
    expect(odds(scaled.probabilities[0])).toBeCloseTo(odds(plain.probabilities[0]) / temperature.temperature, 5);
    expect(scaled.labels).toEqual(plain.labels);
  });

  it('keeps the metrics of every epoch, and selects by the one named', async () => {
    await json(
      'train',
      '--data',
      at('rare.csv'),
      ...quick,
      '--units',
      '4',
      '--epochs',
      '4',
      '--selection',
      'macroF1',
      '--class-weights',
      '1,9',
      '--out',
      at('selected'),
    );
    const epochs = readFileSync(at('selected', 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { bestEpoch, validation } = JSON.parse(readFileSync(at('selected', 'result.json'), 'utf8'));
    const found = epochs.map(({ validationMetrics }) => validationMetrics.macroF1);
    expect(found[bestEpoch - 1]).toBe(Math.max(...found));
    expect(validation.metrics.macroF1).toBe(found[bestEpoch - 1]);
  });

  it('reads a run from before there were tasks', async () => {
    const config = at('rare', 'config.yaml');
    const text = readFileSync(config, 'utf8');
    const before = await json('evaluate', at('rare'));
    writeFileSync(config, text.replace(/^ *(task|loss|classWeights|temperature): .*\n/gm, ''));
    expect(await json('evaluate', at('rare'))).toEqual(before);
    expect((await runCli('evaluate', at('rare'), '--calibrated')).stderr).toContain('has no temperature');
    writeFileSync(config, text);
  });
});

describe('regress', () => {
  const settings = [
    '--task',
    'regress',
    '--target-columns',
    'load',
    '--missing',
    'end',
    '--units',
    '12',
    '--lr',
    '0.02',
  ];

  it.each(['mse', 'huber:delta=1'])(
    'learns numbers of rows of different lengths in raw units, with the loss %s',
    async (loss) => {
      const out = at(`loads-${loss.slice(0, 3)}`);
      const result = await json(
        'train',
        '--data',
        at('loads.csv'),
        ...quick,
        ...settings,
        '--loss',
        loss,
        '--epochs',
        '25',
        '--out',
        out,
      );
      // The target's standard deviation is 50/√3 = 29.
      expect(result.test.metrics.rSquared.value).toBeGreaterThan(0.9);
      expect(result.test.metrics.meanAbsoluteError.value).toBeLessThan(8);
      expect(result.temperature).toBeNull();
      const card = readFileSync(join(out, 'README.md'), 'utf8');
      expect(card).toContain('const { values } = await model.predict(series)');
      expect(card).toMatch(/\| meanSquaredError \| [\d.]+ \[/);
    },
  );

  it('predicts what has no answers, each row as it is alone', async () => {
    const text = readFileSync(at('unanswered.csv'), 'utf8').trim().split('\n');
    const { values, labels } = await json('predict', at('loads-mse'), '--input', at('unanswered.csv'));
    expect(labels).toEqual([]);
    const { stdout } = await runCli('predict', at('loads-mse'), '--input', at('unanswered.csv'), '--format', 'csv');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(',').length),
    ).toEqual([2, 2, 2, 2, 2, 2]);
    for (const [row, line] of text.slice(1).entries()) {
      const own = line.split(',').filter((value) => value !== '');
      writeFileSync(at('alone.csv'), `${own.map((_, step) => `x_${step + 1}`).join(',')}\n${own.join(',')}\n`);
      const alone = await json('predict', at('loads-mse'), '--input', at('alone.csv'));
      expect(alone.values[0][0]).toBe(values[row][0]);
    }
  });
});

describe('what does not go together', () => {
  it.each<[string, () => string[], RegExp | string]>([
    ['an unknown task', () => ['--task', 'clasify'], 'did you mean "classify"'],
    ['an unknown key', () => ['--task', 'forecast:ahead=2'], /unknown key of task "forecast" "ahead"/],
    ['classes where there are none', () => ['--data', at('ar.csv')], 'task classify needs a label for each row'],
    ['step labels where there is one a row', () => ['--task', 'label', '--data', at('rare.csv')], 'one a row'],
    ['numbers where there are none', () => ['--task', 'regress', '--data', at('rare.csv')], '--target-columns'],
    ['one class where each step has its own', () => ['--data', at('signs.csv')], '--task label'],
    [
      'a forecast beyond the series',
      () => ['--task', 'forecast:horizon=40', '--data', at('ar.csv')],
      'predict less far',
    ],
    ['a loss of values for classes', () => ['--loss', 'mse'], 'cannot be trained on the loss mse'],
    [
      'a loss of classes for values',
      () => ['--task', 'regress', '--loss', 'cross-entropy'],
      'expected mse, mae, huber',
    ],
    [
      'class weights without classes',
      () => ['--task', 'regress', '--class-weights', 'balanced'],
      'no classes to weigh',
    ],
    [
      'class weights of another number',
      () => ['--data', at('rare.csv'), '--class-weights', '1,2,3'],
      'there are 2 classes',
    ],
    ['a metric of classes for values', () => ['--task', 'regress', '--selection', 'macroF1'], 'has no macroF1'],
    ['step labels read once', () => ['--task', 'label', '--readout', 'last'], 'leave out --readout last'],
    ['a look at what is to be forecast', () => ['--task', 'forecast', '--bidirectional'], 'bidirectional'],
  ])('training: %s', async (_, args, message) => {
    const { code, stderr, stdout } = await runCli('train', '--out', at('new'), '--epochs', '1', ...args());
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
  });

  it.each<[string, () => string[], string]>([
    ['a perturbation study of a forecast', () => [at('ar'), '--perturb', 'white=1'], 'predicts values: there are none'],
    ['an attack on numbers', () => [at('loads-mse'), '--attack', 'pgd=1'], 'one class of a row'],
    ['an attack on step labels', () => [at('signs'), '--attack', 'pgd=1'], 'one class of a row'],
    ['calibrated numbers', () => [at('loads-mse'), '--calibrated'], 'has no temperature'],
  ])('evaluation: %s', async (_, args, message) => {
    const { code, stderr } = await runCli('evaluate', ...args());
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
