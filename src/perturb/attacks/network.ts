/** A network on one batch as an attack sees it: a function of the change δ of its inputs, in raw units. */
import { InputError } from '../../errors.js';
import { type Batch, buildModel, createObjective, type Noise, type Objective, selectBatch } from '../../model/index.js';
import { deriveKey } from '../../random/index.js';
import { type AttackTarget, checkCount, type LabelledBatch } from './attack.js';

export interface Judgement {
  /** [rows], 1 where the answer is wrong. */
  readonly fooled: Uint8Array;
  /** [rows], score of the label less the largest other: below 0 the answer is wrong. */
  readonly margins: Float64Array;
  /** [rows], the class with the largest score but for the label. */
  readonly rivals: Int32Array;
  /** [rows, K]: logits of the last step, or the log of their mean probabilities over draws of noise. */
  readonly scores: Float64Array;
}

export interface Network {
  readonly rows: number;
  /** Entries of one row of δ: steps · channels. */
  readonly width: number;
  /** [rows], how many of them lie before the row's own end. */
  readonly entries: Uint32Array;
  readonly classes: number;
  readonly labels: Int32Array;
  readonly samples: Uint32Array;
  judge(delta: Float64Array): Promise<Judgement>;
  /** Gradient of each row's cross-entropy, with these labels in place of its own, with respect to raw inputs. */
  lossGradient(delta: Float64Array, labels?: Int32Array): Promise<Float64Array>;
  /** Takes back what lies beyond a row's end, or would leave the target's range. */
  limit(delta: Float64Array): void;
  /** x + δ as the model takes it. */
  inputs(delta: Float64Array): Float64Array;
  /** The same network on some of the rows. */
  only(rows: readonly number[]): Network;
}

/** @throws InputError if the batch has no label for every row, or its channels are not those of the preprocessing. */
export function openNetwork(target: AttackTarget, batch: LabelledBatch, given?: Uint32Array): Network {
  const { parameters, preprocessing, range } = target;
  const objective = ofPlainCrossEntropy(target.objective);
  const { outputs: classes, inputs: channels, readout } = objective.model.spec;
  const { rows, steps } = batch;
  const width = steps * channels;
  const samples = given ?? Uint32Array.from({ length: rows }, (_, row) => row);
  if (batch.labels.length !== rows || samples.length !== rows)
    throw new InputError(`attack: ${rows} rows need as many labels and samples, got ${batch.labels.length}`);
  if (preprocessing.scale.length !== channels || preprocessing.mean.length !== channels)
    throw new InputError(
      `attack: the preprocessing has ${preprocessing.scale.length} channels, but the model takes ${channels}`,
    );
  const labels = Int32Array.from(batch.labels);
  const entries = Uint32Array.from({ length: rows }, (_, row) => (batch.lengths?.[row] ?? steps) * channels);
  const noises = noisesOf(target, samples);
  const scaleAt = (entry: number) => preprocessing.scale[entry % channels]!;
  const inputs = (delta: Float64Array) => delta.map((value, entry) => batch.inputs[entry]! + value / scaleAt(entry));
  const moved = (delta: Float64Array, own: Int32Array = labels): LabelledBatch => ({
    ...batch,
    inputs: inputs(delta),
    labels: own,
  });

  /** Logits of the step a prediction is read from. */
  const finalLogits = (all: Float64Array): Float64Array => {
    if (readout === 'last') return all;
    const last = new Float64Array(rows * classes);
    for (let row = 0; row < rows; row++) {
      const step = (batch.lengths?.[row] ?? steps) - 1;
      const start = (row * steps + step) * classes;
      last.set(all.subarray(start, start + classes), row * classes);
    }
    return last;
  };

  return {
    rows,
    width,
    entries,
    classes,
    labels,
    samples,
    inputs,
    async judge(delta) {
      const { labels: _, ...unlabelled } = moved(delta);
      const draws: Float64Array[] = [];
      for (const noise of noises)
        draws.push(finalLogits(await objective.logits(parameters, unlabelled as Batch, noise)));
      return judged(draws.length === 1 ? draws[0]! : logMeanProbabilities(draws, classes), labels, classes);
    },
    async lossGradient(delta, own) {
      const total = new Float64Array(rows * width);
      for (const noise of noises) {
        const gradient = await objective.inputGradient(parameters, moved(delta, own), noise);
        // The objective is a mean over rows, and δ is divided by the scale.
        for (let i = 0; i < total.length; i++) total[i]! += (gradient[i]! * rows) / (noises.length * scaleAt(i));
      }
      return total;
    },
    limit(delta) {
      for (let row = 0; row < rows; row++) delta.fill(0, row * width + entries[row]!, (row + 1) * width);
      if (range === undefined) return;
      for (let i = 0; i < delta.length; i++) {
        const raw = batch.inputs[i]! * scaleAt(i) + preprocessing.mean[i % channels]!;
        const low = Math.min(0, range.minimum - raw);
        const high = Math.max(0, range.maximum - raw);
        delta[i] = Math.min(high, Math.max(low, delta[i]!));
      }
    },
    only: (chosen) =>
      openNetwork(
        target,
        selectBatch(batch, chosen) as LabelledBatch,
        Uint32Array.from(chosen, (row) => samples[row]!),
      ),
  };
}

/** Objectives of the same network on plain cross-entropy, so that a network opened again finds its kernels compiled. */
const plain = new WeakMap<Objective, Objective>();

/** Attacks compare the cross-entropies of two classes, which class weights or smoothing would set apart. */
function ofPlainCrossEntropy(objective: Objective): Objective {
  const { model, engine } = objective;
  const { loss } = model.spec;
  if (loss?.target === 'values') throw new InputError('attack: the model predicts values, and an attack needs classes');
  if (loss === undefined) return objective;
  const known = plain.get(objective) ?? createObjective(buildModel({ ...model.spec, loss: undefined }), engine);
  plain.set(objective, known);
  return known;
}

function noisesOf({ noise }: AttackTarget, samples: Uint32Array): Noise[] {
  if (noise === undefined) return [undefined];
  checkCount('draws of noise', noise.draws);
  return Array.from({ length: noise.draws }, (_, draw) => ({ key: deriveKey(noise.seed, 'attack', draw), samples }));
}

function judged(scores: Float64Array, labels: Int32Array, classes: number): Judgement {
  const rows = labels.length;
  const fooled = new Uint8Array(rows);
  const margins = new Float64Array(rows);
  const rivals = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    const label = labels[row]!;
    let rival = label === 0 ? 1 : 0;
    for (let other = 0; other < classes; other++) if (other !== label && own[other]! > own[rival]!) rival = other;
    rivals[row] = rival;
    margins[row] = own[label]! - own[rival]!;
    // The answer is the first of the largest scores.
    fooled[row] = margins[row]! > 0 || (margins[row] === 0 && label < rival) ? 0 : 1;
  }
  return { fooled, margins, rivals, scores };
}

function logMeanProbabilities(draws: readonly Float64Array[], classes: number): Float64Array {
  const mean = new Float64Array(draws[0]!.length);
  for (const logits of draws)
    for (let start = 0; start < logits.length; start += classes) {
      const own = logits.subarray(start, start + classes);
      const largest = Math.max(...own);
      const total = own.reduce((sum, value) => sum + Math.exp(value - largest), 0);
      for (let k = 0; k < classes; k++) mean[start + k]! += Math.exp(own[k]! - largest) / total / draws.length;
    }
  return mean.map(Math.log);
}
