/**
 * From a phase to loops. Elementwise chains become one loop each; products, sums and what several read are kept in a
 * work array, whose places are used again when their last reader is done.
 */
import { InputError } from '../../errors.js';
import { describe, type Node, topological, widthOf } from '../../graph/index.js';
import { outputsOf, type Phase } from '../../program/index.js';
import { shareWork } from './share-work.js';
import type { Formula, Loops, Place, Statement } from './statements.js';

const elementwise = new Set(['elementwise', 'broadcastRows', 'broadcast', 'constant']);

/** Reads carries, sequences and weights at this step; writes carries and sequences, all reads being done before. */
export function lowerPhase(part: Phase): Loops {
  const outputs = outputsOf(part);
  const order = topological(outputs).filter((node) => node.shape.length === 1);
  const statements: Statement[] = [];
  const places = new Map<Node, Place>();
  const kept = keptAmong(order, outputs);
  let entries = 0;
  const keep = (node: Node, made: (to: Place) => Statement[]): void => {
    const to: Place = { array: { kind: 'work' }, offset: entries };
    entries += widthOf(node);
    statements.push(...made(to));
    places.set(node, to);
  };
  const placeOf = (node: Node): Place => {
    const place = places.get(node);
    if (place === undefined) throw new Error(`${describe(node)} has no place`);
    return place;
  };
  const formula = (node: Node): Formula => {
    const place = places.get(node);
    if (place !== undefined) return { kind: 'read', place, single: widthOf(node) === 1 };
    switch (node.op) {
      case 'constant':
        return { kind: 'number', value: node.attributes.value as number };
      case 'broadcastRows':
      case 'broadcast':
        return formula(node.args[0]!);
      case 'elementwise':
        return { kind: 'apply', name: node.attributes.name, args: node.args.map(formula) };
      default:
        throw new InputError(`the operation "${node.op}" of ${describe(node)} cannot be exported as loops`);
    }
  };

  for (const node of order) {
    const description = describe(node, 3);
    const width = widthOf(node);
    const [first, second] = node.args;
    if (node.op === 'input') {
      const { role, name } = node.attributes;
      places.set(node, { array: { kind: role === 'shared' ? 'weight' : role, name }, offset: 0 });
    } else if (node.op === 'matmul') {
      const weight = (first!.attributes as { name: string }).name;
      const shape = { rows: width, columns: widthOf(second!) };
      keep(node, (to) => [{ kind: 'product', to, weight, from: placeOf(second!), ...shape, description }]);
    } else if (node.op === 'sum' || node.op === 'logSumExp') {
      const { op } = node;
      keep(node, (to) => [{ kind: op, to, from: placeOf(first!), width: widthOf(first!), description }]);
    } else if (node.op === 'slice') {
      const from = placeOf(first!);
      places.set(node, { ...from, offset: from.offset + node.attributes.start });
    } else if (node.op === 'concat') {
      keep(node, (to) => {
        let offset = to.offset;
        return node.args.map((part): Statement => {
          const own = { ...to, offset };
          offset += widthOf(part);
          return { kind: 'each', to: own, width: widthOf(part), value: formula(part), description };
        });
      });
    } else if (!elementwise.has(node.op)) {
      throw new InputError(`the operation "${node.op}" of ${description} cannot be exported as loops`);
    } else if (kept.has(node)) {
      keep(node, (to) => [{ kind: 'each', to, width, value: formula(node), description }]);
    }
  }
  // All old carries are read before any is written: what passes through unchanged is copied first.
  const results = outputs.map((node) => {
    const place = placeOf(node);
    if (place.array.kind === 'work') return place;
    const copy: Place = { array: { kind: 'work' }, offset: entries };
    entries += widthOf(node);
    const value: Formula = { kind: 'read', place, single: widthOf(node) === 1 };
    statements.push({ kind: 'each', to: copy, width: widthOf(node), value, description: describe(node) });
    return copy;
  });
  const targets = [
    ...Object.keys(part.carries).map((name) => ({ kind: 'carry', name }) as const),
    ...Object.keys(part.sequences).map((name) => ({ kind: 'sequence', name }) as const),
  ];
  for (const [index, array] of targets.entries()) {
    const width = widthOf(outputs[index]!);
    const value: Formula = { kind: 'read', place: results[index]!, single: width === 1 };
    statements.push({ kind: 'each', to: { array, offset: 0 }, width, value, description: `the next ${array.name}` });
  }
  return shareWork(statements);
}

/** Elementwise values that need a place: outputs, what several read, what is broadcast, and what no loop computes along. */
function keptAmong(order: readonly Node[], outputs: readonly Node[]): Set<Node> {
  const kept = new Set<Node>(outputs);
  const readers = new Map<Node, number>();
  for (const node of order)
    for (const arg of new Set(node.args)) {
      const uses = node.args.filter((own) => own === arg).length;
      readers.set(arg, (readers.get(arg) ?? 0) + uses);
      const inline = elementwise.has(node.op) || node.op === 'concat';
      if (!inline || (node.op === 'broadcast' && !isFree(arg))) kept.add(arg);
    }
  for (const [node, count] of readers) if (count > 1 && !isFree(node)) kept.add(node);
  return kept;
}

/** Costs nothing to read again. */
function isFree(node: Node): boolean {
  if (node.op === 'constant') return true;
  return (
    (node.op === 'broadcastRows' || node.op === 'broadcast') && (isFree(node.args[0]!) || node.args[0]!.op === 'input')
  );
}
