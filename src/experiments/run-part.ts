/** Trains one model from one seed, selects on the validation data, and only then scores it on the test data. */
import { loadSplits, loadTest, type Splits } from '../data/index.js';
import { InputError } from '../errors.js';
import { createObjective } from '../model/index.js';
import { type Configuration, evaluate, type LoadedRun, readRun, TrainingError } from '../train/index.js';
import { attackedAccuracies } from './attacked.js';
import { examplesOf } from './examples.js';
import { complete, printable, protocolOf } from './identity.js';
import { parallelMeasures, scoredFor, streamMeasures } from './long-measures.js';
import { measuresOf } from './measures.js';
import type { Part, PartData } from './part.js';
import { keptStages } from './stages.js';
import { type ModelPlan, perturbedConditions, type Study } from './study.js';
import { type TrainingContext, trainedRun } from './trained-run.js';

/** Plain data, so that another thread may compute it. */
export interface PartTask {
  readonly study: Study;
  readonly model: ModelPlan;
  readonly seed: number;
  /** Folder of the run. */
  readonly run: string;
  /** Where its scores are kept until the part is whole: a path that names are added to. */
  readonly stages?: string | undefined;
}

/** The seed whose examples and profiles are shown. */
const SHOWN = 1;

/** Of an epoch's time, about: scoring the test data once, an attack of one radius, and all measures. */
const EPOCHS = { pass: 0.5, radius: 5, measures: 20, long: 30 };

/** All settings of a part, its seed included. @throws InputError for settings that the trainer would refuse. */
export function settingsOf({ study, model, seed }: Pick<PartTask, 'study' | 'model' | 'seed'>): Configuration {
  return complete({ ...study.settings, ...model.settings, seed });
}

/** Attacks and measures are made for the first seeds alone. */
function plansFor({ study: { attacks, measures }, seed }: PartTask): Pick<Study, 'attacks' | 'measures'> {
  return {
    ...(attacks !== undefined && seed <= attacks.seeds ? { attacks } : {}),
    ...(measures !== undefined && seed <= measures.seeds ? { measures } : {}),
  };
}

/** About how long a part takes, in epochs. */
export function workOf(task: PartTask): number {
  const { perturbationSeeds } = task.study;
  const { attacks, measures } = plansFor(task);
  const passes = 1 + perturbedConditions(task.study).length * perturbationSeeds;
  const radii = attacks?.of.reduce((sum, { strengths }) => sum + strengths.length, 0) ?? 0;
  const besides = passes * EPOCHS.pass + radii * EPOCHS.radius + (measures === undefined ? 0 : EPOCHS.measures);
  const long = [task.study.parallel, task.study.streams].filter((plan) => plan !== undefined).length * EPOCHS.long;
  return settingsOf(task).epochs + besides + long;
}

/**
 * Both the training and the finished part survive a kill at any instant.
 * @param context `onProgress` is told the fraction of the whole part.
 */
export async function runPart(task: PartTask, context: TrainingContext): Promise<Part> {
  const { study, model, seed } = task;
  const { engine, files, signal } = context;
  const settings = settingsOf(task);
  const share = settings.epochs / workOf(task);
  const report = (fraction: number, label: string) => {
    signal?.throwIfAborted();
    context.onProgress(fraction, `${model.label}, seed ${seed}: ${label}`);
  };
  const { result, build, curve } = await trainedRun(task.run, settings, {
    ...context,
    onProgress: (fraction, label) => report(fraction * share, label),
  }).catch((error: unknown) => {
    throw error instanceof TrainingError ? new TrainingError(`${model.label}, seed ${seed}: ${error.message}`) : error;
  });
  const scoringFrom = performance.now();
  const run = await readRun(files, task.run);
  const request = { name: settings.data, dataDir: settings.dataDir, files };
  const splits = await loadSplits({ ...request, seed, limitTrain: settings.limitTrain });
  const test = await loadTest(request);
  if (test === null) throw new InputError(`${settings.data} has no test data, and a study needs them; add them`);
  const { parameters, preprocessing } = run;
  const objective = createObjective(run.model, engine);
  const scored = { objective, parameters, preprocessing, signal };
  const at = (part: number, label: string) => report(share + part * (1 - share), label);
  const kept = keptStages(files, task.stages, [
    printable(settings),
    protocolOf(study),
    study.parallel,
    study.streams,
    build,
    engine.build,
  ]);
  at(0, 'testing');
  const evaluation = await kept('evaluation', async () => {
    const { perturbations, perturbationSeeds: seeds } = study;
    const found = await evaluate({ ...scored, table: test, perturbations, seeds });
    return { clean: found.clean, perturbations: found.perturbations };
  });
  const { attacks: attackPlan, measures: measurePlan } = plansFor(task);
  if (attackPlan !== undefined) at(0.4, 'attacks');
  const attacks =
    attackPlan === undefined ? [] : await kept('attacks', () => attackedAccuracies(scored, test, attackPlan));
  if (measurePlan !== undefined) at(0.7, 'measures');
  const measured =
    measurePlan && (await kept('measures', () => measuresOf(run, { ...splits, test }, measurePlan, engine)));
  const long = study.parallel === undefined && study.streams === undefined ? null : scoredFor(run, test, engine);
  if (long !== null) at(0.8, 'long sequences');
  const longMeasures =
    long === null
      ? {}
      : await kept('long', async () => ({
          ...(study.parallel && (await parallelMeasures(long, study.parallel))),
          ...(study.streams && (await streamMeasures(long, study.streams))),
        }));
  const { accuracy, loss, count } = evaluation.clean;
  return {
    format: 'noisy-rnn/study-part',
    version: 2,
    settings: printable(settings),
    protocol: protocolOf(study),
    run: {
      model: model.id,
      seed,
      seconds: result.seconds + (performance.now() - scoringFrom) / 1000,
      bestEpoch: result.bestEpoch,
      curve,
      build,
      ...(build === engine.build ? {} : { scoredBy: engine.build }),
      validation: { accuracy: result.validation.accuracy, loss: result.validation.loss },
      test: { accuracy, loss, count },
      perturbations: evaluation.perturbations.map(({ kind, strength, accuracies }) => ({
        kind,
        strength,
        accuracies: [...accuracies],
      })),
      attacks,
      measures: { ...measured?.measures, ...longMeasures },
      ...(measured === undefined || seed !== SHOWN ? {} : { profile: measured.profile }),
    },
    parameters: result.parameters,
    data: dataOf(run, splits, test.rows),
    examples: seed === SHOWN ? await examplesOf(study.examples, scored, test) : [],
  };
}

function dataOf({ settings, preprocessing }: LoadedRun, { train, validation }: Splits, test: number): PartData {
  const { steps, channels, classes } = preprocessing;
  return { name: settings.data, steps, channels, classes, train: train.rows, validation: validation.rows, test };
}
