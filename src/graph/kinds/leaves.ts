import type { Node } from '../node.js';
import type { Kind } from './kind.js';

const leaf = {
  cost: 'cheap',
  tangent: () => undefined,
  transpose: () => [],
  rebuild: (node: object) => node as Node,
} as const;

/** Their values are placed by whoever runs the graph. */
export const input: Kind<'input'> = { ...leaf, evaluate: () => {} };

/** Made again from its counters where it is needed twice. */
export const noise: Kind<'noise'> = { ...leaf, evaluate: () => {} };

export const constant: Kind<'constant'> = {
  ...leaf,
  evaluate: (node, _, out) => {
    const { value } = node.attributes;
    if (typeof value === 'number') out.fill(value);
    else out.set(value);
  },
};
