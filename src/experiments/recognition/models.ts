/** What is compared: generators trained under noise, generators trained without, and a classifier that answers at every step. */
import { parseCell } from '../../cells/index.js';
import type { Engine } from '../../engine/engine.js';
import { buildGenerator, type GeneratorModel, generatorLikelihoods, parametersOf } from '../../filter/index.js';
import type { Tensor } from '../../graph/index.js';
import {
  buildModel,
  createObjective,
  initialise,
  type LayerSpec,
  parseInitialState,
  squaredError,
} from '../../model/index.js';
import { parseNoise } from '../../noise/index.js';
import { createGenerator, deriveKey } from '../../random/index.js';
import { solverNamed } from '../../solvers/index.js';
import { createOptimiser, parseOptimiser } from '../../train/optimisers/index.js';
import type { DataPlan } from './plan.js';
import type { LabelledSeries, RecognitionData } from './series.js';

export interface Recogniser {
  readonly parameters: number;
  /** log p(class | so far) but for a constant, [steps][classes]. @param start length of the displacement of the state; null for none. */
  readonly scores: (values: Float64Array, steps: number, start: number | null) => Promise<Float64Array[]>;
}

const layer = (units: number, noise: string, delta: number, initial: string): LayerSpec => ({
  cell: parseCell('noisy'),
  units,
  noise: parseNoise(noise),
  solver: solverNamed('euler'),
  step: { kind: 'fixed', delta },
  initialState: parseInitialState(initial),
});

const batchSize = 8;
const levels = /\.(observation|process|initial)\.logDeviation$/;

/**
 * @param noise `learned`: weights and noise of the state together. `none`: weights with a state that has no noise, then the
 * levels of the noise alone, for a third of the epochs, so that both filters know their noise.
 */
export function trainGenerators(
  data: RecognitionData,
  own: DataPlan,
  seed: number,
  noise: 'learned' | 'none',
): Recogniser {
  const base = buildModel({
    layers: [layer(own.units, 'none', own.delta, 'learned:scale=0.1')],
    ...{ inputs: 0, outputs: data.channels, readout: 'every', loss: squaredError },
  });
  const model = buildGenerator(base, own.classes);
  const parameters: Record<string, Tensor> = initialise(model.parameters, seed);
  // Weights larger than those that networks driven by inputs start from: these have to move by themselves.
  for (const [name, { data: values }] of Object.entries(parameters))
    if (/\.M_[AW]$/.test(name)) for (let i = 0; i < values.length; i++) values[i]! *= 40;
  const isProcess = (name: string) => name.endsWith('.process.logDeviation');
  if (noise === 'none') {
    for (const [name, { data: values }] of Object.entries(parameters)) if (isProcess(name)) values.fill(Math.log(1e-4));
    trainWeights(model, parameters, data.train, own.epochs, seed, (name) => !isProcess(name));
    for (const [name, { data: values }] of Object.entries(parameters)) if (isProcess(name)) values.fill(Math.log(0.1));
    trainWeights(model, parameters, data.train, Math.ceil(own.epochs / 3), seed + 1, (name) => levels.test(name));
  } else {
    trainWeights(model, parameters, data.train, own.epochs, seed, () => true);
    trainWeights(model, parameters, data.train, Math.ceil(own.epochs / 3), seed + 1, (name) => levels.test(name));
  }
  const likelihoods = generatorLikelihoods(model);
  const size = own.units;
  const draw = createGenerator(seed, 'displaced start');
  return {
    parameters: model.size,
    async scores(values, steps, start) {
      const scores = Array.from({ length: steps }, () => new Float64Array(own.classes));
      for (const [k, likelihood] of likelihoods.entries()) {
        const mine = { ...parametersOf(model, parameters, k) };
        if (start !== null) {
          const { data: mean, shape } = mine['initial.h']!;
          mine['initial.h'] = { shape, data: mean.map((value) => value + (start * draw.normal()) / Math.sqrt(size)) };
        }
        likelihood.setParameters(mine);
        const perStep = new Float64Array(steps);
        likelihood.of({ steps, values }, { perStep });
        let sum = 0;
        for (let step = 0; step < steps; step++) {
          sum += perStep[step]!;
          scores[step]![k] = sum;
        }
      }
      return scores;
    },
  };
}

function trainWeights(
  model: GeneratorModel,
  parameters: Record<string, Tensor>,
  rows: readonly LabelledSeries[],
  epochs: number,
  seed: number,
  trained: (name: string) => boolean,
): void {
  const optimiser = createOptimiser(parseOptimiser('adam'), { roundToFloat32: false });
  const likelihoods = generatorLikelihoods(model);
  const generator = createGenerator(seed, 'recognition order');
  const updates = epochs * Math.ceil(rows.length / batchSize);
  let update = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = generator.permutation(rows.length);
    for (let from = 0; from < rows.length; from += batchSize, update++) {
      const batch = [...order.subarray(from, from + batchSize)].map((row) => rows[row]!);
      const count = batch.reduce((total, { steps }) => total + steps, 0);
      for (const [k, likelihood] of likelihoods.entries()) likelihood.setParameters(parametersOf(model, parameters, k));
      for (const { label, steps, values } of batch) likelihoods[label]!.of({ steps, values }, { learn: true });
      const gradient: Record<string, Tensor> = {};
      let square = 0;
      for (const [k, likelihood] of likelihoods.entries())
        for (const [name, { shape, data }] of Object.entries(likelihood.gradient())) {
          const full = `class${k}.${name}`;
          const own = data.map((value) => (trained(full) ? -value / count : 0));
          gradient[full] = { shape, data: own };
          for (const value of own) square += value * value;
        }
      const clip = Math.min(1, 1 / Math.sqrt(square));
      for (const { data } of Object.values(gradient)) for (let i = 0; i < data.length; i++) data[i]! *= clip;
      const lr = 0.03 * 0.5 * (1 + Math.cos((Math.PI * update) / updates));
      optimiser.step(parameters, gradient, () => ({ lr, weightDecay: 0 }));
    }
  }
}

/** Missing values are held at the last one seen, at the mean before the first. */
function held(values: Float64Array, channels: number): Float64Array {
  return values.reduce((filled, value, at) => {
    filled[at] = Number.isNaN(value) ? (filled[at - channels] ?? 0) : value;
    return filled;
  }, new Float64Array(values.length));
}

/** A Noisy RNN whose loss is the cross-entropy at every step: the label read as a stream. */
export async function trainClassifier(
  data: RecognitionData,
  own: DataPlan,
  seed: number,
  engine: Engine,
): Promise<Recogniser> {
  const model = buildModel({
    layers: [layer(own.classifierUnits, 'sde:add=0.1,mult=0.1', own.delta, 'zero')],
    ...{ inputs: data.channels, outputs: own.classes, readout: 'every' },
  });
  const objective = createObjective(model, engine);
  const parameters: Record<string, Tensor> = initialise(model.parameters, seed);
  const optimiser = createOptimiser(parseOptimiser('adam'), { roundToFloat32: engine.precision === 'float32' });
  const generator = createGenerator(seed, 'classifier order');
  const epochs = 4 * own.epochs;
  const { steps } = data;
  const updates = epochs * Math.ceil(data.train.length / batchSize);
  let update = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = generator.permutation(data.train.length);
    for (let from = 0; from < data.train.length; from += batchSize, update++) {
      const samples = Uint32Array.from(order.subarray(from, from + batchSize));
      const rows = [...samples].map((row) => data.train[row]!);
      const inputs = Float64Array.from(rows.flatMap(({ values }) => [...values]));
      const batch = { rows: rows.length, steps, inputs, labels: rows.map(({ label }) => label) };
      const noise = { key: deriveKey(seed, 'classifier noise', update), samples };
      const { gradient } = await objective.gradient(parameters, batch, noise);
      let square = 0;
      for (const { data: values } of Object.values(gradient)) for (const value of values) square += value * value;
      const clip = Math.min(1, 1 / Math.sqrt(square));
      for (const { data: values } of Object.values(gradient))
        for (let i = 0; i < values.length; i++) values[i]! *= clip;
      const lr = 0.01 * 0.5 * (1 + Math.cos((Math.PI * update) / updates));
      optimiser.step(parameters, gradient, () => ({ lr, weightDecay: 0 }));
    }
  }
  const draw = createGenerator(seed, 'displaced start');
  return {
    parameters: model.size,
    async scores(values, count, start) {
      const inputs = held(values, data.channels);
      const units = own.classifierUnits;
      const state =
        start === null
          ? {}
          : { state: { h: Float64Array.from({ length: units }, () => (start * draw.normal()) / Math.sqrt(units)) } };
      const logits = await objective.logits(parameters, { rows: 1, steps: count, inputs, ...state });
      return Array.from({ length: count }, (_, step) => logits.slice(step * own.classes, (step + 1) * own.classes));
    },
  };
}
