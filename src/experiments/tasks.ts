/** What a study has to compute, and how much work that is: trials of its searches, and parts. */
import type { Earlier } from './from.js';
import { complete } from './identity.js';
import { type PartTask, workOf } from './run-part.js';
import { roundsOf, trialsOf, withDose } from './search.js';
import type { Search, Study } from './study.js';
import type { StudyFolder } from './study-folder.js';
import type { Task } from './workers.js';

interface Sitting {
  readonly seeds: number;
  readonly folder: StudyFolder;
  readonly earlier: readonly Earlier[];
}

export type TrialWork = Task & {
  readonly work: number;
  readonly name: string;
  readonly search: string;
  readonly index: number;
};
export type PartWork = Task & { readonly work: number; readonly name: string };

/**
 * Of all trials, of all parts, and of the parts that seem to be there. Which settings they have to be of is known once the
 * searches are done, and what is chosen may make a level of the noise a model that is there: until then this is a guess.
 */
export async function workOfAll(planned: Study, context: Sitting) {
  const trials = roundsOf(planned).flatMap((round) => trialTasks(planned, round));
  const parts = partTasks(withDose(planned).study, context);
  const seen = await Promise.all(
    parts.map(async ({ task: { model, seed } }) => {
      const stored = await context.folder.hasPart(model.id, seed);
      return stored || context.earlier.some((result) => result.part(model.id, seed) !== undefined);
    }),
  );
  return {
    trials: trials.reduce(sumOfWork, 0),
    parts: parts.reduce(sumOfWork, 0),
    there: parts.filter((_, index) => seen[index]).reduce(sumOfWork, 0),
  };
}

export const sumOfWork = (sum: number, { work }: { readonly work: number }): number => sum + work;

export function trialTasks(study: Study, round: readonly Search[]) {
  return round.flatMap((search) =>
    search.candidates.flatMap((candidate, index) =>
      trialsOf(study, search, candidate).map((task) => ({
        ...{ kind: 'trial' as const, task, search: search.id, index, work: complete(task.settings).epochs },
        name: `${search.id}-${index}-seed${task.settings.seed}`,
      })),
    ),
  ) satisfies TrialWork[];
}

/** Seed by seed, so that what is there early is of every model. */
export function partTasks(study: Study, { seeds, folder }: Pick<Sitting, 'seeds' | 'folder'>) {
  return range(seeds).flatMap((seed) =>
    study.models.map((model) => {
      const task: PartTask = { study, model, seed, run: folder.runPath(model.id, seed) };
      return { kind: 'part' as const, task, work: workOf(task), name: `${model.id}, seed ${seed}` };
    }),
  ) satisfies PartWork[];
}

/** 1 to `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
