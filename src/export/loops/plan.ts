/** A whole network as loops: what is done at a step, after it, and over whole series. */
import { inputsOf, outputsOf } from '../../program/index.js';
import type { Network } from '../network.js';
import { type Cost, costOfLoops } from './cost.js';
import { lowerPhase } from './lower.js';
import type { Statement } from './statements.js';

export interface PlannedPhase {
  readonly kind: 'scan' | 'once';
  readonly reverse: boolean;
  readonly statements: readonly Statement[];
  /** Sequences that it reads and writes. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

export interface LoopPlan {
  readonly phases: readonly PlannedPhase[];
  /** Entries of the array that intermediate values share. */
  readonly work: number;
  /** Widths of sequences that one phase writes for another. */
  readonly stored: ReadonlyMap<string, number>;
  /** Of one step and one answer. */
  readonly cost: Cost;
  /** Weights that are read entry by entry, and those that are multiplied with. */
  readonly vectors: ReadonlySet<string>;
  readonly matrices: ReadonlySet<string>;
}

export function planLoops(network: Network): LoopPlan {
  const stored = new Map<string, number>();
  let work = 0;
  const phases = network.phases.map((part): PlannedPhase => {
    const loops = lowerPhase(part);
    work = Math.max(work, loops.work);
    for (const [name, node] of Object.entries(part.sequences)) if (name !== 'logits') stored.set(name, node.shape[0]!);
    const reads = inputsOf(outputsOf(part), 'sequence').map((leaf) => leaf.attributes.name);
    const { kind, reverse } = part;
    return { kind, reverse, statements: loops.statements, reads, writes: Object.keys(part.sequences) };
  });
  const statements = phases.flatMap((own) => own.statements);
  const leaves = inputsOf(network.phases.flatMap(outputsOf), 'shared');
  const named = (dimensions: number) =>
    new Set(leaves.filter(({ shape }) => shape.length === dimensions).map((leaf) => leaf.attributes.name));
  return { phases, work, stored, cost: costOfLoops(statements), vectors: named(1), matrices: named(2) };
}
