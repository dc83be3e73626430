/**
 * For how long an endless stream can be trusted: what the stability analysis proves of the state, and how long the state
 * stays as large as in training when it is driven by constants and noise of the data's own mean and spread.
 */
import type { Preprocessing } from '../../data/index.js';
import type { Engine } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import { createObjective, isBidirectional, type Model } from '../../model/index.js';
import { createGenerator } from '../../random/index.js';
import { analyzeStability } from '../stability/index.js';
import { stateBound } from './bounded-state.js';

export interface StreamHorizon {
  /**
   * Steps for which the state stayed within `factor` times the largest that one series of training brought about; null where
   * it did for all that were measured.
   */
  readonly steps: number | null;
  readonly measuredSteps: number;
  readonly factor: number;
  /** Steps of a series of training, or what stands for them where they differ. */
  readonly seriesSteps: number;
  /** Largest |h| after one series, and at the end of what was measured. */
  readonly afterOneSeries: number;
  readonly atTheEnd: number;
  /** `box`: no input can make the state larger than `bound`. `contraction`: a step brings any two states together. */
  readonly proof: 'box' | 'contraction' | null;
  readonly bound: number | null;
  readonly sentence: string;
}

/** At most, and at most so many series one after the other; looked at after one, two, four, … of them. */
const mostSteps = 10_000;
const mostSeries = 64;
const factor = 2;
/** Singular values of larger matrices take longer than all the rest. */
const mostUnitsOfProof = 128;

/** Null for a model that reads its series backwards too: it follows no stream. */
export async function streamHorizon(
  model: Model,
  parameters: Tensors,
  preprocessing: Preprocessing,
  engine: Engine,
): Promise<StreamHorizon | null> {
  if (isBidirectional(model) || model.spec.inputs === 0) return null;
  const bound = stateBound(model, parameters);
  const contracts = bound === null && (await isContracting(model, parameters));
  const proof = bound !== null ? 'box' : contracts ? 'contraction' : null;
  const seriesSteps = preprocessing.steps > 0 ? preprocessing.steps : 100;
  const found = await measured(model, parameters, preprocessing, engine, seriesSteps);
  const horizon = { ...found, measuredSteps: found.last, factor, seriesSteps, proof, bound } as const;
  const { last: _, ...figures } = horizon;
  return { ...figures, sentence: sentenceOf(figures) };
}

async function isContracting(model: Model, parameters: Tensors): Promise<boolean> {
  if (model.spec.layers.some(({ units }) => units > mostUnitsOfProof)) return false;
  const { bounds } = await analyzeStability(model, parameters);
  return ['stepMatrix', 'stepLogNormCheap', 'stepLogNormSharp'].some((name) => (bounds[name] ?? 0) < 0);
}

/** Rows: constants at the mean, two spreads either way and the extremes, then noise. */
const constants = 5;
const rows = 8;

async function measured(
  model: Model,
  parameters: Tensors,
  preprocessing: Preprocessing,
  engine: Engine,
  seriesSteps: number,
) {
  const objective = createObjective(model, engine);
  const { inputs: channels } = model.spec;
  const { minimum, maximum, mean, scale, normalisation } = preprocessing;
  const extreme = (value: number, channel: number) => (value - (mean[channel] ?? 0)) / (scale[channel] ?? 1);
  // Normalised to mean 0 and spread 1, or, where they are not known, taken from the extremes.
  const standard = normalisation === 'standard';
  const moments = (channel: number) => {
    const [low, high] = [extreme(minimum, channel), extreme(maximum, channel)];
    return standard
      ? { middle: 0, spread: 1, low, high }
      : { middle: (low + high) / 2, spread: (high - low) / 4, low, high };
  };
  const generator = createGenerator(0, 'stream horizon');
  const levels = Array.from({ length: channels }, (_, channel) => {
    const { middle, spread, low, high } = moments(channel);
    return [middle, middle - 2 * spread, middle + 2 * spread, low, high];
  });
  let state: Readonly<Record<string, Float64Array>> | undefined;
  let [afterOneSeries, atTheEnd, last] = [0, 0, 0];
  let steps: number | null = null;
  const limit = Math.max(seriesSteps, Math.min(mostSteps, mostSeries * seriesSteps));
  while (last < limit) {
    const count = Math.min(Math.max(last, seriesSteps), limit - last);
    const inputs = new Float64Array(rows * count * channels);
    for (let i = 0; i < inputs.length; i++) {
      const channel = i % channels;
      const row = Math.floor(i / (count * channels));
      const { middle, spread } = moments(channel);
      inputs[i] = Math.fround(row < constants ? levels[channel]![row]! : middle + spread * generator.normal());
    }
    state = await objective.finalState(parameters, { rows, steps: count, inputs, ...(state && { state }) });
    const largest = Object.values(state).reduce((most, own) => own.reduce(larger, most), 0);
    if (last === 0) afterOneSeries = largest;
    atTheEnd = largest;
    if (!(largest <= factor * afterOneSeries)) {
      steps = last;
      last += count;
      break;
    }
    last += count;
  }
  return { steps, last, afterOneSeries, atTheEnd };
}

/** NaN is larger than anything. */
const larger = (most: number, value: number) =>
  Number.isNaN(most) || Math.abs(value) <= most ? most : Math.abs(value);

function sentenceOf(of: Omit<StreamHorizon, 'sentence'>): string {
  const { proof, bound, steps, seriesSteps } = of;
  const short = (value: number) => Number(value.toPrecision(2));
  if (proof === 'box')
    return `An endless stream can be followed: whatever comes in, |h| stays at most ${short(bound!)}.`;
  if (proof === 'contraction')
    return 'An endless stream can be followed: each step brings any two states together, so that what lies far back is forgotten.';
  const way = `start anew at the end of a window, such as ${seriesSteps} steps`;
  if (steps === null)
    return (
      `On constants and noise like the data the state stayed within ${factor} times its size after one series (${short(of.afterOneSeries)}) ` +
      `for all of ${of.measuredSteps} steps, but nothing bounds it: on an endless stream ${way}.`
    );
  return (
    `Nothing bounds the state on an endless stream: driven by constants and noise like the data it is more than ${factor} times as large ` +
    `as after one series (${short(of.atTheEnd)}, against ${short(of.afterOneSeries)}) after ${of.measuredSteps} steps. Trust a stream for ` +
    `${steps} steps, and ${way}.`
  );
}
