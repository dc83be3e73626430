/**
 * Checkpointing: trading one more forward pass for memory of the order √M (Griewank & Walther 2000). A scan whose stored
 * values would exceed the budget keeps its carries every so many steps, and its adjoint makes the values of one segment
 * at a time again. The numbers are the same to the bit, so the choice may depend on the machine.
 */
import type { Requests } from '../../program/index.js';
import type { Signature } from '../check-inputs.js';
import type { Operand, Tape, TapePhase } from './tape.js';

export interface Segments {
  /** Positions of the scan and its adjoint in the tape. */
  readonly forward: number;
  readonly backward: number;
  /** Steps a segment; a multiple of the block of steps. */
  readonly steps: number;
  /** Sequences stored for one segment at a time. */
  readonly sequences: ReadonlySet<string>;
  /** Carries kept at the start of each segment. */
  readonly carries: readonly string[];
}

/**
 * @param budget bytes that one worker may store.
 * @returns null where everything fits, or nothing can be segmented.
 */
export function chooseSegments(
  tape: Tape,
  signature: Signature,
  requests: Requests,
  sizes: { readonly steps: number; readonly blockSteps: number; readonly bytesOf: (width: number) => number },
  budget: number,
): Segments | null {
  const { bytesOf } = sizes;
  const stored = [...signature.written].filter(([name]) => !(requests.sequences ?? []).includes(name));
  const perStep = (names: ReadonlySet<string>) =>
    stored.reduce((total, [name, width]) => total + (names.has(name) ? bytesOf(width) : 0), 0);
  if (perStep(new Set(stored.map(([name]) => name))) * sizes.steps <= budget) return null;

  const pair = findPair(tape, new Set(stored.map(([name]) => name)));
  if (pair === null) return null;
  const carries = [...written(tape.phases[pair.forward]!, 'carry')];
  const kept = carries.reduce((total, name) => total + bytesOf(signature.carries.get(name)!), 0);
  const best = Math.sqrt((sizes.steps * kept) / perStep(pair.sequences));
  const steps = Math.max(1, Math.round(best / sizes.blockSteps)) * sizes.blockSteps;
  return steps >= sizes.steps ? null : { ...pair, steps, carries };
}

/** A forward scan, and the reverse scan that alone reads what it stores. */
function findPair(tape: Tape, stored: ReadonlySet<string>) {
  for (const [forward, part] of tape.phases.entries()) {
    const sums = part.outerProducts.length > 0 || part.operations.some(({ code }) => code === 'sumRows');
    if (part.kind !== 'scan' || part.reverse || sums) continue;
    const sequences = new Set([...written(part, 'sequence')].filter((name) => stored.has(name)));
    const readers = tape.phases.flatMap((other, index) =>
      index !== forward && [...read(other, 'sequence')].some((name) => sequences.has(name)) ? [index] : [],
    );
    const [backward] = readers;
    if (backward === undefined || readers.length > 1 || backward < forward) continue;
    const adjoint = tape.phases[backward]!;
    // Running the scan again must find its carries as they were, and leave them as they are.
    const own = new Set([...written(part, 'carry'), ...read(part, 'carry')]);
    const touched = tape.phases
      .slice(forward + 1)
      .some((later) => [...written(later, 'carry')].some((name) => own.has(name)));
    if (adjoint.kind === 'scan' && adjoint.reverse && !touched) return { forward, backward, sequences };
  }
  return null;
}

function written(part: TapePhase, kind: 'carry' | 'sequence'): Set<string> {
  const names = new Set<string>();
  for (const operation of part.operations)
    if ('out' in operation && operation.out.place.kind === kind) names.add(operation.out.place.name);
  return names;
}

function read(part: TapePhase, kind: 'carry' | 'sequence'): Set<string> {
  const operands: Operand[] = part.operations.flatMap((operation) => [...operation.args]);
  for (const { a, b } of part.outerProducts) operands.push(a, b);
  const names = operands.flatMap(({ place }) => (place.kind === kind ? [place.name] : []));
  return new Set(names);
}
