/**
 * Third pass: gives results their places. A temporary that is a carry's next value, a sequence's entry or an outer product's operand
 * is computed straight into that place where nothing is read too late by it, and copied there otherwise.
 */
import {
  type Counter,
  keyOf,
  type LoosePhase,
  mapOperands,
  type Operand,
  type Operation,
  type OuterProduct,
  type Place,
  type Store,
  samePlace,
  type TapePhase,
  whole,
} from './tape.js';

export function place(part: LoosePhase, counter: Counter): TapePhase {
  const { name, kind, reverse, stores } = part;
  const operations = [...part.operations];
  let outerProducts = [...part.outerProducts];
  const rename = (from: Place, to: Place): void => {
    for (const [index, operation] of operations.entries()) operations[index] = replaceIn(operation, from, to);
    const swap = (operand: Operand) => (samePlace(operand.place, from) ? { ...operand, place: to } : operand);
    outerProducts = outerProducts.map((term) => ({ ...term, a: swap(term.a), b: swap(term.b) }));
    for (const [index, store] of pending.entries()) pending[index] = { ...store, operand: swap(store.operand) };
  };
  const pending = stores.filter(({ place, operand }) => !isItself(place, operand) && !isTaped({ place, operand }));
  // A carry's old value goes on the tape before anything can overwrite it.
  for (const { place, operand } of stores.filter(isTaped)) operations.unshift(copy(whole(place), operand, place.width));

  // A carry that moves into another carry is saved first if it is itself overwritten.
  const overwritten = new Set(pending.filter(({ place }) => place.kind === 'carry').map(({ place }) => keyOf(place)));
  for (const [index, { place, operand }] of pending.entries()) {
    if (place.kind !== 'carry' || !overwritten.has(keyOf(operand.place))) continue;
    const saved: Operand = fresh('temporary', place.width, counter);
    operations.push(copy(saved, operand, place.width));
    pending[index] = { place, operand: saved };
  }
  const copies: Operation[] = [];
  const settleOne = (index: number): void => {
    const { place, operand } = pending[index]!;
    const direct =
      operand.place.kind === 'temporary' &&
      !operand.repeated &&
      operand.start === 0 &&
      operand.place.width === place.width &&
      (place.kind === 'sequence' || overwriteIsSafe(place, operand.place, operations, outerProducts, pending));
    if (direct) rename(operand.place, place);
    else copies.push(copy(whole(place), operand, place.width));
  };
  for (const [index, { place }] of pending.entries()) if (place.kind === 'sequence') settleOne(index);
  for (const [index, { place }] of pending.entries()) if (place.kind === 'carry') settleOne(index);
  for (const [index, term] of outerProducts.entries())
    for (const side of ['a', 'b'] as const) {
      const operand = outerProducts[index]![side];
      const { place } = operand;
      if (place.kind === 'sequence' || place.kind === 'slot' || place.kind === 'constant') continue;
      const width = side === 'a' ? term.rows : term.columns;
      if (place.kind === 'temporary' && !operand.repeated) {
        rename(place, { kind: 'slot', id: counter.next(), width: place.width });
        for (const [at, operation] of copies.entries())
          copies[at] = replaceIn(operation, place, outerProducts[index]![side].place);
        continue;
      }
      const kept = fresh('slot', width, counter);
      // A carry is read before this step's copies overwrite it.
      operations.push(copy(kept, operand, width));
      outerProducts[index] = { ...outerProducts[index]!, [side]: kept };
    }
  return { name, kind, reverse, operations: [...operations, ...copies], outerProducts };
}

/** Nothing may read the carry's old value after the first write of its new one. */
function overwriteIsSafe(
  carry: Place,
  value: Place,
  operations: readonly Operation[],
  outerProducts: readonly OuterProduct[],
  stores: readonly Store[],
): boolean {
  const firstWrite = operations.findIndex((operation) => 'out' in operation && samePlace(operation.out.place, value));
  if (outerProducts.some(({ a, b }) => samePlace(a.place, carry) || samePlace(b.place, carry))) return false;
  if (stores.some(({ operand }) => samePlace(operand.place, carry))) return false;
  return operations.every((operation, index) => {
    const reads = operation.args.filter(({ place }) => samePlace(place, carry));
    if (reads.length === 0 || index < firstWrite) return true;
    const inPlace = operation.code === 'elementwise' && reads.every(({ start, repeated }) => start === 0 && !repeated);
    return index === firstWrite && inPlace && 'out' in operation && operation.out.start === 0;
  });
}

function replaceIn(operation: Operation, from: Place, to: Place): Operation {
  return mapOperands(operation, (operand) => (samePlace(operand.place, from) ? { ...operand, place: to } : operand));
}

function copy(out: Operand, from: Operand, width: number): Operation {
  return { code: 'elementwise', name: 'copy', out, args: [from], width };
}

function fresh(kind: 'temporary' | 'slot', width: number, counter: Counter): Operand {
  return whole({ kind, id: counter.next(), width });
}

function isTaped({ place, operand }: Store): boolean {
  return place.kind === 'sequence' && operand.place.kind === 'carry';
}

function isItself(place: Place, operand: Operand): boolean {
  return samePlace(place, operand.place) && operand.start === 0 && !operand.repeated;
}
