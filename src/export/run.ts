/** What an exporter reads of a run: a loaded folder or file, or the object that `loadRun` gives. */
import type { LoadedRun } from '../train/load-run.js';

export type ExportableRun = Pick<LoadedRun, 'model' | 'parameters' | 'settings' | 'preprocessing' | 'temperature'> &
  Partial<Pick<LoadedRun, 'origin'>>;
