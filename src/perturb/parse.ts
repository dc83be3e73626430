import { InputError } from '../errors.js';
import type { Perturbation } from './perturbation.js';
import { perturbations } from './table.js';

/** @throws InputError listing the kinds, for one there is none of. */
export function findPerturbation(kind: string): Perturbation {
  const found = perturbations.get(kind);
  if (found === undefined)
    throw new InputError(`unknown perturbation '${kind}'; expected one of ${[...perturbations.keys()].join(', ')}.`);
  return found;
}

/**
 * Reads `kind=strength,strength,…`, such as `white=0,0.1,0.2`.
 * @throws InputError for an unknown kind, or a strength that is not a number from 0 to the kind's largest.
 */
export function parsePerturbation(text: string): { kind: string; strengths: number[] } {
  const separator = text.indexOf('=');
  if (separator < 0)
    throw new InputError(`perturbation '${text}' has no strengths; write it as kind=strength,…, e.g. white=0.1,0.2.`);
  const kind = text.slice(0, separator).trim();
  const { largest, strength: meaning } = findPerturbation(kind);
  const strengths = text
    .slice(separator + 1)
    .split(',')
    .map((part) => {
      const value = Number(part);
      if (part.trim() === '' || !Number.isFinite(value) || value < 0 || value > largest) {
        const range = Number.isFinite(largest) ? `from 0 to ${largest}` : 'of 0 or more';
        throw new InputError(`perturbation '${text}': strength '${part}' is not a number ${range}; it is ${meaning}.`);
      }
      return value;
    });
  return { kind, strengths };
}
