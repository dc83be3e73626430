import { diffusion, type SchemeEntry } from './scheme.js';

export const none: SchemeEntry = {
  description: 'no noise',
  keys: {},
  create: () => diffusion('none', 0, []),
};
