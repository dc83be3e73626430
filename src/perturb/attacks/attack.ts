/**
 * What attacks have in common. An attack looks for a change of the inputs, no larger than a radius in the raw units of
 * the data, that makes the network answer wrongly; it sees the whole sequence at once. A row that is wrong already is
 * left as it is and counts as a success, so that accuracy under attack never exceeds clean accuracy.
 */
import type { Preprocessing } from '../../data/index.js';
import { InputError } from '../../errors.js';
import type { Tensors } from '../../graph/index.js';
import type { Batch, Objective } from '../../model/index.js';

export interface AttackTarget {
  readonly objective: Objective;
  readonly parameters: Tensors;
  /** How inputs come from raw ones, (x − mean) / scale per channel: radii are raw. A run's `Preprocessing` fits. */
  readonly preprocessing: Pick<Preprocessing, 'mean' | 'scale'>;
  /** Raw values that inputs are kept within; an input that lies outside is moved no farther out. None unless given. */
  readonly range?: { readonly minimum: number; readonly maximum: number } | undefined;
  /**
   * Attacks the network with its noise on, in expectation over this many fixed draws: gradients are averaged, and its
   * answer is the class of the largest mean probability (Athalye, Carlini & Wagner, ICML 2018). Noise-free unless given.
   */
  readonly noise?: { readonly seed: number; readonly draws: number } | undefined;
}

/** A batch with labels, as an attack needs it. */
export type LabelledBatch = Batch & { readonly labels: ArrayLike<number> };

export interface AttackSettings {
  /** Seed of random starts and proposals; 1 unless given. */
  readonly seed?: number | undefined;
  /** Identity of each row, so that its draws do not depend on its place in a batch; 0, 1, … unless given. */
  readonly samples?: Uint32Array | undefined;
}

export interface AttackResult {
  /** As the batch's inputs, [rows, steps, channels], normalised. */
  readonly inputs: Float64Array;
  /** [rows], 1 where the network's answer to `inputs` is wrong. */
  readonly success: Uint8Array;
  /** [rows], size of the change in the attack's norm, raw units. */
  readonly norms: Float64Array;
}

/** @throws InputError unless the radius is a number of 0 or more. */
export function checkRadius(radius: number): void {
  if (!(radius >= 0) || !Number.isFinite(radius))
    throw new InputError(`attack: radius ${radius} is not a number of 0 or more, in the raw units of the data`);
}

/** @throws InputError unless the value is a whole number from `least` on. */
export function checkCount(name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new InputError(`attack: ${name} must be a whole number, ${least} or more, got ${value}`);
}
