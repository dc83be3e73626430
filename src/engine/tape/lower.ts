import { broadcast, type Node, rebuild, select, substitute } from '../../graph/index.js';
import { carry, mapPhase, type Program } from '../../program/index.js';
import type { Signature } from '../check-inputs.js';
import { fuse } from './fuse.js';
import { place } from './place.js';
import { select as selectOperations } from './select.js';
import { type Counter, type LoosePhase, printPhase, type Tape, type TapePhase } from './tape.js';
import { verifyLoose, verifyTape } from './verify.js';

/** Carry that is 1 in the rows of the batch and 0 in the rows that only fill the last panel. */
export const rowMask = '#rows';

/** A phase after each pass. */
export interface LoweredPhase {
  readonly select: LoosePhase;
  readonly fuse: LoosePhase;
  readonly place: TapePhase;
}

/**
 * A program whose matrices are all parameters or prepared values, pass by pass: `select` makes an operation of every node, `fuse`
 * joins some, `place` says where results lie. Each is verified.
 * @throws Error for a program or a pass that makes no sense.
 */
export function lowerInPasses(program: Program, signature: Signature): readonly LoweredPhase[] {
  let last = 0;
  const counter: Counter = {
    next: () => {
      last += 1;
      return last;
    },
  };
  const phases = program.phases.map((part): LoweredPhase => {
    const selected = selectOperations(part, counter);
    const fused = fuse(selected, counter);
    return { select: selected, fuse: fused, place: place(fused, counter) };
  });
  for (const pass of ['select', 'fuse'] as const)
    verifyLoose(
      phases.map((part) => part[pass]),
      signature,
    );
  verifyTape({ phases: phases.map((part) => part.place) }, signature);
  return phases;
}

export function lower(program: Program, signature: Signature): Tape {
  return { phases: lowerInPasses(program, signature).map((part) => part.place) };
}

/** A listing of a program after one pass. */
export function printPass(program: Program, signature: Signature, pass: keyof LoweredPhase): string {
  return lowerInPasses(program, signature)
    .map((part) => printPhase(part[pass]))
    .join('\n');
}

/** For a batch that does not fill whole panels: keeps the rows beyond it out of sums over rows. */
export function maskSums(program: Program): Program {
  const mask = carry(rowMask, 1);
  const keepRows = (node: Node) => select(broadcast(mask, node.shape), node, 0);
  const phases = program.phases.map((part) =>
    mapPhase(part, (outputs) =>
      substitute(outputs, (node, [first, ...rest]) =>
        node.op === 'outer' || node.op === 'sumRows' ? rebuild(node, [keepRows(first!), ...rest]) : undefined,
      ),
    ),
  );
  return { ...program, phases };
}
