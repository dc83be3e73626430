/** A layout and its schedule → the list of dispatches with their numbers, the same for every run of that size. */
import { bernoulliThreshold } from '../../random/index.js';
import type { Operand } from '../tape/tape.js';
import { keyOf } from '../tape/tape.js';
import type { Layout, PhaseLayout, Term } from './layout.js';
import { type Action, schedule } from './schedule.js';
import { blockWords } from './shader/bindings.js';
import { noiseGroupsAlongX, noiseThreads } from './shader/noise.js';
import { distributionNumbers } from './shader/spellings.js';
import { largeTile, operandKinds, smallTile, totalsThreads } from './shader/sums.js';

/** Sums of at least so many entries are formed by the tiled shader. */
const largeSums = 1024;

export type PipelineName = 'noise' | 'smallSums' | 'largeSums' | 'totals' | number;

export type Step =
  | {
      readonly kind: 'dispatch';
      /** A phase's position, or one of the shaders that serve all. */
      readonly pipeline: PipelineName;
      readonly block: number;
      readonly groups: readonly [number, number, number];
      /** Multiply-adds or what costs about as much: for how much to submit at once. */
      readonly work: number;
    }
  | (Action & { readonly kind: 'keep' | 'restore' });

export interface Dispatches {
  readonly steps: readonly Step[];
  readonly blocks: readonly (readonly number[])[];
}

export function dispatchesOf(layout: Layout): Dispatches {
  const steps: Step[] = [];
  const blocks: (readonly number[])[] = [];
  const add = (
    pipeline: PipelineName,
    block: readonly number[],
    groups: readonly [number, number, number],
    work: number,
  ) => {
    if (block.length > blockWords) throw new Error(`a dispatch's block has ${block.length} words`);
    steps.push({ kind: 'dispatch', pipeline, block: blocks.length, groups, work });
    blocks.push(block);
  };
  const { rows } = layout;
  for (const action of schedule(layout)) {
    if (action.kind !== 'chunk') {
      steps.push({ kind: action.kind, checkpoint: action.checkpoint });
      continue;
    }
    const { first, count, base } = action;
    const phase = layout.phases[action.phase]!;
    const { part, draws, terms, tileRows } = phase;
    for (const { noise, region } of draws) {
      const units = region.width / 4;
      const threshold = noise.distribution === 'bernoulli' ? bernoulliThreshold(noise.rate) >>> 0 : 0;
      const groups = Math.ceil((units * rows * count) / noiseThreads);
      add(
        'noise',
        [rows, first, count, region.offset, units, noise.stream, distributionNumbers[noise.distribution], threshold],
        [Math.min(groups, noiseGroupsAlongX), Math.ceil(groups / noiseGroupsAlongX), 1],
        units * rows * count * 100,
      );
    }
    if (part.operations.length > 0)
      add(action.phase, [first, count, base], [Math.ceil(rows / tileRows), 1, 1], rows * count * workOf(phase));
    for (const term of terms) {
      const large = term.rows * term.columns >= largeSums;
      const tile = large ? largeTile : smallTile;
      add(
        large ? 'largeSums' : 'smallSums',
        termBlock(layout, phase, term, action),
        [Math.ceil(term.columns / tile), Math.ceil(term.rows / tile), layout.splits],
        term.rows * term.columns * rows * count,
      );
    }
  }
  if (layout.sumWords > 0) {
    const block = new Array<number>(blockWords).fill(0);
    [block[13], block[14]] = [layout.splits, layout.sumWords];
    add('totals', block, [Math.ceil(layout.sumWords / totalsThreads), 1, 1], layout.sumWords * layout.splits);
  }
  return { steps, blocks };
}

/** Of a row and step. */
function workOf({ part }: PhaseLayout): number {
  return part.operations.reduce((total, op) => total + op.width * (op.code === 'product' ? op.inner : 8), 0);
}

function termBlock(
  layout: Layout,
  phase: PhaseLayout,
  { accumulator, a, b, rows: m, columns }: Term,
  { first, count, base }: Action & { readonly kind: 'chunk' },
): number[] {
  const { rows, steps } = layout;
  const locate = ({ place, start }: Operand): readonly number[] => {
    if (place.kind === 'constant') return [0, 0, 0, operandKinds.one];
    if (place.kind === 'slot') {
      const { offset, width } = phase.slots.get(keyOf(place))!;
      return [offset + start, rows * width, width, operandKinds.work];
    }
    if (place.kind !== 'sequence') throw new Error(`${keyOf(place)} is not kept for a sum over rows`);
    const given = layout.given.get(place.name);
    if (given !== undefined) {
      const { offset, width } = given;
      return [offset + first * width + start, width, steps * width, operandKinds.given];
    }
    const { offset, width, segmented } = layout.written.get(place.name)!;
    const from = first - (segmented ? base : 0);
    return [offset + from * rows * width + start, rows * width, width, operandKinds.work];
  };
  if (a.place.kind === 'constant' || (b.place.kind === 'constant' && b.place.value !== 1))
    throw new Error(`${accumulator}: a sum over rows of another constant than 1`);
  const out = layout.sums.get(accumulator)!;
  return [m, columns, ...locate(a), ...locate(b), out, rows, count * rows, layout.splits, layout.sumWords];
}
