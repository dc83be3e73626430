/** Settings chosen by validation accuracy: what is to be tried, what is chosen, and what that makes of the study. */
import type { StudySearch } from '../result/study.js';
import { complete, printable } from './identity.js';
import type { Trial } from './part.js';
import type { TrialTask } from './run-trial.js';
import { mean } from './statistics/intervals.js';
import type { ModelPlan, Search, Study } from './study.js';

/** Half a percentage point of validation accuracy counts as matched. */
const TOLERANCE = 0.005;

export type Candidate = Search['candidates'][number];

/** Searches that some model asked for depends on, in two rounds: `strongest` needs what `best` has chosen. */
export function roundsOf(study: Study): Search[][] {
  const ids = new Set(study.models.map(({ id }) => id));
  const all = study.searches ?? [];
  const wanted = all.filter(({ appliesTo }) => appliesTo.some((id) => ids.has(id)));
  const needed = new Set([...wanted.map(({ id }) => id), ...wanted.map(({ reference }) => reference)]);
  const own = all.filter(({ id }) => needed.has(id));
  return (['best', 'strongest'] as const)
    .map((rule) => own.filter((search) => search.rule === rule))
    .filter((round) => round.length > 0);
}

/** The trials of one candidate, one a seed. */
export function trialsOf(study: Study, search: Search, candidate: Candidate): TrialTask[] {
  const model = study.models.find(({ id }) => id === search.appliesTo[0]);
  return (study.searchSeeds ?? []).map((seed) => ({
    label: `${search.label}: ${candidate.label}, seed ${seed}`,
    settings: { ...study.settings, ...model?.settings, ...candidate.settings, seed },
  }));
}

/**
 * @param trials [candidates][seeds].
 * @param done earlier results, the reference among them.
 */
export function choose(
  study: Study,
  search: Search,
  trials: readonly (readonly Trial[])[],
  done: readonly StudySearch[],
): StudySearch {
  const candidates = search.candidates.map(({ label }, index) => {
    const own = trials[index]!;
    const { seed: _, ...settings } = { ...own[0]!.settings };
    return {
      label,
      settings,
      builds: [...new Set(own.map(({ build }) => build))],
      accuracies: own.map(({ accuracy }) => accuracy),
      losses: own.map(({ loss }) => loss),
    };
  });
  const reference = done.find(({ id }) => id === search.reference);
  const tolerance = study.tolerance ?? TOLERANCE;
  const chosen =
    reference === undefined
      ? best(candidates)
      : strongest(candidates, mean(chosenOf(reference).accuracies) - tolerance);
  return {
    id: search.id,
    label: search.label,
    rule: search.rule,
    reference: reference === undefined ? null : { id: reference.id, tolerance },
    models: [...search.appliesTo],
    seeds: [...(study.searchSeeds ?? [])],
    candidates,
    chosen: chosen.label,
  };
}

export function chosenOf({ candidates, chosen }: StudySearch): StudySearch['candidates'][number] {
  return candidates.find(({ label }) => label === chosen)!;
}

function best(candidates: StudySearch['candidates']): StudySearch['candidates'][number] {
  return candidates.reduce((leader, other) => {
    const gain = mean(other.accuracies) - mean(leader.accuracies);
    // Accuracies are counts over so many rows: what differs by less than rounding is equal.
    if (Math.abs(gain) > 1e-12) return gain > 0 ? other : leader;
    return meanLoss(other) < meanLoss(leader) ? other : leader;
  });
}

function meanLoss({ losses }: StudySearch['candidates'][number]): number {
  return mean(losses.map((loss) => loss ?? Number.POSITIVE_INFINITY));
}

/** The last that reaches the bar; the weakest where none does. */
function strongest(candidates: StudySearch['candidates'], bar: number): StudySearch['candidates'][number] {
  return candidates.findLast(({ accuracies }) => mean(accuracies) >= bar - 1e-12) ?? candidates[0]!;
}

/** The study with what was chosen in its models' settings. */
export function withChosen(study: Study, searches: readonly Search[], results: readonly StudySearch[]): Study {
  const chosenFor = ({ id, settings }: ModelPlan): ModelPlan['settings'] => {
    const chosen = searches
      .filter(({ appliesTo }) => appliesTo.includes(id))
      .map(({ id: search, candidates }) => {
        const label = results.find((result) => result.id === search)?.chosen;
        return candidates.find((candidate) => candidate.label === label)?.settings;
      });
    return Object.assign({ ...settings }, ...chosen);
  };
  return { ...study, models: study.models.map((model) => ({ ...model, settings: chosenFor(model) })) };
}

/**
 * The study with a model for each level of its noise that no model has yet; and which model is which level.
 * @param study with everything chosen.
 */
export function withDose(study: Study): { study: Study; levels: { level: number; model: string }[] } {
  const base = study.models.find(({ id }) => id === study.dose?.base);
  if (study.dose === undefined || base === undefined) return { study, levels: [] };
  const known = new Map(study.models.map((model) => [printed(study, model.settings), model.id]));
  const added: ModelPlan[] = [];
  const levels = study.dose.levels.map(({ level, settings: own }) => {
    const settings = { ...base.settings, ...own };
    const found = known.get(printed(study, settings));
    if (found !== undefined) return { level, model: found };
    const id = `${base.id}-${level}`;
    added.push({
      id,
      label: `Noise ${level}`,
      description: `as ${base.label}, noise level ${level}`,
      settings,
      role: 'dose',
    });
    return { level, model: id };
  });
  return { study: { ...study, models: [...study.models, ...added] }, levels };
}

function printed(study: Study, settings: ModelPlan['settings']): string {
  return JSON.stringify(printable(complete({ ...study.settings, ...settings })));
}
