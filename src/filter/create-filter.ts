/** `createFilter`: a model, its noise and a method as one object that filters and smooths series. */
import { InputError } from '../errors.js';
import { type Method, type MethodName, methods } from './methods/index.js';
import { type FilterOptions, filterProblem } from './problem.js';
import { brysonFrazier } from './smoothers/bryson-frazier.js';
import { rauchTungStriebel } from './smoothers/rauch-tung-striebel.js';
import { recordOf, type StepRecord } from './smoothers/smoother.js';

export interface CreateFilterOptions extends FilterOptions {
  /** `extended` unless given. */
  readonly method?: MethodName | undefined;
  /** Of `smooth`: `bryson-frazier` where the method linearises, else `rauch-tung-striebel`, unless given. */
  readonly smoother?: 'bryson-frazier' | 'rauch-tung-striebel' | undefined;
}

/** [steps][channels]; NaN is a missing value. Of one channel plain numbers will do. */
export type Series = ArrayLike<ArrayLike<number>> | ArrayLike<number>;

export interface RunInputs {
  /** [steps][inputs], the known inputs of each step; needed where the model has some. */
  readonly inputs?: Series | undefined;
  /** Step sizes, [steps] or one number: the time between samples, for models whose steps are not fixed or to replace fixed ones. */
  readonly dt?: ArrayLike<number> | number | undefined;
}

export interface Filtered {
  /** log p(y_1 … y_M), missing values left out. */
  readonly logLikelihood: number;
  /** [steps][N], of the state given what was observed so far. */
  readonly mean: number[][];
  /** [steps][N][N] */
  readonly covariance: number[][][];
  /** [steps][K], y − g(m⁻); NaN where y is missing. */
  readonly innovation: number[][];
  /** [steps], the share of each step in the log-likelihood. */
  readonly logLikelihoods: number[];
  /** [steps], eᵀ Λ⁻¹ e, and the number of channels that were there: χ² of so many degrees of freedom for a right model. */
  readonly nis: number[];
  readonly observed: number[];
}

export interface Smoothed {
  readonly mean: number[][];
  readonly covariance: number[][][];
}

export interface Filter {
  /** `series[0]` is observed after one step from the initial belief. @throws InputError for a series that does not fit. */
  run(series: Series, inputs?: RunInputs): Promise<Filtered>;
  /** State given the whole series. @throws InputError as `run`, and for a method without a smoother. */
  smooth(series: Series, inputs?: RunInputs): Promise<Smoothed>;
}

/**
 * A filter of a model h⁺ = F(h, x, η), y = g(h) + r.
 * @throws InputError for a model that runs both ways or tells classes, covariances that do not fit, a singular R, nothing
 * uncertain at all, or noise without a variance.
 */
export function createFilter(options: CreateFilterOptions): Filter {
  const { method: name = 'extended' } = options;
  if (!Object.hasOwn(methods, name))
    throw new InputError(`method: got "${name}", expected ${Object.keys(methods).join(', ')}`);
  const built = new Map<boolean, { method: Method; size: number; inputs: number; timed: boolean; delta: number }>();
  const forSteps = (timed: boolean) => {
    let found = built.get(timed);
    if (found === undefined) {
      const problem = filterProblem(options, timed);
      const { model, layout } = problem.space;
      const delta = model.spec.layers[0]!.step.delta;
      found = {
        method: methods[name](problem),
        ...{ size: layout.size, inputs: model.spec.inputs, timed: problem.space.timed, delta },
      };
      built.set(timed, found);
    }
    return found;
  };
  forSteps(false);
  const { outputs } = options.model.spec;

  async function follow(series: Series, given: RunInputs, visit: (method: Method) => void): Promise<void> {
    const { method, inputs, timed, delta } = forSteps(given.dt !== undefined);
    const rows = rowsOf(series, outputs, 'series', true);
    const known = inputsOf(given.inputs, rows.length, inputs);
    const sizes = stepSizesOf(given.dt, rows.length, timed, delta);
    method.start();
    for (let at = 0; at < rows.length; at++) {
      const pending = method.step(rows[at]!, known === null ? null : known[at]!, sizes(at));
      if (pending !== undefined) await pending;
      visit(method);
    }
  }

  return {
    async run(series, given = {}) {
      const { size } = forSteps(given.dt !== undefined);
      const found: Filtered & { logLikelihood: number } = {
        ...{ logLikelihood: 0, mean: [], covariance: [], innovation: [], logLikelihoods: [], nis: [], observed: [] },
      };
      await follow(series, given, ({ mean, covariance, correction }) => {
        found.mean.push([...mean]);
        found.covariance.push(nested(covariance, size));
        found.innovation.push([...correction.innovation]);
        found.logLikelihoods.push(correction.logLikelihood);
        found.nis.push(correction.nis);
        found.observed.push(correction.observed);
        found.logLikelihood += correction.logLikelihood;
      });
      return found;
    },
    async smooth(series, given = {}) {
      const { size, method } = forSteps(given.dt !== undefined);
      const { prediction } = method;
      if (prediction === null)
        throw new InputError(`method ${name} has no smoother; smooth with extended, unscented or ensemble`);
      const { smoother = prediction.linear === null ? 'rauch-tung-striebel' : 'bryson-frazier' } = options;
      if (smoother === 'bryson-frazier' && prediction.linear === null)
        throw new InputError(`the smoother bryson-frazier needs Jacobians, which method ${name} has not; leave it out`);
      const records: StepRecord[] = [];
      await follow(series, given, (own) => records.push(recordOf(own)));
      const { mean, covariance } = (smoother === 'bryson-frazier' ? brysonFrazier : rauchTungStriebel)(records, size);
      return { mean: mean.map((own) => [...own]), covariance: covariance.map((own) => nested(own, size)) };
    },
  };
}

function nested(matrix: Float64Array, size: number): number[][] {
  return Array.from({ length: size }, (_, i) => [...matrix.subarray(i * size, (i + 1) * size)]);
}

/** [steps][width], checked. */
function rowsOf(series: Series, width: number, what: string, missing: boolean): ArrayLike<number>[] {
  const rows = Array.from(series as ArrayLike<ArrayLike<number> | number>, (row) =>
    typeof row === 'number' ? [row] : row,
  );
  if (rows.length === 0) throw new InputError(`${what}: has no steps; give one at least`);
  for (const [step, row] of rows.entries()) {
    if (row.length !== width)
      throw new InputError(
        `${what}: step ${step + 1} has ${row.length} value${row.length === 1 ? '' : 's'}, the model ` +
          `${what === 'series' ? `observes ${width} channel${width === 1 ? '' : 's'}` : `reads ${width}`} a step; give [steps][${width}]`,
      );
    for (let i = 0; i < width; i++) {
      const value = row[i];
      if (typeof value !== 'number' || (!Number.isFinite(value) && !(missing && Number.isNaN(value))))
        throw new InputError(
          `${what}: step ${step + 1}, value ${i + 1} is ${value}; expected a finite number${missing ? ', or NaN where it is missing' : ''}`,
        );
    }
  }
  return rows;
}

function inputsOf(given: Series | undefined, steps: number, width: number): ArrayLike<number>[] | null {
  if (width === 0) {
    if (given !== undefined && given.length > 0 && (given as ArrayLike<ArrayLike<number>>)[0]?.length !== 0)
      throw new InputError('inputs: the model has none; leave them out');
    return null;
  }
  if (given === undefined)
    throw new InputError(
      `the model reads ${width} input${width === 1 ? '' : 's'} a step: give inputs [steps][${width}]`,
    );
  const rows = rowsOf(given, width, 'inputs', false);
  if (rows.length !== steps)
    throw new InputError(`inputs: have ${rows.length} steps, the series ${steps}; give one for each step`);
  return rows;
}

function stepSizesOf(given: RunInputs['dt'], steps: number, timed: boolean, delta: number): (step: number) => number {
  if (given === undefined) {
    if (timed) throw new InputError('the model takes steps of given sizes: give dt, [steps] or one number');
    return () => delta;
  }
  const sizes = typeof given === 'number' ? null : given;
  if (sizes !== null && sizes.length !== steps)
    throw new InputError(
      `dt: has ${sizes.length} entries, the series ${steps} steps; give one for each step, or one number`,
    );
  for (let at = 0; at < steps; at++) {
    const own = sizes === null ? (given as number) : sizes[at]!;
    if (!(own > 0) || !Number.isFinite(own))
      throw new InputError(`dt: step ${at + 1} is ${own}; a step takes time, a finite number above 0`);
  }
  return (step) => (sizes === null ? (given as number) : sizes[step]!);
}
