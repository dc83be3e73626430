import { parseCell } from '../cells/index.js';
import { loadTest } from '../data/index.js';
import type { Engine } from '../engine/engine.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import { type Configuration, completeConfiguration, evaluate, TrainingError } from '../train/index.js';
import { prepare } from '../train/prepare.js';
import { examplesOf } from './examples.js';
import type { Part } from './part.js';
import { type ModelPlan, perturbedConditions, type Study } from './study.js';
import { trainPart } from './train-part.js';

export interface PartTask {
  readonly study: Study;
  readonly model: ModelPlan;
  readonly seed: number;
  /** Complete, seed included; the engine and its threads are chosen for the study as a whole. */
  readonly settings: Configuration;
  /** Whether this part shows the examples. */
  readonly withExamples: boolean;
}

export interface PartContext {
  readonly engine: Engine;
  readonly files: Files;
  readonly onProgress: (fraction: number, label: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Scoring the test data once takes about this part of an epoch's time: forward only, though on more rows. */
const EPOCHS_A_PASS = 0.5;

/** @throws InputError for settings that the trainer would refuse. */
export function partTask(study: Study, model: ModelPlan, seed: number): PartTask {
  const given = { ...study.settings, ...model.settings, seed };
  return { study, model, seed, settings: completeConfiguration(given, parseCell), withExamples: seed === 1 };
}

/** About how long a part takes, in epochs. */
export function workOf({ study, settings }: PartTask): number {
  const passes = 1 + perturbedConditions(study).length * study.perturbationSeeds;
  return settings.epochs + passes * EPOCHS_A_PASS;
}

/** All that a part's numbers depend on. */
export function identityOf({ study, settings, withExamples }: PartTask, engine: Engine): string {
  const { engine: _, threads: __, ...own } = settings;
  const { perturbations, perturbationSeeds, examples } = study;
  const shown = withExamples ? examples : null;
  return JSON.stringify({ settings: own, perturbations, perturbationSeeds, examples: shown, engine: engine.build });
}

/** Trains, selects on the validation data, and only then reads the test data, once. */
export async function runPart(task: PartTask, { engine, files, onProgress, signal }: PartContext): Promise<Part> {
  const { study, model, seed, settings } = task;
  const started = performance.now();
  const name = `${model.label}, seed ${seed}`;
  const trainingShare = settings.epochs / workOf(task);
  const prepared = await prepare(settings, parseCell, files);
  const { objective, parameters, bestEpoch, curve } = await trainPart(settings, prepared, engine, {
    onProgress: ({ fraction, epoch, epochs }) =>
      onProgress(fraction * trainingShare, `${name}: epoch ${epoch} of ${epochs}`),
    signal,
  }).catch((error: unknown) => {
    throw error instanceof TrainingError ? new TrainingError(`${name}: ${error.message}`) : error;
  });

  const { preprocessing } = prepared;
  const test = await loadTest({ name: settings.data, dataDir: settings.dataDir, files });
  if (test === null) throw new InputError(`${settings.data} has no test data, and a study needs them; add them`);
  const trained = { objective, parameters, preprocessing };
  const { perturbations, perturbationSeeds } = study;
  const evaluation = await evaluate({
    ...trained,
    table: test,
    perturbations,
    seeds: perturbationSeeds,
    signal,
    onProgress: (fraction, label) =>
      onProgress(trainingShare + fraction * (1 - trainingShare), `${name}: testing, ${label}`),
  });
  const { accuracy, loss, count } = evaluation.clean;
  return {
    format: 'noisy-rnn/study-part',
    version: 1,
    identity: identityOf(task, engine),
    run: {
      model: model.id,
      seed,
      seconds: (performance.now() - started) / 1000,
      bestEpoch,
      curve,
      test: { accuracy, loss, count },
      perturbations: evaluation.perturbations.map(({ kind, strength, accuracies }) => ({
        kind,
        strength,
        accuracies: [...accuracies],
      })),
    },
    parameters: prepared.model.size,
    data: {
      name: settings.data,
      steps: preprocessing.steps,
      channels: preprocessing.channels,
      classes: preprocessing.classes,
      train: prepared.train.rows,
      validation: prepared.validation.rows,
      test: test.rows,
    },
    examples: task.withExamples ? await examplesOf(study.examples, trained, test) : [],
  };
}
