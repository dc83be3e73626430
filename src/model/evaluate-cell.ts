/** A cell's own expression, traced and checked. */
import type { Cell, CellContext } from '../cells/index.js';
import { InputError } from '../errors.js';
import { broadcast, broadcastRows, constant, type Expression, type Node, signature } from '../graph/index.js';

/** The drift, or h⁺ − h of a discrete cell, with every component checked. */
export function evaluateCell(
  cell: Cell,
  widths: Readonly<Record<string, number>>,
  context: CellContext<string, string>,
): Record<string, Node> {
  const rule = cell.drift ?? cell.step;
  const values: Readonly<Record<string, Expression>> = rule!(context);
  for (const name of Object.keys(values))
    if (widths[name] === undefined)
      throw new InputError(`cell ${cell.name}: "${name}" is not a component of its state`);
  return Object.fromEntries(
    Object.entries(widths).map(([name, width]) => {
      const value = values[name];
      if (value === undefined) throw new InputError(`cell ${cell.name}: no value for component "${name}" was returned`);
      const node = toRow(value, width);
      if (node.space !== 'row' || node.shape[0] !== width || node.shape.length !== 1)
        throw new InputError(
          `cell ${cell.name}: component "${name}" must be a row vector of ${width}, got ${signature(node)}`,
        );
      return [name, node];
    }),
  );
}

function toRow(value: Expression, width: number): Node {
  if (typeof value === 'number') return constant(value, [width], 'row');
  const row = value.shape.length === 1 ? broadcastRows(value) : value;
  return row.shape.length === 1 && row.shape[0] === 1 ? broadcast(row, [width]) : row;
}
