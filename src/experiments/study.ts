/** What a study is: pure data, from models and settings to the question that it answers. The runner knows the rest. */
import type { GivenConfiguration } from '../train/index.js';

export interface ModelPlan {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** On top of the study's own. */
  readonly settings: GivenConfiguration;
}

/** Compared by the accuracy of the first minus that of the second, paired by training seed. */
export interface Pair {
  readonly first: string;
  readonly second: string;
}

export interface Condition {
  readonly kind: string;
  /** In the raw units of the data. */
  readonly strength: number;
}

export interface Study {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  /** What the data are, for readers. */
  readonly dataDescription: string;
  /** Shared by all models; all have to name the same data. */
  readonly settings: GivenConfiguration;
  readonly models: readonly ModelPlan[];
  /** Training seeds 1 to this number, unless more or fewer are asked for. */
  readonly seeds: number;
  readonly perturbations: readonly { readonly kind: string; readonly strengths: readonly number[] }[];
  /** Perturbations drawn for each condition, with seeds 1 to this number, the same for every model. */
  readonly perturbationSeeds: number;
  /**
   * The one comparison that the answer rests on, fixed before the data are seen: mean accuracy over all perturbed
   * conditions. What to say if its interval lies above 0, below 0, or holds 0.
   */
  readonly primary: Pair & { readonly better: string; readonly worse: string; readonly unclear: string };
  /** Comparisons besides. */
  readonly others: readonly Pair[];
  /** Test sequences to show: the first ones of each class, whatever the models make of them. */
  readonly examples: { readonly perClass: number; readonly perturbations: readonly Condition[] };
}

/** Every perturbed condition, in the order of the study. */
export function perturbedConditions(study: Pick<Study, 'perturbations'>): Condition[] {
  return study.perturbations.flatMap(({ kind, strengths }) => strengths.map((strength) => ({ kind, strength })));
}
