export type { AttackLoss } from './ascent.js';
export type { AttackResult, AttackSettings, AttackTarget, LabelledBatch } from './attack.js';
export { type AttackDatasetOptions, attackDataset, type DatasetAttack } from './attack-dataset.js';
export type { Norm } from './ball.js';
export { type FastGradientOptions, fastGradient } from './fgsm.js';
export { type MinimalNormOptions, minimalNorm } from './minimal-norm.js';
export { type ProjectedGradientOptions, projectedGradient } from './pgd.js';
export { type RandomSearchOptions, randomSearch } from './random-search.js';
export { type Attack, attacks, findAttack, parseAttack } from './table.js';
