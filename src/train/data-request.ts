/** Which data a run's settings name, and how they are to be read. */
import type { DataRequest } from '../data/index.js';
import type { Files } from '../platform/files.js';
import type { Configuration } from './configuration.js';
import type { DataSetting } from './data-settings.js';

export function dataRequest(settings: Pick<Configuration, 'data' | DataSetting>, files: Files): DataRequest {
  const { data, dataDir, split, validationData, testData } = settings;
  const { format, layout, labelColumn, idColumn, timeColumn, groupColumn } = settings;
  const { channelColumns, targetColumns, missing } = settings;
  return {
    ...{ name: data, dataDir, files, split, validationData, testData },
    reading: {
      ...{ format, layout, labelColumn, idColumn, timeColumn, groupColumn },
      ...{ channelColumns, targetColumns, missing },
    },
  };
}
