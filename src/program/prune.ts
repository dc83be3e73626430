import { mergeEqual } from '../graph/index.js';
import {
  inputsOf,
  mapNodes,
  mapPhase,
  type Nodes,
  outputsOf,
  type Phase,
  type Program,
  type Requests,
} from './program.js';

const keep = (nodes: Nodes, names: ReadonlySet<string>): Nodes =>
  Object.fromEntries(Object.entries(nodes).filter(([name]) => names.has(name)));

/** Drops whatever the requested results do not need, and merges equal subexpressions. */
export function prune(program: Program, requests: Requests): Program {
  const finish = keep(program.finish, new Set(requests.shared ?? []));
  const sharedNeeded = new Set(inputsOf(Object.values(finish), 'shared').map((leaf) => leaf.attributes.name));
  const sequences = new Set(requests.sequences ?? []);
  const carries = new Set(requests.carries ?? []);
  const phases: Phase[] = [];
  for (const part of [...program.phases].reverse()) {
    let live = part;
    // In a scan a carry may be needed only by a later step of the same phase: repeat until nothing is added.
    for (let before = -1; before !== carries.size + sequences.size; ) {
      before = carries.size + sequences.size;
      live = {
        ...part,
        carries: keep(part.carries, carries),
        sequences: keep(part.sequences, sequences),
        accumulators: keep(part.accumulators, sharedNeeded),
      };
      for (const leaf of inputsOf(outputsOf(live))) {
        const { role, name } = leaf.attributes;
        ({ carry: carries, sequence: sequences, shared: sharedNeeded })[role].add(name);
      }
    }
    if (outputsOf(live).length > 0) phases.unshift(mapPhase(live, mergeEqual));
  }
  return {
    prepare: mapNodes(keep(program.prepare, sharedNeeded), mergeEqual),
    phases,
    finish: mapNodes(finish, mergeEqual),
  };
}
