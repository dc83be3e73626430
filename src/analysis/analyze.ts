import type { Engine } from '../engine/engine.js';
import type { Tensors } from '../graph/index.js';
import { type Batch, createObjective, type Model, refine } from '../model/index.js';
import { type Missing, missing } from './estimate.js';
import { analyzeHessian, type HessianFigures, type HessianOptions } from './hessian/index.js';
import { type LyapunovFigures, type LyapunovOptions, lyapunovExponents } from './lyapunov/index.js';
import { type AttackOptions, analyzeMargins, type MarginFigures } from './margins/index.js';
import { analyzeParallel, type ParallelAnalysis, type ParallelOptions } from './parallel/index.js';
import { cut, type NoiseMode } from './paths.js';
import { analyzeRegulariser, type RegulariserFigures, type RegulariserOptions } from './regulariser/index.js';
import { analyzeStability, type StabilityFigures } from './stability/index.js';

export type AnalysisName = 'regularizer' | 'hessian' | 'lyapunov' | 'stability' | 'margins' | 'parallel';

export interface AnalyzeOptions {
  /** Which analyses to make; all but `parallel`, which may take as many sweeps as there are steps, unless given. */
  readonly which?: readonly AnalysisName[];
  /** Noise of the Hessian and the Lyapunov exponents (`frozen` and `sampled` are one to the latter); `off` unless given. */
  readonly noise?: NoiseMode;
  readonly seed?: number;
  /** Rows of a batch while the Hessian goes through the data; 256 unless given. */
  readonly batchRows?: number;
  /** Settings of each analysis beyond these. */
  readonly regularizer?: Omit<RegulariserOptions, 'seed' | 'progress'>;
  readonly hessian?: Omit<HessianOptions, 'seed' | 'noise' | 'progress'>;
  readonly lyapunov?: Omit<LyapunovOptions, 'seed' | 'noise' | 'progress'>;
  readonly margins?: Omit<AttackOptions, 'seed' | 'progress'>;
  readonly parallel?: Omit<ParallelOptions, 'seed' | 'progress'>;
  readonly progress?: (analysis: AnalysisName, done: number, total: number) => void;
}

/** Everything asked for about a model on a data set; plain JSON. A figure that cannot be has `value: null` and a reason. */
export interface Analysis {
  readonly regularizer?: RegulariserFigures;
  readonly hessian?: HessianFigures;
  readonly lyapunov?: LyapunovFigures;
  readonly stability?: StabilityFigures;
  readonly margins?: MarginFigures;
  readonly parallel?: ParallelAnalysis;
  /** Why an analysis that was asked for does not exist for this model. */
  readonly missing?: { readonly [Name in AnalysisName]?: Missing };
  /** Mean loss over the rows, noise off. */
  readonly loss: number;
  /** Number of rows. */
  readonly count: number;
}

/**
 * Makes the analyses asked for.
 * @throws InputError for a batch that does not fit the model, or settings out of range.
 */
export async function analyze(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  given: Batch,
  options: AnalyzeOptions = {},
): Promise<Analysis> {
  // Long steps in their parts from the start: everything below is of the steps that the network takes. Margins are of the
  // data's own inputs.
  const { batch } = refine(model, given);
  const { which, noise = 'off', seed = 0, batchRows = 256, progress } = options;
  const wanted = (name: AnalysisName) => which?.includes(name) ?? name !== 'parallel';
  const at = (name: AnalysisName) =>
    progress === undefined ? {} : { progress: (done: number, total: number) => progress(name, done, total) };
  const objective = createObjective(model, engine);
  const batches = cut(batch, batchRows);
  let loss = 0;
  for (const part of batches) loss += (part.rows / batch.rows) * (await objective.loss(parameters, part)).loss;
  const regularizer = wanted('regularizer')
    ? await analyzeRegulariser(model, engine, parameters, batch, { ...options.regularizer, seed, ...at('regularizer') })
    : undefined;
  const hessian = wanted('hessian')
    ? await analyzeHessian(objective, parameters, batches, { ...options.hessian, noise, seed, ...stages(progress) })
    : undefined;
  const lyapunov = wanted('lyapunov')
    ? await lyapunovExponents(model, engine, parameters, batch, {
        ...options.lyapunov,
        noise: noise === 'off' ? 'off' : 'on',
        seed,
        ...at('lyapunov'),
      })
    : undefined;
  const stability = wanted('stability')
    ? await analyzeStability(model, parameters, batch.intervals !== undefined)
    : undefined;
  const noMargins = marginRefusal(model, batch);
  const margins =
    wanted('margins') && noMargins === null
      ? await analyzeMargins(model, engine, parameters, given, { ...options.margins, seed, ...at('margins') })
      : undefined;
  const parallel = wanted('parallel')
    ? await analyzeParallel(model, engine, parameters, batch, { ...options.parallel, seed, ...at('parallel') })
    : undefined;
  return {
    ...(regularizer && { regularizer }),
    ...(hessian && { hessian }),
    ...(lyapunov && { lyapunov }),
    ...(stability && { stability }),
    ...(margins && { margins }),
    ...(parallel && { parallel }),
    ...(wanted('margins') && noMargins !== null && { missing: { margins: missing(noMargins) } }),
    loss,
    count: batch.rows,
  };
}

/** Why there is no margin, or null: it is the distance of a row to another class. */
function marginRefusal({ spec }: Model, batch: Batch): string | null {
  if (spec.loss?.target === 'values') return 'the model predicts values: there is no other class to be near';
  if (batch.labels === undefined) return 'the rows have no class of their own: there is no other class to be near';
  return null;
}

/** The Hessian reports in three stages; each is passed on as its own run from 0 to its total. */
function stages(progress: AnalyzeOptions['progress']): Pick<HessianOptions, 'progress'> {
  if (progress === undefined) return {};
  return { progress: (_, done, total) => progress('hessian', done, total) };
}
