/** Puts the result of a study together, once all its pieces are there. */
import { InputError } from '../errors.js';
import { storedExample, storedRun } from '../result/stored.js';
import type { StudyModel, StudyResult } from '../result/study.js';
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
import { differences, printable, protocolOf } from './identity.js';
import type { Part, PartData, Trial } from './part.js';
import { pictureOf } from './picture.js';
import { plannedAnswer } from './planned.js';
import { settingsOf } from './run-part.js';
import type { ModelPlan, Study } from './study.js';
import { range, type StudyStage } from './study-agenda.js';
import { keyOf, type Outcome } from './work/piece.js';

export interface StudyFacts {
  readonly seeds: number;
  /** What a reader types to have the same study again. */
  readonly command: string;
  /** Versions, machine and engine, for the record. */
  readonly environment: Readonly<Record<string, string | number | boolean>>;
  /** Of this sitting, beyond those of its pieces. */
  readonly seconds: number;
}

/** @throws InputError if pieces were computed on other data than the rest. */
export function studyResult(stage: StudyStage, found: ReadonlyMap<string, Outcome>, facts: StudyFacts): StudyResult {
  const { study, levels, searches } = stage;
  const { seeds } = facts;
  const parts = stage.pieces.map((piece) => found.get(keyOf(piece)) as Part);
  const data = dataOf(parts);
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
    searches: [...searches],
    runs,
    points,
    overall: overallOf(study, runs),
    overallComparisons: overall,
    comparisons,
    measureComparisons: measureComparisonsOf(study, runs),
    dose:
      study.dose === undefined || levels.length === 0
        ? null
        : { label: study.dose.label, levels: [...levels], points: dosePointsOf(study, levels, runs) },
    underTrained,
    attackOrder: attackOrderOf(study, points),
    builds: countBuilds(runs.map(({ build }) => build)),
    examples: joinExamples(parts.slice(0, study.models.length)).map(storedExample),
    command: facts.command,
    assembledBy: { ...facts.environment },
    seconds: secondsOf(found) + facts.seconds,
  };
}

/** Of all pieces, wherever they were computed. */
export function secondsOf(found: ReadonlyMap<string, Outcome>): number {
  return [...found.values()].reduce(
    (sum, outcome) => sum + ('run' in outcome ? outcome.run.seconds : (outcome as Trial).seconds),
    0,
  );
}

function dataOf(parts: readonly Part[]): PartData {
  const [{ data }] = parts as [Part];
  const unlike = (part: Part) => differences(sharedData(part, data), data);
  const other = parts.find((part) => unlike(part).length > 0);
  if (other === undefined) return data;
  throw new InputError(
    `${other.run.model}, seed ${other.run.seed} was computed on other data (${unlike(other).join('; ')}); ` +
      'use the same data for all parts',
  );
}

/** The number of training rows is no difference where a model's settings limit it. */
function sharedData({ data, settings }: Part, { train }: PartData): PartData {
  return settings.limitTrain === undefined ? data : { ...data, train };
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
