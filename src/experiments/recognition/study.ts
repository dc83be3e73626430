/** Runs the study `recognition`: ten paired seeds of each data set, intervals over seeds, a verdict for each claim. */
import type { Engine } from '../../engine/engine.js';
import type { Files } from '../../platform/files.js';
import { createGenerator } from '../../random/index.js';
import type { Interval, Verdict } from '../../result/study.js';
import { meanInterval, verdictOf } from '../statistics/intervals.js';
import { type Recogniser, trainClassifier, trainGenerators } from './models.js';
import { type ConditionId, type DataId, plan } from './plan.js';
import { corrupted, makeData, type RecognitionData } from './series.js';

export const modelIds = ['noise-trained', 'noise-free', 'classifier'] as const;
export type ModelId = (typeof modelIds)[number];

/** One model on one condition, over the test rows of a seed. */
export interface Measured {
  /** Share of rows that are right at the last step. */
  readonly accuracy: number;
  /** Mean share of the series until the posterior of the right class reaches the confidence; 1 for rows where it never does. */
  readonly untilSure: number;
}

export interface SeedResult {
  readonly seed: number;
  readonly parameters: Readonly<Record<ModelId, number>>;
  readonly measured: Readonly<Record<ModelId, Partial<Record<ConditionId, Measured>>>>;
  readonly seconds: number;
}

export interface RecognitionResult {
  readonly format: 'noisy-rnn/recognition-study';
  readonly version: 1;
  readonly plan: typeof plan;
  readonly data: Partial<Record<DataId, DataResult>>;
}

export interface DataResult {
  readonly seeds: readonly SeedResult[];
  readonly points: readonly {
    readonly model: ModelId;
    readonly condition: ConditionId;
    readonly accuracy: Interval;
    readonly untilSure: Interval;
  }[];
  readonly claims: readonly { readonly id: string; readonly difference: Interval; readonly verdict: Verdict }[];
}

/** What a seed needs: an engine for the classifier, and where ECG5000 is. */
export interface SeedContext {
  readonly engine: Engine;
  readonly files: Files;
  readonly dataDir?: string | undefined;
}

export interface StudyContext extends SeedContext {
  readonly seeds: number;
  readonly data: readonly DataId[];
  readonly onProgress?: ((fraction: number, label: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** By how much `start` displaces the state. */
const displacement = 2;

export async function runRecognition(context: StudyContext): Promise<RecognitionResult> {
  const data: Partial<Record<DataId, DataResult>> = {};
  for (const [place, id] of context.data.entries()) {
    const seeds: SeedResult[] = [];
    for (let seed = 1; seed <= context.seeds; seed++) {
      context.signal?.throwIfAborted();
      const done = (place + (seed - 1) / context.seeds) / context.data.length;
      context.onProgress?.(done, `${id}, seed ${seed} of ${context.seeds}`);
      seeds.push(await runSeed(id, seed, context));
    }
    data[id] = summarise(seeds);
  }
  return { format: 'noisy-rnn/recognition-study', version: 1, plan, data };
}

/** One seed of one data set: trained, and measured on every condition. */
export async function runSeed(id: DataId, seed: number, context: SeedContext): Promise<SeedResult> {
  const started = performance.now();
  const own = plan.data[id];
  const data = await makeData(id, own, seed, context);
  const models: Record<ModelId, Recogniser> = {
    'noise-trained': trainGenerators(data, own, seed, 'learned'),
    'noise-free': trainGenerators(data, own, seed, 'none'),
    classifier: await trainClassifier(data, own, seed, context.engine),
  };
  const measured = Object.fromEntries(modelIds.map((name) => [name, {}])) as Record<
    ModelId,
    Partial<Record<ConditionId, Measured>>
  >;
  for (const { id: condition } of plan.conditions) {
    if (condition === 'hidden' && data.channels === 1) continue;
    for (const name of modelIds) measured[name][condition] = await measure(models[name], data, condition, seed);
  }
  const parameters = Object.fromEntries(modelIds.map((name) => [name, models[name].parameters])) as Record<
    ModelId,
    number
  >;
  return { seed, parameters, measured, seconds: (performance.now() - started) / 1000 };
}

async function measure(
  model: Recogniser,
  data: RecognitionData,
  condition: ConditionId,
  seed: number,
): Promise<Measured> {
  let [right, until] = [0, 0];
  for (const [row, series] of data.test.entries()) {
    const values = corrupted(series, data.channels, condition, createGenerator(seed, 'corruption', condition, row));
    const scores = await model.scores(values, series.steps, condition === 'start' ? displacement : null);
    const last = scores[series.steps - 1]!;
    if (last.indexOf(Math.max(...last)) === series.label) right += 1;
    const sure = scores.findIndex((own) => probabilityOf(own, series.label) >= plan.confidence);
    until += sure < 0 ? 1 : (sure + 1) / series.steps;
  }
  return { accuracy: right / data.test.length, untilSure: until / data.test.length };
}

function probabilityOf(scores: Float64Array, label: number): number {
  const largest = Math.max(...scores);
  return Math.exp(scores[label]! - largest) / scores.reduce((total, own) => total + Math.exp(own - largest), 0);
}

/** Intervals and verdicts over seeds. */
export function summarise(seeds: readonly SeedResult[]): DataResult {
  const conditions = plan.conditions
    .map(({ id }) => id)
    .filter((id) => seeds[0]!.measured.classifier[id] !== undefined);
  const worse = conditions.filter((id) => id === 'noise' || id === 'hidden' || id === 'gaps');
  const over = (value: (own: SeedResult['measured']) => number) =>
    meanInterval(seeds.map(({ measured }) => value(measured)));
  const accuracy = (of: SeedResult['measured'], model: ModelId, condition: ConditionId) =>
    of[model][condition]!.accuracy;
  const average = (of: SeedResult['measured'], model: ModelId) =>
    worse.reduce((total, id) => total + accuracy(of, model, id), 0) / worse.length;
  const lost = (of: SeedResult['measured'], model: ModelId) =>
    accuracy(of, model, 'clean') - accuracy(of, model, 'start');
  const differences: Record<string, (own: SeedResult['measured']) => number> = {
    a: (own) => own.classifier.clean!.untilSure - own['noise-trained'].clean!.untilSure,
    b: (own) => lost(own, 'classifier') - lost(own, 'noise-trained'),
    c: (own) => average(own, 'noise-trained') - average(own, 'classifier'),
    d: (own) => average(own, 'noise-trained') - average(own, 'noise-free'),
  };
  return {
    seeds,
    points: modelIds.flatMap((model) =>
      conditions.map((condition) => ({
        model,
        condition,
        accuracy: over((own) => accuracy(own, model, condition)),
        untilSure: over((own) => own[model][condition]!.untilSure),
      })),
    ),
    claims: plan.claims.map(({ id }) => {
      const difference = over(differences[id]!);
      return { id, difference, verdict: verdictOf(difference) };
    }),
  };
}
