import { broadcast, type Node, rebuild, select, substitute } from '../../graph/index.js';
import { carry, mapPhase, type Program } from '../../program/index.js';
import { lowerPhase } from './lower-phase.js';
import type { Counter, Tape } from './tape.js';

/** Carry that is 1 in the rows of the batch and 0 in the rows that only fill the last panel. */
export const rowMask = '#rows';

/** A program whose matrices are all parameters or prepared values → its tape. */
export function lower(program: Program): Tape {
  let last = 0;
  const counter: Counter = {
    next: () => {
      last += 1;
      return last;
    },
  };
  return { phases: program.phases.map((part) => lowerPhase(part, counter)) };
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
