import { isConstant, type Node } from '../../graph/index.js';

/** One term of a sum over rows: Σ a bᵀ, or Σ a where there is no b. */
export interface SharedTerm {
  readonly a: Node;
  readonly b?: Node;
  readonly negated: boolean;
}

/**
 * Writes an accumulated expression as a sum of outer products and row sums.
 * @throws Error for anything else; derivatives of expressions over parameters never make it.
 */
export function sharedTerms(node: Node, negated = false): SharedTerm[] {
  const [first, second] = node.args;
  switch (node.op) {
    case 'outer':
      return [{ a: first!, b: second!, negated }];
    case 'sumRows':
      return [{ a: first!, negated }];
    case 'elementwise':
      if (node.attributes.name === 'negate') return sharedTerms(first!, !negated);
      if (node.attributes.name === 'add') return [...sharedTerms(first!, negated), ...sharedTerms(second!, negated)];
      if (node.attributes.name === 'subtract')
        return [...sharedTerms(first!, negated), ...sharedTerms(second!, !negated)];
      break;
    case 'constant':
      if (isConstant(node, 0)) return [];
  }
  throw new Error(`tape: cannot sum ${node.op} over rows; only outer products and row sums, added and subtracted`);
}
