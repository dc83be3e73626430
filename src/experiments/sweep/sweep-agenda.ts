/**
 * What a sweep has to compute. Synchronous successive halving (Jamieson & Talwalkar, AISTATS 2016) decides from rungs
 * that are complete, so any number of workers comes to the same; the asynchronous form (ASHA: Li et al., MLSys 2020)
 * promotes from whatever is there when a worker is free, and its decisions are kept with what they rested on.
 */

import { InputError } from '../../errors.js';
import type { Files } from '../../platform/files.js';
import { complete, differences, printable, recompleted } from '../identity.js';
import { mean } from '../statistics/intervals.js';
import { type Agenda, keyOf, type Outcome, type Piece, type Stage } from '../work/piece.js';
import type { RungResult } from './run-rung.js';
import { type Arm, armsOf, type Space } from './space.js';

export interface SweepStage extends Stage {
  /** The rung of the stage; of the asynchronous form, null. */
  readonly rung: number | null;
}

/** Epochs that each rung ends with, the last with all. */
export function rungEpochsOf(space: Space, epochs: number): number[] {
  if (space.method === 'grid' || space.method === 'random') return [epochs];
  const rungs = [epochs];
  for (let shorter = epochs / space.factor; Math.round(shorter) >= space.first; shorter /= space.factor) {
    if (Math.round(shorter) === rungs[0]) break;
    rungs.unshift(Math.round(shorter));
  }
  return rungs;
}

export interface SweepPlan {
  readonly space: Space;
  readonly arms: readonly Arm[];
  readonly rungEpochs: readonly number[];
}

/** @throws InputError if arms are to be halved that train for different numbers of epochs. */
export function planSweep(space: Space, limit: number | null): SweepPlan {
  const arms = armsOf(space, limit);
  const epochs = arms.map(({ settings }) => complete({ ...settings, seed: space.seeds[0] }).epochs);
  const most = Math.max(...epochs);
  const halved = space.method === 'halving' || space.method === 'asha';
  if (halved && epochs.some((own) => own !== most))
    throw new InputError('arms are halved by how they do after as many epochs; give all the same number of epochs');
  return { space, arms, rungEpochs: rungEpochsOf(space, most) };
}

export function sweepAgenda(plan: SweepPlan, files: Files, out: string): Agenda<SweepStage> {
  const { space } = plan;
  const path = (piece: Piece) => files.join(out, 'rungs', `${piece.name}.json`);
  return {
    stage: (found) =>
      space.method === 'asha' ? asynchronous(plan, files, out, found) : synchronous(plan, files, out, found),
    async read(piece, stored) {
      if (!stored || piece.kind !== 'rung') return undefined;
      const result = JSON.parse(new TextDecoder().decode(await files.read(path(piece)))) as RungResult;
      const unlike = differences(recompleted(result.settings), printable(complete(piece.task.settings)));
      if (unlike.length === 0) return result;
      throw new InputError(
        `${path(piece)} was computed with other settings (${unlike.join('; ')}), so the sweep cannot go on from it; use the ` +
          'same space, or begin in a new folder (--out)',
      );
    },
    write: (piece, outcome) => files.write(path(piece), `${JSON.stringify(outcome)}\n`),
  };
}

function synchronous(plan: SweepPlan, files: Files, out: string, found: ReadonlyMap<string, Outcome>): SweepStage {
  let arms = plan.arms;
  for (const rung of plan.rungEpochs.keys()) {
    const pieces = arms.flatMap((arm) => piecesOf(plan, files, out, arm, rung));
    const last = rung === plan.rungEpochs.length - 1;
    if (last || pieces.some((piece) => !found.has(keyOf(piece)))) return { pieces, last, rung };
    arms = promoted(plan, arms, rung, found);
  }
  return { pieces: [], last: true, rung: null };
}

/** Arms that go on from a rung that is complete: the better part, ties by the lower loss, then by number. */
function promoted(plan: SweepPlan, arms: readonly Arm[], rung: number, found: ReadonlyMap<string, Outcome>): Arm[] {
  const count = Math.max(1, Math.floor(arms.length / plan.space.factor));
  const kept = new Set(ranked(plan, arms, rung, found).slice(0, count));
  return arms.filter((arm) => kept.has(arm));
}

/** Best first; an arm that diverged from any seed is last. */
export function ranked(
  { space }: Pick<SweepPlan, 'space'>,
  arms: readonly Arm[],
  rung: number,
  found: ReadonlyMap<string, Outcome>,
): Arm[] {
  const scored = arms.map((arm) => {
    const own = space.seeds.map((seed) => found.get(`rung-${nameOf(arm, seed, rung)}`) as RungResult | undefined);
    const of = (name: 'merit' | 'loss', none: number) => mean(own.map((result) => result?.[name] ?? none));
    return { arm, merit: of('merit', Number.NEGATIVE_INFINITY), loss: of('loss', Number.POSITIVE_INFINITY) };
  });
  const order = (first: number, second: number) => (first === second ? 0 : first < second ? -1 : 1);
  return scored
    .sort((a, b) => order(b.merit, a.merit) || order(a.loss, b.loss) || a.arm.arm - b.arm.arm)
    .map(({ arm }) => arm);
}

/** What may be computed now: arms that have earned their next rung, and all first rungs. */
function asynchronous(plan: SweepPlan, files: Files, out: string, found: ReadonlyMap<string, Outcome>): SweepStage {
  const { arms, rungEpochs, space } = plan;
  const pieces: Piece[] = [];
  const has = (arm: Arm, rung: number) =>
    piecesOf(plan, files, out, arm, rung).every((piece) => found.has(keyOf(piece)));
  let reached: readonly Arm[] = arms;
  for (const rung of rungEpochs.keys()) {
    const begun = arms.filter((arm) => space.seeds.some((seed) => found.has(`rung-${nameOf(arm, seed, rung)}`)));
    const own = [...new Set([...reached, ...begun])];
    pieces.push(...own.flatMap((arm) => piecesOf(plan, files, out, arm, rung)));
    const done = own.filter((arm) => has(arm, rung));
    const everyone = rung === 0 && done.length === arms.length;
    const count = everyone
      ? Math.max(1, Math.floor(done.length / space.factor))
      : Math.floor(done.length / space.factor);
    reached = ranked(plan, done, rung, found).slice(0, count);
  }
  return { pieces, last: pieces.every((piece) => found.has(keyOf(piece))), rung: null };
}

/** One a training seed. */
export function piecesOf(plan: SweepPlan, files: Files, out: string, arm: Arm, rung: number): Piece[] {
  const { space, rungEpochs } = plan;
  return space.seeds.map((seed) => {
    const settings = { ...arm.settings, seed };
    const until = rungEpochs.length === 1 ? complete(settings).epochs : rungEpochs[rung]!;
    const label = `arm ${arm.arm}, seed ${seed}`;
    return {
      kind: 'rung',
      name: nameOf(arm, seed, rung),
      label,
      work: until - (rungEpochs[rung - 1] ?? 0),
      task: {
        ...{ arm: arm.arm, rung, label, settings, until },
        run: files.join(out, 'runs', `arm${arm.arm}-seed${seed}`),
      },
    };
  });
}

export function nameOf({ arm }: Arm, seed: number, rung: number): string {
  return `arm${arm}-seed${seed}-rung${rung}`;
}
