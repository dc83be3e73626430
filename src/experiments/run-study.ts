/** Runs every part of a study that is not finished yet, and puts the result together. */
import type { Engine } from '../engine/engine.js';
import { InputError } from '../errors.js';
import type { Files } from '../platform/files.js';
import type { StudyModel, StudyResult } from '../result/study.js';
import { type Configuration, InterruptedError } from '../train/index.js';
import { composeAnswer } from './answer.js';
import { comparisonsOf, pointsOf } from './assemble.js';
import { joinExamples } from './examples.js';
import type { Part } from './part.js';
import { identityOf, type PartTask, partTask, runPart, workOf } from './run-part.js';
import type { Study } from './study.js';
import type { StudyFolder } from './study-folder.js';

export interface StudyContext {
  readonly engine: Engine;
  readonly files: Files;
  readonly folder: StudyFolder;
  /** Training seeds 1 to this number. */
  readonly seeds: number;
  /** What a reader types to have the same study again. */
  readonly command: string;
  /** Versions and machine, for the record. */
  readonly environment: Readonly<Record<string, string | number | boolean>>;
  /** The fraction is of all epochs and test passes of the study, finished parts included. */
  readonly onProgress: (fraction: number, label: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** All parts of a study, seed by seed, so that early progress is of every model. @throws InputError for bad settings. */
export function tasksOf(study: Study, seeds: number): PartTask[] {
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new InputError(`training seeds: got ${seeds}, expected a whole number, 1 or more`);
  return range(seeds).flatMap((seed) => study.models.map((model) => partTask(study, model, seed)));
}

/**
 * @throws InputError for settings that do not go together, or stored parts of another study.
 * @throws TrainingError if a run diverges. @throws InterruptedError once the signal is aborted; finished parts stay.
 */
export async function runStudy(study: Study, context: StudyContext): Promise<StudyResult> {
  const { engine, seeds, command } = context;
  const started = performance.now();
  const tasks = tasksOf(study, seeds);
  const { parts, stored } = await computeParts(tasks, context);
  const runs = parts.map(({ run }) => run);
  const comparisons = comparisonsOf(study, runs);
  return {
    format: 'noisy-rnn/study',
    version: 1,
    name: study.name,
    title: study.title,
    question: study.question,
    answer: composeAnswer(study, runs, comparisons),
    data: { ...parts[0]!.data, description: study.dataDescription },
    models: study.models.map((_, index) => describeModel(tasks[index]!, parts[index]!)),
    seeds: range(seeds),
    perturbationSeeds: range(study.perturbationSeeds),
    runs,
    points: pointsOf(study, runs),
    comparisons,
    examples: joinExamples(parts.slice(0, study.models.length)),
    command,
    environment: { ...context.environment, engine: engine.name, build: engine.build, threads: engine.threads },
    seconds: stored + (performance.now() - started) / 1000,
  };
}

async function computeParts(tasks: readonly PartTask[], context: StudyContext) {
  const { engine, folder, onProgress } = context;
  const total = tasks.reduce((sum, task) => sum + workOf(task), 0);
  const known = await Promise.all(
    tasks.map((task) => folder.readPart(task.model.id, task.seed, identityOf(task, engine))),
  );
  // What is stored counts as done before the first report, or the time remaining would be reckoned from too fast a pace.
  let done = tasks.reduce((sum, task, index) => sum + (known[index] ? workOf(task) : 0), 0);
  const parts: Part[] = [];
  for (const [index, task] of tasks.entries()) {
    const found = known[index];
    parts.push(found ?? (await computePart(task, context, (part, label) => onProgress((done + part) / total, label))));
    if (!found) done += workOf(task);
  }
  return { parts, stored: known.reduce((sum, part) => sum + (part?.run.seconds ?? 0), 0) };
}

async function computePart(
  task: PartTask,
  { engine, files, folder, signal }: StudyContext,
  onWork: (epochs: number, label: string) => void,
): Promise<Part> {
  const work = workOf(task);
  const onProgress = (fraction: number, label: string) => onWork(fraction * work, label);
  try {
    signal?.throwIfAborted();
    const part = await runPart(task, { engine, files, onProgress, signal });
    await folder.writePart(part);
    return part;
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new InterruptedError('stopped; finished runs are kept, and --resume goes on from them');
  }
}

function describeModel({ model: { id, label, description }, settings }: PartTask, { parameters }: Part): StudyModel {
  return { id, label, description, settings: printable(settings), parameters };
}

/** Chosen anew for each run, or of no influence on its numbers. */
const UNPRINTED = new Set(['seed', 'engine', 'threads', 'dataDir', 'checkpointEvery']);

function printable(settings: Configuration): StudyModel['settings'] {
  const entries = Object.entries(settings).flatMap(([name, value]): [string, string | number | boolean][] => {
    if (value === undefined || UNPRINTED.has(name)) return [];
    return [[name, Array.isArray(value) ? value.join('; ') || 'none' : value]];
  });
  return Object.fromEntries(entries);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
