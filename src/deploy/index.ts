export { type LoadOptions, loadRun, type RunSource } from './load-run.js';
export type { EngineChoiceOptions, RunModel, RunModelOptions } from './run-model.js';
export type { NumberList, SeriesBatch } from './series.js';
export type { StreamState, StreamStep } from './stream.js';
