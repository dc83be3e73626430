/** Every attack of a given radius by kind, as the command line knows them. */
import { InputError } from '../../errors.js';
import type { AttackResult, AttackSettings, AttackTarget, LabelledBatch } from './attack.js';
import { fastGradient } from './fgsm.js';
import { projectedGradient } from './pgd.js';
import { randomSearch } from './random-search.js';

export interface Attack {
  readonly kind: string;
  /** What it does, for help and reports. */
  readonly describe: string;
  /** What the strength means, and its unit. */
  readonly strength: string;
  readonly run: (
    target: AttackTarget,
    batch: LabelledBatch,
    radius: number,
    settings: AttackSettings,
  ) => Promise<AttackResult>;
}

const largestChange = 'r, the largest change of any entry (l∞), in the raw units of the data';
const lengthOfChange = 'r, the Euclidean length of the change of the whole sequence (l2), in the raw units of the data';

const all: readonly Attack[] = [
  {
    kind: 'fgsm',
    describe: 'x + r sign(∇ loss)',
    strength: largestChange,
    run: (target, batch, radius, settings) => fastGradient(target, batch, { ...settings, radius }),
  },
  {
    kind: 'pgd',
    describe: '20 projected steps of 2.5 r/20 along sign(∇ loss), from the fgsm point and from a random one',
    strength: largestChange,
    run: (target, batch, radius, settings) => projectedGradient(target, batch, { ...settings, radius }),
  },
  {
    kind: 'pgd-l2',
    describe:
      '20 projected steps of 2.5 r/20 along ∇ loss/‖∇ loss‖, from x + r ∇ loss/‖∇ loss‖ and from a random point',
    strength: lengthOfChange,
    run: (target, batch, radius, settings) => projectedGradient(target, batch, { ...settings, radius, norm: 'l2' }),
  },
  {
    kind: 'random-search',
    describe: '200 random proposals of ±r on windows, without gradients: a check against masked ones',
    strength: largestChange,
    run: (target, batch, radius, settings) => randomSearch(target, batch, { ...settings, radius }),
  },
  {
    kind: 'random-search-l2',
    describe: '200 random proposals on windows in the l2 ball, without gradients',
    strength: lengthOfChange,
    run: (target, batch, radius, settings) => randomSearch(target, batch, { ...settings, radius, norm: 'l2' }),
  },
];

export const attacks: ReadonlyMap<string, Attack> = new Map(all.map((attack) => [attack.kind, attack]));

/** @throws InputError listing the kinds, for one there is none of. */
export function findAttack(kind: string): Attack {
  const found = attacks.get(kind);
  if (found === undefined)
    throw new InputError(`unknown attack '${kind}'; expected one of ${[...attacks.keys()].join(', ')}.`);
  return found;
}

/**
 * Reads `kind=radius,radius,…`, such as `pgd=0.05,0.1`.
 * @throws InputError for an unknown kind, or a radius that is not a number of 0 or more.
 */
export function parseAttack(text: string): { kind: string; strengths: number[] } {
  const separator = text.indexOf('=');
  if (separator < 0)
    throw new InputError(`attack '${text}' has no radius; write it as kind=radius,…, e.g. pgd=0.05,0.1.`);
  const kind = text.slice(0, separator).trim();
  const { strength: meaning } = findAttack(kind);
  const strengths = text
    .slice(separator + 1)
    .split(',')
    .map((part) => {
      const radius = Number(part);
      if (part.trim() === '' || !Number.isFinite(radius) || radius < 0)
        throw new InputError(`attack '${text}': radius '${part}' is not a number of 0 or more; it is ${meaning}.`);
      return radius;
    });
  return { kind, strengths };
}
