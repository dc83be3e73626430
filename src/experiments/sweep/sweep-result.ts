/** Puts the result of a sweep together from the rungs that are there. */
import type { SweepArm, SweepResult } from '../../result/sweep.js';
import { complete, printable } from '../identity.js';
import { mean } from '../statistics/intervals.js';
import type { Outcome } from '../work/piece.js';
import type { RungResult } from './run-rung.js';
import type { Arm } from './space.js';
import { nameOf, ranked, type SweepPlan } from './sweep-agenda.js';

export interface SweepFacts {
  readonly limit: number | null;
  readonly failed: ReadonlySet<string>;
  readonly command: string;
  readonly environment: Readonly<Record<string, string | number | boolean>>;
}

export function sweepResult(plan: SweepPlan, found: ReadonlyMap<string, Outcome>, facts: SweepFacts): SweepResult {
  const { space, arms, rungEpochs } = plan;
  const { seeds } = space;
  const all = [...found.values()] as RungResult[];
  const lastRung = rungEpochs.length - 1;
  const isWhole = (arm: Arm, rung: number) => seeds.every((seed) => found.has(`rung-${nameOf(arm, seed, rung)}`));
  const completed = arms.filter((arm) => isWhole(arm, lastRung));
  const [winner] = ranked(plan, completed, lastRung, found);
  const records = arms.map((arm) => armOf(plan, arm, found, facts.failed));
  const bestRung = records.find(({ arm }) => arm === winner?.arm)?.rungs.at(-1);
  const perArm = rungEpochs.at(-1) ?? 0;
  const builds: Record<string, number> = {};
  for (const { build } of all) builds[build] = (builds[build] ?? 0) + 1;
  return {
    format: 'noisy-rnn/sweep',
    version: 1,
    name: space.name,
    method: space.method,
    reproducible: space.method !== 'asha',
    selection: complete({ ...arms[0]!.settings }).selection,
    dimensions: space.dimensions.map(({ name, kind, low, high, choices }) => ({ name, kind, low, high, choices })),
    settings: fixedSettings(plan),
    seeds: [...seeds],
    rungEpochs: [...rungEpochs],
    arms: records,
    best:
      winner === undefined || bestRung === undefined
        ? null
        : {
            ...{ arm: winner.arm, values: { ...winner.values } },
            accuracy: meanOrNull(bestRung.accuracies),
            loss: meanOrNull(bestRung.losses),
          },
    epochs: {
      trained: trainedEpochs(all),
      full: arms.length * seeds.length * perArm,
    },
    decisions: decisionsOf(plan, found),
    limit: facts.limit,
    builds,
    command: facts.command,
    assembledBy: { ...facts.environment },
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/** Each run's largest epoch: rungs of a run go on from one another. */
function trainedEpochs(all: readonly RungResult[]): number {
  const byRun = new Map<string, number>();
  for (const { arm, seed, epochs } of all)
    byRun.set(`${arm} ${seed}`, Math.max(byRun.get(`${arm} ${seed}`) ?? 0, epochs));
  return [...byRun.values()].reduce((sum, epochs) => sum + epochs, 0);
}

function armOf(plan: SweepPlan, arm: Arm, found: ReadonlyMap<string, Outcome>, failed: ReadonlySet<string>): SweepArm {
  const { seeds } = plan.space;
  const rungs = plan.rungEpochs.flatMap((epochs, rung) => {
    const own = seeds.map((seed) => found.get(`rung-${nameOf(arm, seed, rung)}`) as RungResult | undefined);
    if (own.some((result) => result === undefined)) return [];
    const all = own as RungResult[];
    return [
      {
        ...{ rung, epochs: plan.rungEpochs.length === 1 ? Math.max(...all.map((result) => result.epochs)) : epochs },
        merits: all.map(({ merit }) => merit),
        accuracies: all.map(({ accuracy }) => accuracy),
        losses: all.map(({ loss }) => loss),
      },
    ];
  });
  const isFailed = plan.rungEpochs.some((_, rung) =>
    seeds.some((seed) => {
      const key = `rung-${nameOf(arm, seed, rung)}`;
      return failed.has(key) && !found.has(key);
    }),
  );
  const complete = rungs.length === plan.rungEpochs.length;
  const begun = rungs.length > 0;
  const status = complete ? 'completed' : isFailed ? 'failed' : begun ? 'stopped' : 'left';
  return { arm: arm.arm, values: { ...arm.values }, status, rungs };
}

/** Which arms went on, rung by rung. */
function decisionsOf(plan: SweepPlan, found: ReadonlyMap<string, Outcome>): SweepResult['decisions'] {
  const { seeds, method } = plan.space;
  if (method !== 'asha') return [];
  const isWhole = (arm: Arm, rung: number) => seeds.every((seed) => found.has(`rung-${nameOf(arm, seed, rung)}`));
  return plan.rungEpochs.flatMap((_, rung) =>
    rung === 0
      ? []
      : plan.arms
          .filter((arm) => isWhole(arm, rung))
          .map(({ arm }) => ({ arm, rung, completed: plan.arms.filter((other) => isWhole(other, rung - 1)).length })),
  );
}

/** Complete, but for what varies. */
function fixedSettings({ space, arms }: SweepPlan): SweepResult['settings'] {
  const varied = new Set(space.dimensions.map(({ name }) => name.split('.')[0]));
  const all = printable(complete({ ...arms[0]!.settings }));
  return Object.fromEntries(Object.entries(all).filter(([name]) => !varied.has(name)));
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  return values.some((value) => value === null) ? null : mean(values as number[]);
}
