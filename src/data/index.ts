export { batchOf, type DataBatch, range } from './batch.js';
export type {
  Dataset,
  LabelKind,
  Normalisation,
  Preprocessing,
  SequenceTable,
  StepTimes,
  TargetScaling,
  Targets,
} from './dataset.js';
export { normalisations } from './dataset.js';
export { type DataDescription, describeData, describeTable, type TableDescription } from './describe.js';
export { formatNames, formats, parseTable, readTable } from './formats/table.js';
export { createHeartbeats, heartbeatClasses } from './heartbeats.js';
export { type IdxArray, parseIdx } from './idx.js';
export { clearBeyondEnds, lengthOf, totalSteps } from './lengths.js';
export { type DataRequest, loadScored, loadSplits, loadTest, type Splits } from './load.js';
export { missingRules } from './missing.js';
export { type MnistView, mnistTable, mnistViews } from './mnist.js';
export { type NpyArray, readNpy } from './npy.js';
export { parseNpz } from './npz.js';
export { applyPreprocessing, fitPreprocessing } from './preprocessing.js';
export { type ExpectedColumns, type Layout, layouts, type Reading } from './reading.js';
export type { ColumnReport, ColumnRole, ReadingReport } from './reading-report.js';
export {
  gapRules,
  intervalsOf,
  needsTimes,
  samplingNotes,
  samplings,
  splitAtGaps,
  type TimeScale,
  type TimeStep,
  timeScaleOf,
  timeStepOf,
  withTimeChannel,
} from './sampling/index.js';
export { type ChannelSchema, type DataSchema, expectedOf, schemaOf } from './schema/schema.js';
export { batches, selectRows, splitTable } from './selection.js';
export type { DataLocation, DataSource } from './source.js';
export { loadSeriesFiles } from './source-folders.js';
export { dataSources, namedSource } from './sources.js';
export { parseSplit, type Split, splitByGroup } from './splits.js';
export { parseUcr } from './ucr.js';
