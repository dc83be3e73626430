/**
 * The functions that a tape applies to every entry: the elementwise operations of graphs, and those that lowering makes of
 * several nodes. An executor numbers them by their place in the lists of their arity.
 */
import { type ElementwiseName, elementwise, elementwiseNames } from '../../graph/elementwise.js';

export type FunctionName = ElementwiseName | 'copy' | 'multiplyAdd' | 'negatedMultiplyAdd';

export type Arity = 1 | 2 | 3;

const named = (arity: Arity): readonly ElementwiseName[] =>
  elementwiseNames.filter((name) => elementwise[name].arity === arity);

/** Their names by arity; the place in a list is the number in the tape's words. */
export const functionNames: { readonly [A in Arity]: readonly FunctionName[] } = {
  1: [...named(1), 'copy'],
  2: named(2),
  /** a·b + c and c − a·b, rounded once where an engine can. */
  3: ['multiplyAdd', 'negatedMultiplyAdd', ...named(3)],
};

export function isFunctionName(name: string): name is FunctionName {
  return Object.values(functionNames).some((names) => (names as readonly string[]).includes(name));
}

export function arityOf(name: FunctionName): Arity {
  if (name === 'copy') return 1;
  return name === 'multiplyAdd' || name === 'negatedMultiplyAdd' ? 3 : elementwise[name].arity;
}
