import type { Preprocessing } from '../../data/index.js';
import type { LoopPlan } from '../loops/plan.js';
import type { Network } from '../network.js';

export interface Script {
  readonly network: Network;
  readonly plan: LoopPlan;
  readonly preprocessing: Preprocessing;
  readonly temperature: number;
  /** What the file says of itself. */
  readonly about: readonly string[];
}

/** A text as a literal that is safe in a page's own script too. */
export const literal = (value: unknown): string =>
  JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

export const identifier = (name: string): string => name.replaceAll(/\W/g, '_');
