/** What a study is: pure data, from models and settings to the question that it answers. The runner knows the rest. */
import type { GivenConfiguration } from '../train/index.js';

export interface ModelPlan {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** On top of the study's own. */
  readonly settings: GivenConfiguration;
  /** `main` unless given; `regulariser`: a control that regularises otherwise; `dose`: another level of the noise. */
  readonly role?: 'main' | 'regulariser' | 'dose';
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

export interface StrengthsOfKind {
  readonly kind: string;
  readonly strengths: readonly number[];
}

/** Settings of some models chosen by validation, on seeds that the study does not use; test data are not read. */
export interface Search {
  readonly id: string;
  /** What is chosen, for readers. */
  readonly label: string;
  /** Models that get what is chosen; the first is the one that is tried. */
  readonly appliesTo: readonly string[];
  /**
   * `best`: the highest mean validation accuracy, ties by the lower loss. `strongest`: the last candidate (they stand from
   * weak to strong) whose mean validation accuracy lies at most `tolerance` below that of the reference search's choice.
   */
  readonly rule: 'best' | 'strongest';
  /** Of rule `strongest`: the id of a search of rule `best`. */
  readonly reference?: string;
  readonly candidates: readonly { readonly label: string; readonly settings: GivenConfiguration }[];
}

/** What `analyze` measures of every model, and on how much. */
export interface MeasurePlan {
  /** Noise whose regulariser is measured, at every model's weights. */
  readonly noise: string;
  /** Training rows for the Hessian and the regulariser. */
  readonly trainingRows: number;
  /** Test rows for exponents and margins. */
  readonly testRows: number;
  /** Measured for the first so many training seeds: measures cost more than training a small network. */
  readonly seeds: number;
}

/** Iterations of Newton's method over time, on test sequences joined end to end; of every training seed. */
export interface ParallelPlan {
  readonly lengths: readonly number[];
  readonly streams: number;
  /** Most iterations, which is also what a stream counts that does not converge. */
  readonly most: number;
}

/** A network left running on test sequences joined end to end; of every training seed. */
export interface StreamsPlan {
  readonly lengths: readonly number[];
  readonly streams: number;
}

/** One comparison that was fixed before the data were seen: a measure of the first model minus that of the second. */
export interface PlannedComparison extends Pair {
  /** A name in `measures`, or `clean` or `perturbed` for an accuracy. */
  readonly measure: string;
  /** Compared by its logarithm to base 2, so that the difference is a number of halvings. */
  readonly logarithm?: true;
  /** The side that the hypothesis expects the difference on. */
  readonly expected: 'lower' | 'higher';
}

/** Written and committed before any run of the study. */
export interface StudyPlan {
  readonly hypothesis: string;
  /** Corrected together for their number (Holm). */
  readonly planned: readonly PlannedComparison[];
  /** What else is looked at, uncorrected and called exploratory. */
  readonly exploratory: string;
}

/** Attacks (and `sign`, the random control of the same radius), all on the same test rows, drawn evenly. */
export interface AttackPlan {
  readonly rows: number;
  readonly of: readonly StrengthsOfKind[];
  /** For the first so many training seeds. */
  readonly seeds: number;
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
  /** Validation accuracy that a trained network reaches on these data; a run that stays below is called under-trained. */
  readonly trainedFrom?: number;
  readonly perturbations: readonly StrengthsOfKind[];
  /** Perturbations drawn for each condition, with seeds 1 to this number, the same for every model. */
  readonly perturbationSeeds: number;
  readonly attacks?: AttackPlan;
  readonly measures?: MeasurePlan;
  readonly parallel?: ParallelPlan;
  readonly streams?: StreamsPlan;
  readonly plan?: StudyPlan;
  /** Searched before the study, those of rule `best` first. */
  readonly searches?: readonly Search[];
  readonly searchSeeds?: readonly number[];
  /** How far below the reference's validation accuracy counts as matched; 0.005 unless given. */
  readonly tolerance?: number;
  /** Levels of the noise against which accuracy and measures are drawn: model `base` with these settings. */
  readonly dose?: {
    readonly base: string;
    /** Title of the axis, with its unit. */
    readonly label: string;
    readonly levels: readonly { readonly level: number; readonly settings: GivenConfiguration }[];
  };
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

/** Every perturbed condition, in the order of the study; attacks are apart. */
export function perturbedConditions(study: Pick<Study, 'perturbations'>): Condition[] {
  return conditionsOf(study.perturbations);
}

export function conditionsOf(kinds: readonly StrengthsOfKind[]): Condition[] {
  return kinds.flatMap(({ kind, strengths }) => strengths.map((strength) => ({ kind, strength })));
}
