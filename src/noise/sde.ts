import { add, constantLike, multiply, type Node } from '../graph/index.js';
import { numberAt } from '../spec.js';
import { amplitude, diffusion, noiseScale, type SchemeEntry, type UnitChannel } from './scheme.js';

/** One diagonal channel g = σ1·1 + σ2·f: the scheme of the theory in Lim et al. 2021, eq. 4 and §6. */
export const sde: SchemeEntry = {
  description: 'one Brownian motion a unit, amplitude add + mult·f',
  keys: { add: amplitude, mult: amplitude, eps: noiseScale },
  create: (values) => {
    const additive = numberAt(values, 'add');
    const mult = numberAt(values, 'mult');
    const g = (h: Node, drift: Node) => add(constantLike(h, additive), multiply(mult, drift));
    const channels: UnitChannel[] = additive === 0 && mult === 0 ? [] : [{ kind: 'diagonal', amplitude: g }];
    return diffusion('sde', numberAt(values, 'eps'), channels);
  },
};
