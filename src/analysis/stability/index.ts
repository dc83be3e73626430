export { type ActivationName, type AffineForm, affineForm } from './affine-form.js';
export { analyzeStability, type StabilityFigures, stepSizesOf } from './analyze-stability.js';
export { type Bounds, best, driftBounds, stepFactors } from './bounds.js';
export { spectralNorm } from './matrices.js';
export { type NoiseTerms, noiseTerms } from './noise-terms.js';
export { type VertexMaximum, vertexMaximum } from './vertices.js';
