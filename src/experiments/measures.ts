/** What `analyze` says of a trained model, as numbers that a study can average and compare. */
import { type Analysis, type AnalysisName, type AnalyzeOptions, analyze, type Figure } from '../analysis/index.js';
import { applyPreprocessing, type Dataset, type SequenceTable, selectRows } from '../data/index.js';
import type { Engine } from '../engine/engine.js';
import type { Batch, Model } from '../model/index.js';
import type { StudyProfile, StudyRun } from '../result/study.js';
import { buildConfigured, type LoadedRun } from '../train/index.js';
import { builtInParts } from '../train/parts/parts.js';
import type { MeasurePlan } from './study.js';

export interface Measured {
  readonly measures: StudyRun['measures'];
  readonly profile: StudyProfile;
}

/** Products with the Hessian for each figure: enough for errors well below the spread between seeds. */
const HESSIAN = {
  eigenvalues: 1,
  steps: 30,
  exactBelow: 0,
  traceProducts: 30,
  density: { probes: 1, steps: 24, points: 96 },
};
const REGULARISER = { method: 'stochastic', probes: 8, pairs: 0 } as const;
const MARGINS = { targets: 1, walk: 8, rounds: 2, steps: 8 };
const EXPONENTS = 16;

/** What was asked for is there. */
type Asked<Name extends AnalysisName> = Analysis & Required<Pick<Analysis, Name>>;
type Analyses = Pick<Asked<'hessian' | 'lyapunov' | 'margins'>, 'hessian' | 'lyapunov' | 'margins'>;

/** Digits of a measure that are kept. */
const DIGITS = 5;

/** Noise off, but for the regulariser, which is that of the plan's noise. */
export async function measuresOf(
  { settings, preprocessing, parameters, model }: LoadedRun,
  { train, test }: { readonly train: SequenceTable; readonly test: SequenceTable },
  plan: MeasurePlan,
  engine: Engine,
): Promise<Measured> {
  const training = spread(applyPreprocessing(train, preprocessing), plan.trainingRows);
  const scored = spread(applyPreprocessing(test, preprocessing), plan.testRows);
  const sizes = { inputs: preprocessing.channels, outputs: preprocessing.classes.length };
  const still = buildConfigured({ ...settings, noise: 'none' }, builtInParts, sizes);
  const moved = buildConfigured({ ...settings, noise: plan.noise }, builtInParts, sizes);
  const size = Object.values(model.state).reduce((sum, width) => sum + width, 0);
  const ask = async <Name extends AnalysisName>(
    own: Model,
    batch: Batch,
    which: readonly Name[],
    options: AnalyzeOptions,
  ) => (await analyze(own, engine, parameters, batch, { ...options, which })) as Asked<Name>;
  const { regularizer } = await ask(moved, training, ['regularizer'], { regularizer: REGULARISER });
  const { hessian, loss } = await ask(still, training, ['hessian'], { hessian: HESSIAN });
  const { lyapunov, margins } = await ask(still, scored, ['lyapunov', 'margins'], {
    lyapunov: { exponents: Math.min(EXPONENTS, size) },
    margins: MARGINS,
  });
  return {
    measures: {
      regulariser: numberOf(regularizer.total),
      hessianMax: numberOf(hessian.maxEigenvalue),
      hessianTrace: numberOf(hessian.trace),
      exponent: numberOf(lyapunov.perStep[0]),
      marginLinearised: rounded(margins.linearised.median),
      marginAttack: rounded(margins.attack.median),
      trainingLoss: rounded(loss),
    },
    profile: profileOf({ hessian, lyapunov, margins }),
  };
}

function profileOf({ hessian, lyapunov, margins }: Analyses): StudyProfile {
  const all = (values: readonly (number | null)[]) => values.map(rounded);
  const { certified } = margins;
  return {
    hessian: { grid: numbers(hessian.density.grid), density: numbers(hessian.density.value) },
    exponents: numbers(lyapunov.perStep.map(({ value }) => value)),
    exponentErrors: numbers(lyapunov.perStep.map(({ standardError }) => standardError)),
    margins: {
      linearised: all(margins.linearised.perSample),
      certified: 'perSample' in certified ? all(certified.perSample) : null,
      attack: all(margins.attack.perSample),
    },
  };
}

function numbers(values: readonly number[] = []): number[] {
  return values.map((value) => Number(value.toPrecision(DIGITS)));
}

function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
}

function numberOf(figure: Figure | undefined): number | null {
  return rounded(figure?.value ?? null);
}

/** Rows spread evenly over the data, as a batch: files are often sorted. */
function spread(data: Dataset, count: number): Batch {
  const used = Math.min(count, data.rows);
  const { steps, inputs, labels } = selectRows(data, evenly(data.rows, used));
  if (labels === null) throw new Error(`${data.name}: a study's data have labels`);
  return { rows: used, steps, inputs, labels };
}

/** `count` of `rows` row numbers, evenly spread. */
export function evenly(rows: number, count: number): Uint32Array {
  const used = Math.min(count, rows);
  return Uint32Array.from({ length: used }, (_, index) => Math.floor((index * rows) / used));
}
