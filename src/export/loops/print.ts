/** Loops as text: what C and JavaScript have in common. */
import type { ElementwiseName } from '../../graph/index.js';
import type { Formula, Place, Statement } from './statements.js';

export interface Dialect {
  readonly number: (value: number) => string;
  /** Where an array's numbers begin, as an expression that can be indexed. */
  readonly array: (array: Place['array']) => string;
  /** As an argument of a function: an array from a place on. */
  readonly pointer: (place: Place) => string;
  /** Arguments are texts that need no brackets. */
  readonly spelling: { readonly [N in ElementwiseName]: (args: readonly string[]) => string };
  readonly loop: (width: number, body: string) => string;
  readonly product: (to: string, weight: string, from: string, rows: number, columns: number) => string;
  readonly sum: (from: string, width: number) => string;
  readonly logSumExp: (from: string, width: number) => string;
  readonly comment: (text: string) => string;
}

/** A line or two a statement. */
export function printStatements(statements: readonly Statement[], dialect: Dialect): string[] {
  return statements.flatMap((statement) => [dialect.comment(statement.description), print(statement, dialect)]);
}

function print(statement: Statement, dialect: Dialect): string {
  const { to } = statement;
  switch (statement.kind) {
    case 'each': {
      const { width, value } = statement;
      const single = width === 1;
      const body = `${element(to, single, dialect)} = ${unwrapped(printFormula(value, single, dialect))};`;
      return single ? body : dialect.loop(width, body);
    }
    case 'product': {
      const { weight, from, rows, columns } = statement;
      return dialect.product(dialect.pointer(to), weight, dialect.pointer(from), rows, columns);
    }
    default:
      return `${element(to, true, dialect)} = ${dialect[statement.kind](dialect.pointer(statement.from), statement.width)};`;
  }
}

function printFormula(formula: Formula, single: boolean, dialect: Dialect): string {
  switch (formula.kind) {
    case 'read':
      return element(formula.place, single || formula.single, dialect);
    case 'number':
      return dialect.number(formula.value);
    case 'apply':
      return dialect.spelling[formula.name](formula.args.map((arg) => printFormula(arg, single, dialect)));
  }
}

function element({ array, offset }: Place, single: boolean, dialect: Dialect): string {
  const index = single ? String(offset) : offset === 0 ? 'i' : `${offset} + i`;
  return `${dialect.array(array)}[${index}]`;
}

/** Without brackets around the whole. */
export function unwrapped(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    if (text[i] === '(') depth += 1;
    if (text[i] === ')') depth -= 1;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}
