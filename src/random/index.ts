export { bernoulliThreshold, keepFromWord, normalPair, uniformFromWord } from './draws.js';
export { createGenerator, type Generator } from './generator.js';
export { deriveKey, type Key } from './key.js';
export { torchRandperm } from './mersenne.js';
export { type Distribution, fillNoise, type NoiseAddress, streamOf } from './noise.js';
export { philox4x32, roundKeys } from './philox.js';
