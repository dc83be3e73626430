export { parseResult } from './read-result.js';
export { findStudy, type Reproduced, type ReproduceOptions, reproduce, reproduceStudy } from './reproduce.js';
export { studies } from './studies/index.js';
export type { ModelPlan, Study } from './study.js';
export { writeReport } from './write-report.js';
