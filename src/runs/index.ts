export { type Comparison, compareRuns, type Difference } from './compare-runs.js';
export { listRuns, type RunSummary, repairRuns } from './list-runs.js';
export { parseFilter, parseOrder, runKeys } from './select-runs.js';
