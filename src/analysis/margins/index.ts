export { analyzeMargins, type MarginDistribution, type MarginFigures } from './analyze-margins.js';
export { type AttackOptions, type AttackResult, smallestAttack } from './attack.js';
export {
  type CertifiableModel,
  certifiableModel,
  certifiedMargins,
  type LipschitzBound,
  lipschitzBound,
} from './certified.js';
export { type Classifier, createClassifier } from './classifier.js';
export { type LinearisedMargins, linearisedMargins } from './linearised.js';
export { largestRemainder, localMargins } from './local.js';
export { type Sensitivities, sensitivitiesOf } from './sensitivities.js';
