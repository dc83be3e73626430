/** What loops cost, counted. */
import { elementwise } from '../../graph/index.js';
import type { Formula, Statement } from './statements.js';

export interface Cost {
  readonly multiplyAdds: number;
  /** Additions, comparisons and the like, one an entry. */
  readonly cheap: number;
  /** Calls of tanh, exp and the like. */
  readonly expensive: number;
}

export function costOfLoops(statements: readonly Statement[]): Cost {
  let [multiplyAdds, cheap, expensive] = [0, 0, 0];
  const visit = (formula: Formula, width: number): void => {
    if (formula.kind !== 'apply') return;
    if (elementwise[formula.name].cost === 'expensive') expensive += width;
    else cheap += width;
    for (const arg of formula.args) visit(arg, width);
  };
  for (const statement of statements)
    if (statement.kind === 'product') multiplyAdds += statement.rows * statement.columns;
    else if (statement.kind === 'each') visit(statement.value, statement.width);
    else if (statement.kind === 'sum') cheap += statement.width;
    else expensive += statement.width + 1;
  return { multiplyAdds, cheap, expensive };
}
