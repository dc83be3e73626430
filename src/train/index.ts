export { type AccuracyInterval, repeatedInterval, wilsonInterval } from '../metrics/index.js';
export { type Answers, estimatesOf, metricsOf, type TargetFigures, targetFigures } from './answers.js';
export { buildConfigured } from './build.js';
export { type Configuration, checkConfiguration, type GivenConfiguration, settings } from './configuration.js';
export { completeConfiguration } from './defaults.js';
export {
  type EnsembleOptions,
  type EnsemblePredictions,
  type EnsembleScore,
  evaluateEnsemble,
  predictEnsemble,
} from './ensemble.js';
export { type EvaluateRequest, type Evaluation, evaluate } from './evaluate.js';
export { type AttackedResult, type AttackRequest, evaluateAttacks } from './evaluate-attacks.js';
export { type EpochMetrics, type FitProgress, type FitTask, fitModel, type Position, startPosition } from './fit.js';
export { configurationJsonSchema } from './json-schema.js';
export { type LoadedRun, readRun } from './load-run.js';
export { createOptimiser, type Optimiser, optimisers } from './optimisers/index.js';
export { isModulePath, type Part, type PartKind } from './parts/kinds.js';
export { builtInParts, type OwnPart, type Parts } from './parts/parts.js';
export type { Modules, PartSource } from './parts/source.js';
export { type Plan, type PlanOptions, planRun } from './plan-run.js';
export { type Predictions, type Predictor, predict } from './predict.js';
export { type RunDocument, readRunDocument } from './run-document.js';
export { RunFolder } from './run-folder.js';
export { parseSchedule, type Schedule, schedules } from './schedules/index.js';
export { predictOutputs, type Score, type ScoringOptions, score } from './score.js';
export { taskOf } from './task-settings.js';
export type { TrainResult } from './train-result.js';
export {
  type ResumeOptions,
  type RunOptions,
  resumeRun,
  type TrainOptions,
  trainRun,
  trainUntil,
} from './train-run.js';
export { InterruptedError, TrainingError } from './training-error.js';
