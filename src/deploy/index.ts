export type { FilterStream, FilterUpdate } from './filter-stream.js';
export { type LoadOptions, loadRun, type RunSource } from './load-run.js';
export {
  type EngineChoiceOptions,
  followsTimes,
  type PredictOptions,
  type RunModel,
  type RunModelOptions,
  type TimedRunModel,
} from './run-model.js';
export type { NumberList, SeriesBatch, SeriesTimes } from './series.js';
export type { StepOptions, StreamState, StreamStep } from './stream.js';
export type { WindowedStream, WindowOptions } from './windows.js';
