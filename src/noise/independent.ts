import { constantLike, multiply } from '../graph/index.js';
import { numberAt } from '../spec.js';
import { amplitude, diffusion, noiseScale, type SchemeEntry, type UnitChannel } from './scheme.js';

/** Two diagonal channels, σ1·1 and σ2·f, driven by independent Brownian motions. */
export const independent: SchemeEntry = {
  description: 'two Brownian motions a unit, amplitudes add and mult·f',
  keys: { add: amplitude, mult: amplitude, eps: noiseScale },
  create: (values) => {
    const additive = numberAt(values, 'add');
    const mult = numberAt(values, 'mult');
    const channels: UnitChannel[] = [];
    if (additive !== 0) channels.push({ kind: 'diagonal', amplitude: (h) => constantLike(h, additive) });
    if (mult !== 0) channels.push({ kind: 'diagonal', amplitude: (_, drift) => multiply(mult, drift) });
    return diffusion('independent', numberAt(values, 'eps'), channels);
  },
};
