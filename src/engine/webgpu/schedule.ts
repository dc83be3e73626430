/** The order of a run's work on the device: chunks of scans, and the copies of checkpoints between them. */
import type { Layout } from './layout.js';

export type Action =
  | {
      readonly kind: 'chunk';
      readonly phase: number;
      /** Steps first … first + count − 1. */
      readonly first: number;
      readonly count: number;
      /** First step of what segmented sequences hold. */
      readonly base: number;
    }
  /** Copies the kept carries to a checkpoint, or back. */
  | { readonly kind: 'keep' | 'restore'; readonly checkpoint: number };

export function schedule({ steps, chunk, segments, phases }: Layout): Action[] {
  const actions: Action[] = [];
  const scan = (phase: number, from: number, end: number, base: number): void => {
    const pieces = chunksOf(from, end, steps, chunk);
    if (phases[phase]!.part.reverse) pieces.reverse();
    for (const [first, count] of pieces) actions.push({ kind: 'chunk', phase, first, count, base });
  };
  for (const [phase, { part }] of phases.entries()) {
    if (part.kind === 'once') actions.push({ kind: 'chunk', phase, first: 0, count: 1, base: 0 });
    else if (segments === null || (phase !== segments.forward && phase !== segments.backward)) scan(phase, 0, steps, 0);
    else {
      const count = Math.ceil(steps / segments.steps);
      const start = (segment: number) => (segment === 0 ? 0 : steps - (count - segment) * segments.steps);
      if (phase === segments.forward) {
        for (let at = 0; at < count; at++) {
          actions.push({ kind: 'keep', checkpoint: at });
          scan(phase, start(at), start(at + 1), start(at));
        }
        actions.push({ kind: 'keep', checkpoint: count });
      } else {
        for (let at = count - 1; at >= 0; at--) {
          actions.push({ kind: 'restore', checkpoint: at });
          scan(segments.forward, start(at), start(at + 1), start(at));
          scan(phase, start(at), start(at + 1), start(at));
        }
        actions.push({ kind: 'restore', checkpoint: count });
      }
    }
  }
  return actions;
}

export function checkpointsOf({ segments, steps }: Layout): number {
  return segments === null ? 0 : Math.ceil(steps / segments.steps) + 1;
}

/** [first, count] of each chunk; counted from the last step, as segments are, so that they are the same with and without checkpoints. */
function chunksOf(from: number, end: number, steps: number, chunk: number): [number, number][] {
  const pieces: [number, number][] = [];
  for (let last = end; last > from; ) {
    const first = Math.max(from, steps - Math.ceil((steps - last + 1) / chunk) * chunk);
    pieces.unshift([first, last - first]);
    last = first;
  }
  return pieces;
}
