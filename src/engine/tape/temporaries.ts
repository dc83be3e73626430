import type { Operand, Operation, TapePhase } from './tape.js';

/**
 * Assigns every temporary of a phase a byte offset such that values alive at the same time do not overlap. An
 * elementwise operation may write over an operand that ends with it.
 * @param bytesOf bytes of a row value of a full tile, by its width.
 * @returns offsets by temporary, and the bytes they span.
 */
export function placeTemporaries(
  part: TapePhase,
  bytesOf: (width: number) => number,
): { offsets: Map<number, number>; bytes: number } {
  const lastUse = new Map<number, number>();
  for (const [index, operation] of part.operations.entries())
    for (const operand of touched(operation))
      if (operand.place.kind === 'temporary') lastUse.set(operand.place.id, index);
  const offsets = new Map<number, number>();
  const free = new Map<number, number[]>();
  let bytes = 0;
  for (const [index, operation] of part.operations.entries()) {
    const ending = (operand: Operand) =>
      operand.place.kind === 'temporary' && lastUse.get(operand.place.id) === index ? operand.place : undefined;
    const release = () => {
      const released = new Set<number>();
      for (const operand of operation.args) {
        const place = ending(operand);
        if (place === undefined || released.has(place.id) || isOut(operation, place.id)) continue;
        released.add(place.id);
        const size = bytesOf(place.width);
        free.set(size, [...(free.get(size) ?? []), offsets.get(place.id)!]);
      }
    };
    const mayReuse =
      operation.code !== 'product' && operation.args.every(({ start, repeated }) => start === 0 && !repeated);
    if (mayReuse && 'out' in operation && operation.out.start === 0) release();
    if ('out' in operation && operation.out.place.kind === 'temporary' && !offsets.has(operation.out.place.id)) {
      const size = bytesOf(operation.out.place.width);
      const reused = free.get(size)?.pop();
      offsets.set(operation.out.place.id, reused ?? bytes);
      if (reused === undefined) bytes += size;
    }
    if (!(mayReuse && 'out' in operation && operation.out.start === 0)) release();
  }
  return { offsets, bytes };
}

function touched(operation: Operation): Operand[] {
  return 'out' in operation ? [...operation.args, operation.out] : [...operation.args];
}

function isOut(operation: Operation, id: number): boolean {
  return 'out' in operation && operation.out.place.kind === 'temporary' && operation.out.place.id === id;
}
