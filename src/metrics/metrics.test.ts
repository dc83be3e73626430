/** Known answers: the examples of scikit-learn's documentation, and small ones worked by hand. */
import { describe, expect, it } from 'vitest';
import { createGenerator } from '../random/index.js';
import {
  accuracy,
  auroc,
  balancedAccuracy,
  brierScore,
  type ClassPredictions,
  classMetrics,
  columnsOf,
  confusionMatrix,
  expectedCalibrationError,
  fitTemperature,
  type Metric,
  type MetricEstimate,
  macroF1,
  meanAbsoluteError,
  meanSquaredError,
  negativeLogLikelihood,
  rSquared,
  type ValuePredictions,
  valueMetrics,
  wilsonInterval,
} from './index.js';

const everyRow = (count: number) => Uint32Array.from({ length: count }, (_, row) => row);

/** From probabilities, one list a readout. */
function probable(labels: readonly number[], probabilities: readonly (readonly number[])[]): ClassPredictions {
  return {
    classes: probabilities[0]!.length,
    logits: Float64Array.from(probabilities.flat(), Math.log),
    labels: Int32Array.from(labels),
    rows: everyRow(labels.length),
  };
}

/** From answers alone. */
function answered(labels: readonly number[], answers: readonly number[], classes: number): ClassPredictions {
  const one = (answer: number) => Array.from({ length: classes }, (_, k) => (k === answer ? 0.9 : 0.1));
  return probable(labels, answers.map(one));
}

const binary = (labels: readonly number[], scores: readonly number[]) =>
  probable(
    labels,
    scores.map((p) => [1 - p, p]),
  );

function values(targets: readonly (readonly number[])[], predicted: readonly (readonly number[])[]): ValuePredictions {
  return {
    width: targets[0]!.length,
    targets: Float64Array.from(targets.flat()),
    predicted: Float64Array.from(predicted.flat()),
    rows: everyRow(targets.length),
  };
}

const estimateOf = <Of>(metric: Metric<Of>, of: Of): MetricEstimate => {
  const figure = metric.estimate(of);
  if (figure.value === null) throw new Error(figure.reason);
  return figure;
};

describe('the examples of scikit-learn', () => {
  it.each<[string, number, number]>([
    ['f1_score macro', macroF1.value(answered([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], 3)), 4 / 15],
    ['balanced_accuracy_score', balancedAccuracy.value(answered([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1], 2)), 0.625],
    ['accuracy_score', accuracy.value(answered([0, 1, 2, 3], [0, 2, 1, 3], 4)), 0.5],
    ['roc_auc_score', auroc.value(binary([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])), 0.75],
    ['brier_score_loss', brierScore.value(binary([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3])) / 2, 0.0375],
    ['log_loss', negativeLogLikelihood.value(binary([1, 0, 0, 1], [0.9, 0.1, 0.2, 0.65])), 0.21616187468057912],
    ['mean_squared_error', meanSquaredError.value(values([[3], [-0.5], [2], [7]], [[2.5], [0], [2], [8]])), 0.375],
    ['mean_absolute_error', meanAbsoluteError.value(values([[3], [-0.5], [2], [7]], [[2.5], [0], [2], [8]])), 0.5],
    ['r2_score', rSquared.value(values([[3], [-0.5], [2], [7]], [[2.5], [0], [2], [8]])), 0.9486081370449679],
  ])('%s', (_, found, expected) => expect(found).toBeCloseTo(expected, 12));

  it('of several outputs', () => {
    const of = values(
      [
        [0.5, 1],
        [-1, 1],
        [7, -6],
      ],
      [
        [0, 2],
        [-1, 2],
        [8, -5],
      ],
    );
    expect(meanSquaredError.value(of)).toBeCloseTo(0.7083333333333334, 12);
    expect(meanAbsoluteError.value(of)).toBeCloseTo(0.75, 12);
    expect([rSquared.value(columnsOf(of, 0, 1)), rSquared.value(columnsOf(of, 1, 2))].map((r) => r.toFixed(3))).toEqual(
      ['0.965', '0.908'],
    );
    expect(rSquared.value(of)).toBeCloseTo((1 - 1.25 / (217 / 6) + (1 - 3 / (98 / 3))) / 2, 12);
  });

  it('confusion_matrix', () => {
    expect(confusionMatrix(answered([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2], 3))).toEqual([
      [2, 0, 0],
      [0, 0, 1],
      [1, 0, 2],
    ]);
  });
});

describe('accuracy', () => {
  it("has Wilson's interval where rows are independent", () => {
    const found = estimateOf(accuracy, answered([0, 0, 1, 1, 1, 0, 1, 0, 0, 1], [0, 0, 1, 0, 1, 0, 1, 0, 1, 1], 2));
    const { low, high } = wilsonInterval(0.8, 10);
    expect([found.low, found.high]).toEqual([expect.closeTo(low, 12), expect.closeTo(high, 12)]);
    expect(found).toMatchObject({ value: 0.8, count: 10, standardError: expect.closeTo(Math.sqrt(0.016), 12) });
  });

  it('takes steps of one row that are right together for one trial', () => {
    const row = answered([0, 1, 0, 1, 1], [0, 1, 1, 1, 0], 2);
    const twice = (of: ClassPredictions): ClassPredictions => ({
      ...of,
      labels: Int32Array.from([...of.labels].flatMap((label) => [label, label])),
      logits: Float64Array.from(
        [...of.labels.keys()].flatMap((at) => {
          const own = [...of.logits.subarray(2 * at, 2 * at + 2)];
          return [...own, ...own];
        }),
      ),
      rows: Uint32Array.from([...of.rows].flatMap((own) => [own, own])),
    });
    for (const metric of [accuracy, macroF1, negativeLogLikelihood]) {
      const [once, doubled] = [estimateOf(metric, row), estimateOf(metric, twice(row))];
      for (const key of ['value', 'low', 'high', 'standardError', 'count'] as const)
        expect(doubled[key], `${metric.name} ${key}`).toBeCloseTo(once[key], 12);
    }
  });
});

describe('area under the ROC curve', () => {
  it('counts ties half', () => expect(auroc.value(binary([0, 1, 1, 0], [0.5, 0.5, 0.9, 0.1]))).toBe(3.5 / 4));

  it("has DeLong's variance", () => {
    // V10 = 1/2, 1 and V01 = 1, 1/2: both of variance 1/8, and 1/8/2 + 1/8/2 = 1/8.
    const found = estimateOf(auroc, binary([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]));
    expect(found.standardError).toBeCloseTo(Math.sqrt(1 / 8), 12);
    expect([found.low, found.high]).toEqual([expect.closeTo(0.75 - 1.959964 * Math.sqrt(1 / 8), 6), 1]);
  });

  it('of three classes is the mean of each against the rest', () => {
    const generator = createGenerator(1, 'auroc');
    const labels = Array.from({ length: 60 }, () => generator.integer(3));
    const logits = labels.map((label) => [0, 1, 2].map((k) => generator.normal() + (k === label ? 1 : 0)));
    const of = probable(
      labels,
      logits.map((own) => own.map(Math.exp)),
    );
    const pairs = [0, 1, 2].map((k) => {
      const odds = logits.map(
        (own) => own[k]! - Math.log(own.reduce((sum, z, j) => sum + (j === k ? 0 : Math.exp(z)), 0)),
      );
      let [above, count] = [0, 0];
      for (const [i, a] of odds.entries())
        for (const [j, b] of odds.entries())
          if (labels[i] === k && labels[j] !== k) {
            above += a > b ? 1 : a === b ? 0.5 : 0;
            count += 1;
          }
      return above / count;
    });
    expect(auroc.value(of)).toBeCloseTo((pairs[0]! + pairs[1]! + pairs[2]!) / 3, 12);
  });

  it('does not tie answers whose probability has rounded to one', () => {
    const of = { classes: 2, labels: Int32Array.of(0, 1), rows: everyRow(2), logits: Float64Array.of(0, 60, 0, 61) };
    expect(auroc.value(of)).toBe(1);
  });

  it('is missing where there is one class', () =>
    expect(auroc.estimate(binary([1, 1], [0.2, 0.3]))).toMatchObject({ value: null, reason: /two/ }));

  it('ends, and says so, where outputs are not numbers; they are never right', () => {
    const of = binary([0, 1, 0], [0.2, Number.NaN, 0.3]);
    expect(auroc.estimate(of)).toMatchObject({
      value: null,
      reason: '1 of 3 outputs are not numbers and have no rank',
    });
    expect(accuracy.value(binary([0, 0], [Number.NaN, Number.NaN]))).toBe(0);
  });
});

describe('calibration', () => {
  it('sorts confidences into fifteen bins, the upper edge included', () => {
    // 0.9 and 0.92 fall into (13/15, 14/15], 0.6 into (8/15, 9/15].
    const of = binary([1, 0, 1, 0], [0.9, 0.92, 0.6, 0.4]);
    expect(expectedCalibrationError.value(of)).toBeCloseTo((Math.abs(1 - 0.9 - 0.92) + Math.abs(2 - 1.2)) / 4, 12);
  });

  it('temperature: minimises the negative log likelihood, and finds that of labels drawn from softmax(z / 2)', () => {
    const generator = createGenerator(3, 'temperature');
    const logits = new Float64Array(12000).map(() => 3 * generator.normal());
    const labels = Int32Array.from({ length: 4000 }, (_, at) => {
      const powers = [...logits.subarray(3 * at, 3 * at + 3)].map((z) => Math.exp(z / 2));
      let left = generator.uniform() * (powers[0]! + powers[1]! + powers[2]!);
      return powers.findIndex((power) => {
        left -= power;
        return left < 0;
      });
    });
    const of: ClassPredictions = { classes: 3, logits, labels, rows: everyRow(4000) };
    const { temperature, standardError, converged } = fitTemperature(of);
    expect(converged).toBe(true);
    // Four standard errors: a false alarm in 16,000 seeds.
    expect(Math.abs(temperature - 2)).toBeLessThan(4 * standardError!);
    expect(standardError).toBeLessThan(0.06);
    const at = (t: number) => negativeLogLikelihood.value({ ...of, logits: logits.map((z) => z / t) });
    expect(at(temperature)).toBeLessThan(Math.min(at(temperature * 1.01), at(temperature / 1.01)));
  });

  it('temperature: says when the answers are all right and no temperature is the best', () =>
    expect(fitTemperature(binary([0, 1], [0.2, 0.9]))).toMatchObject({ converged: false }));
});

/** Intervals of 95 % hold the truth in 95 % of samples. */
describe('intervals', () => {
  const samples = 300;
  // Binomial(300, 0.95): below 270 with probability 1e-4. Jackknife intervals are cruder: 258 is 86 %.
  const enough = 270;

  it.each(['accuracy', 'balancedAccuracy', 'macroF1', 'auroc', 'negativeLogLikelihood', 'brierScore'])(
    'of %s hold the truth',
    (name) => {
      const metric = classMetrics.find((one) => one.name === name)!;
      const draw = (rows: number, label: string): ClassPredictions => {
        const generator = createGenerator(5, label);
        const labels = Int32Array.from({ length: rows }, () => (generator.uniform() < 0.3 ? 1 : 0));
        const logits = new Float64Array(2 * rows);
        for (let row = 0; row < rows; row++) logits[2 * row + 1] = 1.5 * (labels[row]! - 0.5) + generator.normal();
        return { classes: 2, labels, logits, rows: everyRow(rows) };
      };
      const truth = metric.value(draw(200_000, 'truth'));
      let held = 0;
      for (let sample = 0; sample < samples; sample++) {
        const { low, high } = estimateOf(metric, draw(150, `sample ${sample}`));
        if (low <= truth && truth <= high) held += 1;
      }
      expect(held).toBeGreaterThanOrEqual(enough);
      expect(held).toBeLessThan(samples);
    },
  );

  it.each(valueMetrics.map((metric) => [metric.name, metric] as const))('of %s hold the truth', (_, metric) => {
    const draw = (rows: number, label: string): ValuePredictions => {
      const generator = createGenerator(6, label);
      // Three steps a row, with errors that hang together.
      const targets = new Float64Array(3 * rows).map(() => 1000 + 2 * generator.normal());
      const predicted = targets.slice();
      for (let row = 0; row < rows; row++) {
        const common = generator.normal();
        for (let step = 0; step < 3; step++) predicted[3 * row + step]! += common + 0.5 * generator.normal();
      }
      const own = Uint32Array.from({ length: 3 * rows }, (_, at) => Math.floor(at / 3));
      return { width: 1, targets, predicted, rows: own };
    };
    const truth = metric.value(draw(100_000, 'truth'));
    let held = 0;
    for (let sample = 0; sample < samples; sample++) {
      const { low, high } = estimateOf(metric, draw(150, `sample ${sample}`));
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(enough);
    expect(held).toBeLessThan(samples);
  });
});
