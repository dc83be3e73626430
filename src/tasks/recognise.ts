import { classify } from './classify.js';
import type { Task } from './task.js';

/**
 * One class a row by a generator for each class: its posterior at every step, from the likelihood of what was observed so
 * far under each. After Bitzer & Kiebel, *Recognizing recurrent neural networks*, Biol. Cybern. 2012.
 */
export const recognise: Task = {
  ...classify,
  name: 'recognise',
  readouts: ['every'],
  generates: 'classes',
};
