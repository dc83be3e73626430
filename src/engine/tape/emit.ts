/**
 * Last pass: a tape with its layout in memory, for one number of rows and steps. That is what an executor is handed; which
 * words, dispatches or calls it makes of it is its own business.
 */
import type { Requests } from '../../program/index.js';
import type { Signature } from '../check-inputs.js';
import type { SharedLayout } from './constants.js';
import { layOut, type Placed, type Shape } from './layout.js';
import { locationKey } from './locate.js';
import { type Operand, type Operation, operandsOf, type Place, type Tape, type TapePhase, whole } from './tape.js';
import type { Target } from './target.js';
import { verifyPlacement } from './verify-placement.js';

/** @param budget bytes that one worker may store for the way back. */
export function emit(
  tape: Tape,
  signature: Signature,
  requests: Requests,
  shared: SharedLayout,
  shape: Shape,
  budget: number,
  target: Target,
): Placed {
  const complete = withEnds(tape, signature, requests, shape);
  // Of some executors a workspace starts with a table of addresses, one for every place that operands start at.
  const places = new Set(complete.phases.flatMap((part) => operandsOf(part).map(locationKey))).size;
  const layout = layOut(complete, signature, requests, shape, places * target.addressBytes, budget, target);
  const placed = { tape: complete, layout, shape };
  verifyPlacement(placed, shared, target);
  return placed;
}

/** Adds a first phase that sets the carries, and a last one that hands over those that are wanted. */
function withEnds(tape: Tape, signature: Signature, requests: Requests, shape: Shape): Tape {
  const zero: Operand = { place: { kind: 'constant', value: 0 }, start: 0, repeated: true };
  const copies = (pairs: readonly (readonly [Place, Operand, number])[]): Operation[] =>
    pairs.map(([to, from, width]) => ({ code: 'elementwise', name: 'copy', out: whole(to), args: [from], width }));
  const start = [...signature.carries].map(([name, width]) => {
    const from: Operand = shape.given.includes(name) ? whole({ kind: 'sequence', name: `in:${name}`, width }) : zero;
    return [{ kind: 'carry', name, width } as const, from, width] as const;
  });
  const end = (requests.carries ?? []).map((name) => {
    const width = signature.carries.get(name)!;
    return [
      { kind: 'sequence', name: `out:${name}`, width } as const,
      whole({ kind: 'carry', name, width }),
      width,
    ] as const;
  });
  const ends = (name: string, operations: Operation[]): TapePhase => ({
    name,
    kind: 'once',
    reverse: false,
    operations,
    outerProducts: [],
  });
  return { phases: [ends('start', copies(start)), ...tape.phases, ends('end', copies(end))] };
}
