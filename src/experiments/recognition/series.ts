/** The series of the study: labelled, normalised by the training rows, and what is done to them. */
import { loadSplits, loadTest, type SequenceTable } from '../../data/index.js';
import { InputError } from '../../errors.js';
import type { Files } from '../../platform/files.js';
import { createGenerator, type Generator } from '../../random/index.js';
import type { ConditionId, DataId, DataPlan } from './plan.js';

export interface LabelledSeries {
  readonly label: number;
  readonly steps: number;
  /** [steps, channels] */
  readonly values: Float64Array;
}

export interface RecognitionData {
  readonly channels: number;
  readonly steps: number;
  readonly train: readonly LabelledSeries[];
  readonly test: readonly LabelledSeries[];
}

const madeSteps = 60;

/** @param source where ECG5000 is. */
export async function makeData(
  id: DataId,
  own: DataPlan,
  seed: number,
  source: { files: Files; dataDir?: string | undefined },
): Promise<RecognitionData> {
  const generator = createGenerator(seed, 'recognition', id);
  if (id === 'ecg5000') return normalised(1, 140, ...(await heartbeats(own, generator, source)));
  const channels = id === 'walking' ? 6 : 4;
  const make = id === 'walking' ? strides : cycles(generator);
  const rows = (count: number) =>
    Array.from({ length: own.classes }, (_, label) =>
      Array.from({ length: count }, () => ({ label, steps: madeSteps, values: make(label, generator) })),
    ).flat();
  return normalised(channels, madeSteps, rows(own.train), rows(own.test));
}

/** Van der Pol: x″ = μ(1 − x²)x′ − x, its time scaled so that a cycle takes about 25 steps. */
function cycles(generator: Generator): (label: number, generator: Generator) => Float64Array {
  const mixing = Array.from({ length: 8 }, () => generator.normal());
  const damping = [0.2, 1.5, 4];
  const periods = [6.29, 7.08, 10.2];
  return (label, draw) => {
    const mu = damping[label]!;
    const parts = 40;
    const step = (periods[label]! / 25 / parts) * (0.9 + 0.2 * draw.uniform());
    let [x, v] = [2 * draw.normal(), draw.normal()];
    const values = new Float64Array(madeSteps * 4);
    const settle = 100 + Math.floor(25 * draw.uniform());
    for (let at = -settle; at < madeSteps; at++) {
      for (let part = 0; part < parts; part++) {
        x += step * v;
        v += step * (mu * (1 - x * x) * v - x) + 0.05 * Math.sqrt(step) * draw.normal();
      }
      if (at >= 0)
        for (let k = 0; k < 4; k++)
          values[at * 4 + k] = mixing[2 * k]! * x + (mixing[2 * k + 1]! * v) / (1 + mu) + 0.15 * draw.normal();
    }
    return values;
  };
}

/** Hip, knee and ankle of two legs, degrees: offset, first and second harmonic (amplitude, phase) of each joint. */
const gaits = [
  { speed: 2.4, hip: [10, 20, 0, 3, 1], knee: [20, 18, 2.4, 14, 0.6], ankle: [0, 8, 4, 6, 2.2], lag: Math.PI, weak: 1 },
  {
    speed: 2.9,
    hip: [12, 26, 0, 4, 1],
    knee: [24, 22, 2.4, 17, 0.6],
    ankle: [0, 11, 4, 7, 2.2],
    lag: Math.PI,
    weak: 1,
  },
  {
    speed: 3.4,
    hip: [18, 30, 0, 5, 1.4],
    knee: [45, 40, 2.8, 14, 1.2],
    ankle: [5, 18, 4.4, 6, 2.6],
    lag: Math.PI,
    weak: 1,
  },
  { speed: 2.4, hip: [10, 18, 0, 3, 1], knee: [20, 17, 2.4, 12, 0.6], ankle: [0, 8, 4, 5, 2.2], lag: 2.6, weak: 0.55 },
] as const;

function strides(label: number, draw: Generator): Float64Array {
  const gait = gaits[label]!;
  const speed = (gait.speed / 10) * (0.85 + 0.3 * draw.uniform());
  const stride = 0.9 + 0.2 * draw.uniform();
  let phase = 2 * Math.PI * draw.uniform();
  const values = new Float64Array(madeSteps * 6);
  for (let at = 0; at < madeSteps; at++) {
    phase += speed + 0.03 * draw.normal();
    for (let leg = 0; leg < 2; leg++)
      for (const [joint, [offset, a1, p1, a2, p2]] of [gait.hip, gait.knee, gait.ankle].entries()) {
        const own = phase + leg * gait.lag;
        const swing = a1 * Math.sin(own + p1) + a2 * Math.sin(2 * own + p2);
        values[at * 6 + leg * 3 + joint] = offset + stride * (leg === 1 ? gait.weak : 1) * swing + 3 * draw.normal();
      }
  }
  return values;
}

async function heartbeats(
  own: DataPlan,
  generator: Generator,
  { files, dataDir }: { files: Files; dataDir?: string | undefined },
) {
  const request = { name: 'ecg5000', dataDir, files };
  const splits = await loadSplits({ ...request, seed: 1 });
  const test = await loadTest(request);
  if (test === null) throw new InputError('ecg5000 has no test data, and the study needs them; add them');
  const classes = [...new Set(splits.train.labels ?? [])].sort();
  const chosen = (table: SequenceTable, count: number) =>
    classes.flatMap((name, label) => {
      const rows = [...generator.permutation(table.rows)].filter((row) => table.labels![row] === name).slice(0, count);
      return rows.map((row) => ({
        label,
        steps: table.steps,
        values: Float64Array.from(table.values.subarray(row * table.steps, (row + 1) * table.steps)),
      }));
    });
  return [chosen(splits.train, own.train), chosen(test, own.test)] as const;
}

function normalised(
  channels: number,
  steps: number,
  train: readonly LabelledSeries[],
  test: readonly LabelledSeries[],
): RecognitionData {
  const [mean, scale] = [new Float64Array(channels), new Float64Array(channels)];
  const count = train.length * steps;
  for (const { values } of train)
    values.forEach((value, at) => {
      mean[at % channels]! += value / count;
    });
  for (const { values } of train)
    values.forEach((value, at) => {
      scale[at % channels]! += (value - mean[at % channels]!) ** 2 / count;
    });
  const own = (series: LabelledSeries): LabelledSeries => ({
    ...series,
    values: series.values.map((value, at) => (value - mean[at % channels]!) / Math.sqrt(scale[at % channels]!)),
  });
  return { channels, steps, train: train.map(own), test: test.map(own) };
}

/** What a condition makes of a series; missing values are NaN. `clean` and `start` leave it as it is. */
export function corrupted(
  series: LabelledSeries,
  channels: number,
  condition: ConditionId,
  generator: Generator,
): Float64Array {
  const values = series.values.slice();
  if (condition === 'noise') for (let at = 0; at < values.length; at++) values[at]! += generator.normal();
  if (condition === 'hidden') {
    const hidden = new Set([...generator.permutation(channels)].slice(0, Math.floor(channels / 2)));
    for (let at = 0; at < values.length; at++) if (hidden.has(at % channels)) values[at] = Number.NaN;
  }
  if (condition === 'gaps')
    for (let start = 0; start < series.steps; start += 5)
      if (generator.uniform() < 1 / 3)
        values.fill(Number.NaN, start * channels, Math.min(series.steps, start + 5) * channels);
  return values;
}
