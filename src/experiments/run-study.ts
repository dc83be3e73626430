/** Runs every part of a study that is not there yet, and puts the result together. */
import { InputError } from '../errors.js';
import { storedExample, storedRun } from '../result/stored.js';
import type { StudyModel, StudyResult, StudySearch } from '../result/study.js';
import { InterruptedError } from '../train/index.js';
import { composeAnswer } from './answer.js';
import {
  attackOrderOf,
  comparisonsOf,
  dosePointsOf,
  measureComparisonsOf,
  overallComparisonsOf,
  overallOf,
  pairsOf,
  pointsOf,
  underTrainedOf,
} from './assemble.js';
import { joinExamples } from './examples.js';
import type { Earlier } from './from.js';
import { complete, differences, printable, protocolOf } from './identity.js';
import type { Part, PartData, Trial } from './part.js';
import { pictureOf } from './picture.js';
import { plannedAnswer } from './planned.js';
import { type PartTask, settingsOf } from './run-part.js';
import { choose, roundsOf, trialsOf, withChosen, withDose } from './search.js';
import type { ModelPlan, Study } from './study.js';
import type { StudyFolder } from './study-folder.js';
import { type PartWork, partTasks, range, sumOfWork, trialTasks, workOfAll } from './tasks.js';
import { runTasks, type StudyWorker } from './workers.js';

export interface StudyContext {
  /** Of the engine that computes what is missing. */
  readonly build: string;
  readonly workers: () => Promise<readonly StudyWorker[]>;
  readonly folder: StudyFolder;
  /** Results of earlier sittings, the first that has a part gives it. */
  readonly earlier: readonly Earlier[];
  /** Take parts of other engine builds too. */
  readonly mixBuilds: boolean;
  /** Training seeds 1 to this number. */
  readonly seeds: number;
  /** What a reader types to have the same study again. */
  readonly command: string;
  /** Versions and machine, for the record. */
  readonly environment: Readonly<Record<string, string | number | boolean>>;
  /** The fraction is of all epochs and test passes of the study, finished parts included. */
  readonly onProgress: (fraction: number, label: string) => void;
  readonly onNote?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Checks what can be checked before anything is computed. @throws InputError for bad settings. */
export function checkStudy(study: Study, seeds: number): void {
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new InputError(`training seeds: got ${seeds}, expected a whole number, 1 or more`);
  for (const model of study.models) settingsOf({ study, model, seed: 1 });
  for (const search of roundsOf(study).flat())
    for (const candidate of search.candidates)
      for (const { settings } of trialsOf(study, search, candidate)) complete(settings);
}

/**
 * @throws InputError for settings that do not go together, stored parts of another study, or of another build unless
 * that is allowed.
 * @throws TrainingError if a run diverges. @throws InterruptedError once the signal is aborted; finished parts stay.
 */
export async function runStudy(planned: Study, context: StudyContext): Promise<StudyResult> {
  const { seeds, command } = context;
  const started = performance.now();
  checkStudy(planned, seeds);
  try {
    const { trials, parts: expected, there } = await workOfAll(planned, context);
    const account: Account = { done: there, total: trials + expected };
    const { searches, study: chosen, searchSeconds } = await searchAll(planned, context, account);
    account.done = trials;
    const { study, levels } = withDose(chosen);
    const { parts, stored, data } = await computeParts(study, context, account);
    const runs = parts.map(({ run }) => storedRun(run));
    const comparisons = comparisonsOf(study, runs);
    const overall = overallComparisonsOf(study, pairsOf(study), runs);
    const points = pointsOf(study, runs);
    const underTrained = underTrainedOf(study, runs);
    return {
      format: 'noisy-rnn/study',
      version: 3,
      name: study.name,
      title: study.title,
      question: study.question,
      answer:
        study.plan === undefined
          ? composeAnswer(study, { overall, comparisons, underTrained, seeds })
          : plannedAnswer({ ...study, plan: study.plan }, runs, seeds),
      data: { ...data, description: study.dataDescription, picture: pictureOf(data.name) },
      models: study.models.map((model) => describeModel(study, model, parts)),
      seeds: range(seeds),
      plannedSeeds: study.seeds,
      perturbationSeeds: range(study.perturbationSeeds),
      protocol: protocolOf(study),
      searches,
      runs,
      points,
      overall: overallOf(study, runs),
      overallComparisons: overall,
      comparisons,
      measureComparisons: measureComparisonsOf(study, runs),
      dose:
        study.dose === undefined || levels.length === 0
          ? null
          : { label: study.dose.label, levels, points: dosePointsOf(study, levels, runs) },
      underTrained,
      attackOrder: attackOrderOf(study, points),
      builds: countBuilds(runs.map(({ build }) => build)),
      examples: joinExamples(parts.slice(0, study.models.length)).map(storedExample),
      command,
      assembledBy: { ...context.environment, build: context.build },
      seconds: searchSeconds + stored + (performance.now() - started) / 1000,
    };
  } catch (error) {
    if (!context.signal?.aborted) throw error;
    throw new InterruptedError('stopped; finished runs are kept, and --resume goes on from them');
  }
}

/** Of all work of the study, in epochs about, what is done. */
interface Account {
  done: number;
  readonly total: number;
}

/** Every search that the study's models need, round by round. */
async function searchAll(planned: Study, context: StudyContext, account: Account) {
  const results: StudySearch[] = [];
  let study = planned;
  let searchSeconds = 0;
  const rounds = roundsOf(planned);
  for (const round of rounds) {
    const wanted = trialTasks(study, round);
    const found = new Map<string, Trial>();
    for (const { name, task } of wanted) {
      const settings = printable(complete(task.settings));
      const known =
        (await context.folder.readTrial(name, settings)) ??
        context.earlier.map((own) => own.trial(settings, task.settings.seed ?? 0)).find((trial) => trial !== undefined);
      if (known !== undefined && allowed(known.build, name, context)) {
        found.set(name, known);
        searchSeconds += known.seconds;
      }
    }
    await compute(wanted, found, context, account, async ({ name }, trial) => {
      found.set(name, trial as Trial);
      await context.folder.writeTrial(name, trial as Trial);
    });
    for (const search of round) {
      const own = wanted.filter((each) => each.search === search.id);
      const trials = search.candidates.map((_, index) =>
        own.filter((each) => each.index === index).map(({ name }) => found.get(name)!),
      );
      results.push(choose(study, search, trials, results));
    }
    study = withChosen(study, round, results);
  }
  return { searches: results, study, searchSeconds };
}

async function computeParts(study: Study, context: StudyContext, account: Account) {
  const { folder, earlier } = context;
  const protocol = protocolOf(study);
  const tasks = partTasks(study, context);
  const found = new Map<string, Part>();
  const outdated: string[] = [];
  for (const { name, task } of tasks) {
    const settings = printable(settingsOf(task));
    const own = await folder.readPart(task.model.id, task.seed, settings, protocol);
    const { known, unlike } = own === undefined ? fromEarlier(earlier, task, settings, protocol) : { known: own };
    if (known !== undefined && allowed(known.run.build, name, context)) found.set(name, known);
    else if (unlike !== undefined) outdated.push(`${name}: ${unlike.join('; ')}`);
  }
  if (outdated.length > 0)
    context.onNote?.(
      `${outdated.length} of the runs in --from ${outdated.length === 1 ? 'is' : 'are'} of other settings and computed ` +
        `anew (${outdated[0]}${outdated.length === 1 ? '' : '; …'})`,
    );
  const stored = [...found.values()].reduce((sum, { run }) => sum + run.seconds, 0);
  if (found.size === tasks.length) context.onNote?.(`all ${tasks.length} runs are there already; nothing is computed`);
  await compute(tasks, found, context, account, async ({ name }, part) => {
    found.set(name, part as Part);
    await folder.writePart(part as Part);
  });
  const parts = tasks.map(({ name }) => found.get(name)!);
  const { data } = parts.find(({ settings }) => settings.limitTrain === undefined) ?? parts[0]!;
  const unlike = (part: Part) => differences(sharedData(part, data), data);
  const other = parts.find((part) => unlike(part).length > 0);
  if (other !== undefined)
    throw new InputError(
      `${other.run.model}, seed ${other.run.seed} was computed on other data (${unlike(other).join('; ')}); ` +
        'use the same data for all parts',
    );
  return { parts, stored, data };
}

/** The number of training rows is no difference where a model's settings limit it. */
function sharedData({ data, settings }: Part, { train }: PartData): PartData {
  return settings.limitTrain === undefined ? data : { ...data, train };
}

/** The part of the first earlier result that has it; or, if those were of something else, what differs in the first. */
function fromEarlier(earlier: readonly Earlier[], { model, seed }: PartTask, settings: object, protocol: object) {
  const parts = earlier.map((result) => result.part(model.id, seed)).filter((part) => part !== undefined);
  const unlike = parts.map((part) => [
    ...differences(part.settings, settings),
    ...differences(part.protocol, protocol),
  ]);
  const same = unlike.findIndex((each) => each.length === 0);
  return same === -1 ? { known: undefined, unlike: unlike[0] } : { known: parts[same] };
}

/** @throws InputError if it is of another build and that was not allowed. */
function allowed(build: string, name: string, context: StudyContext): boolean {
  if (build === context.build || context.mixBuilds) return true;
  throw new InputError(
    `${name} was computed by engine build ${build}, and this is ${context.build}: its numbers are another draw of the same ` +
      'experiment. Use the same engine, or take both (--mix-builds; the report then says so)',
  );
}

/** Those that are not there yet. */
async function compute<T extends PartWork>(
  tasks: readonly T[],
  found: ReadonlyMap<string, unknown>,
  { workers, onProgress }: StudyContext,
  account: Account,
  onDone: (task: T, result: Part | Trial) => Promise<void>,
): Promise<void> {
  const missing = tasks.filter(({ name }) => !found.has(name));
  // What is stored counts as done before the first report, or the time remaining would be reckoned from too fast a pace.
  account.done += tasks.filter(({ name }) => found.has(name)).reduce(sumOfWork, 0);
  if (missing.length === 0) return;
  const running = new Map<T, number>();
  await runTasks(
    missing,
    await workers(),
    (task, fraction, label) => {
      running.set(task, Math.max(running.get(task) ?? 0, fraction * task.work));
      const done = account.done + [...running.values()].reduce((sum, each) => sum + each, 0);
      onProgress(Math.min(1, done / account.total), label);
    },
    async (task, result) => {
      running.delete(task);
      account.done += task.work;
      await onDone(task, result);
    },
  );
}

function describeModel(study: Study, model: ModelPlan, parts: readonly Part[]): StudyModel {
  const { id, label, description, role = 'main' } = model;
  const { parameters } = parts.find(({ run }) => run.model === id)!;
  const settings = printable(settingsOf({ study, model, seed: 1 }));
  return { id, label, description, role, settings, parameters };
}

function countBuilds(builds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const build of builds) counts[build] = (counts[build] ?? 0) + 1;
  return counts;
}
