export { parseResult } from './read-result.js';
export {
  findStudy,
  joinStudy,
  type Reproduced,
  type ReproduceOptions,
  reproduce,
  reproduceStudy,
} from './reproduce.js';
export { studies } from './studies/index.js';
export type { ModelPlan, Study } from './study.js';
export { type SweepOptions, type Swept, sweep } from './sweep/sweep.js';
export { cancelWork, retryWork, statusOf, type WorkStatus } from './work/status.js';
export { writeReport } from './write-report.js';
