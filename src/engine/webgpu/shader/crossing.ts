/**
 * Which values threads read from each other. A thread has the units lane, lane + lanes, … of its row in registers; an operation that reads
 * other units than it writes (a product, a sum, a shifted or repeated operand) reads them from workgroup memory, where their writers put them
 * too, and with a barrier in between.
 */

import type { Operand, Operation, TapePhase } from '../../tape/tape.js';
import { keyOf } from '../../tape/tape.js';

/** Follows a phase operation by operation, and says which operands cross threads. */
export class Crossing {
  /** Places that this phase has written by now; carries are held from the start. */
  readonly #held = new Set<string>();

  /** Whether a place's value is in registers, rather than in storage. */
  holds({ place }: Operand): boolean {
    return place.kind === 'carry' || this.#held.has(keyOf(place));
  }

  /** Operands of the operation that are read from other threads. */
  of(operation: Operation): readonly Operand[] {
    const { code } = operation;
    const all = code === 'product' || code === 'sum' || code === 'logSumExp';
    const start = 'out' in operation ? operation.out.start : 0;
    return operation.args.filter((arg) => this.holds(arg) && (all || arg.repeated || arg.start !== start));
  }

  written(operation: Operation): void {
    if ('out' in operation) this.#held.add(keyOf(operation.out.place));
  }
}

/** Keys of all places of a phase that are read across threads. */
export function crossedPlaces({ operations }: TapePhase): ReadonlySet<string> {
  const crossing = new Crossing();
  const crossed = new Set<string>();
  for (const operation of operations) {
    for (const { place } of crossing.of(operation)) crossed.add(keyOf(place));
    crossing.written(operation);
  }
  return crossed;
}
