/** Which data a run's settings name, and how they are to be read. */
import { type DataRequest, type DataSchema, expectedOf, type Reading } from '../data/index.js';
import type { Files } from '../platform/files.js';
import type { Configuration } from './configuration.js';
import type { DataSetting } from './data-settings.js';

export type DataSettings = Pick<Configuration, 'data' | DataSetting>;

/** @param run where a run reads the data that has been trained already: it holds them to its schema, if it keeps one. */
export function dataRequest(settings: DataSettings, files: Files, run?: TrainedRun): DataRequest {
  const { data, dataDir, split, validationData, testData } = settings;
  return {
    ...{ name: data, dataDir, files, split, validationData, testData },
    reading: { ...readingOf(settings), ...(run && readingOfRun(run)) },
  };
}

export interface TrainedRun {
  readonly schema?: DataSchema | undefined;
  readonly preprocessing: { readonly precision?: 'float64' | undefined };
  readonly origin?: 'trained' | 'imported';
}

/** As the settings say. */
export function readingOf(settings: Partial<Pick<Configuration, DataSetting>>): Reading {
  const { format, layout, labelColumn, idColumn, timeColumn, groupColumn, ignoreColumns } = settings;
  const { channelColumns, targetColumns, header, separator, decimal, timeFormat, axes } = settings;
  const { missing, missingMarks, missingLabels } = settings;
  return {
    ...{ format, layout, labelColumn, idColumn, timeColumn, groupColumn, ignoreColumns },
    ...{ channelColumns, targetColumns, header, separator, decimal, timeFormat, axes },
    ...{ missing, missingMarks, missingLabels },
  };
}

/** A run without a schema reads as builds of its time did; an imported one has seen no data. */
export function readingOfRun({ schema, preprocessing, origin }: TrainedRun): Reading {
  if (schema === undefined) return origin === 'imported' ? {} : { legacy: true };
  return { expected: expectedOf(schema), precision: preprocessing.precision ?? 'float32' };
}
