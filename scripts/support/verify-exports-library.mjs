/** What the verification needs of the built library, from inside it. */
import { applyPreprocessing, loadTest } from '../../dist/data/index.js';
import { dataRequest } from '../../dist/train/data-request.js';

export { openEngine } from '../../dist/engine/open-engine.js';
export { exportRun } from '../../dist/export/index.js';
export { createObjective } from '../../dist/model/index.js';
export { predict, readRun, taskOf } from '../../dist/train/index.js';

/** The first rows of the run's test data, whole as they are predicted. */
export async function loadTestRows({ settings }, files, rows) {
  const table = await loadTest(dataRequest(settings, files));
  const count = Math.min(rows, table.rows);
  const values = table.values.subarray(0, count * table.steps * table.channels);
  return { name: table.name, rows: count, steps: table.steps, channels: table.channels, values, labels: null };
}

export const normalised = (table, preprocessing) => applyPreprocessing(table, { ...preprocessing, steps: 0 });
