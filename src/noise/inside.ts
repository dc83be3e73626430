import { numberAt } from '../spec.js';
import { amplitude, noiseScale, type SchemeEntry } from './scheme.js';

/**
 * Noise inside the nonlinearity: u + s ξ/√δ in place of every preactivation u that the cell marks, such as
 * tanh(W h + U x + b + s ξ/√δ). The step is not affine in the noise, and as δ → 0 the noise does not settle on a
 * diffusion. For comparison: networks trained so come to rely on it (Eckstein & Srinivasan, *Paradoxical noise preference
 * in RNNs*, arXiv 2601.04539).
 */
export const inside: SchemeEntry = {
  description: 'normals of amplitude add/√δ on the preactivations that the cell marks',
  keys: { add: amplitude, eps: noiseScale },
  create: (values) => ({
    kind: 'inside',
    name: 'inside',
    scale: numberAt(values, 'eps'),
    amplitude: numberAt(values, 'add'),
    centred: true,
    symmetric: true,
  }),
};
