import { multiply } from '../graph/index.js';
import { numberAt } from '../spec.js';
import { amplitude, diffusion, noiseScale, type SchemeEntry, type UnitChannel } from './scheme.js';

/** One Brownian motion shared by all units, g = s·h: the noise that can stabilise (Khasminskii; Mao 1994). */
export const scalar: SchemeEntry = {
  description: 'one Brownian motion for all units, amplitude mult·h',
  keys: { mult: amplitude, eps: noiseScale },
  create: (values) => {
    const mult = numberAt(values, 'mult');
    const channels: UnitChannel[] = mult === 0 ? [] : [{ kind: 'scalar', amplitude: (h) => multiply(mult, h) }];
    return diffusion('scalar', numberAt(values, 'eps'), channels);
  },
};
