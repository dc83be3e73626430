import type { Tensors } from '../../graph/index.js';
import type { Batch, Objective } from '../../model/index.js';
import type { Estimate, Progress } from '../estimate.js';
import { type DensityOptions, type SpectralDensity, spectralDensity } from './density.js';
import { extremeEigenvalues } from './eigenvalues.js';
import { type HessianScope, hessianOperator } from './operator.js';
import { traceFigures } from './trace.js';

export interface HessianOptions extends HessianScope {
  /** Eigenvalues at each end; 5 unless given. */
  readonly eigenvalues?: number;
  /** Largest residual accepted, relative to |λ|max; 1e-5 unless given, 1e-4 on an engine of single precision. */
  readonly tolerance?: number;
  /** Most Lanczos steps; 100 unless given. */
  readonly steps?: number;
  /** Products for the trace when it is not exact; 90 unless given. */
  readonly traceProducts?: number;
  readonly exactBelow?: number;
  readonly density?: Pick<DensityOptions, 'probes' | 'steps' | 'points' | 'width'>;
  readonly progress?: (stage: 'eigenvalues' | 'trace' | 'density', done: number, total: number) => void;
}

export interface HessianFigures {
  readonly parameters: number;
  readonly maxEigenvalue: Estimate;
  readonly minEigenvalue: Estimate;
  /** Descending. */
  readonly top: readonly Estimate[];
  /** Ascending. */
  readonly bottom: readonly Estimate[];
  readonly trace: Estimate;
  readonly frobenius: Estimate;
  /** |λ_max| / |λ_min| of the two ends of the spectrum. */
  readonly conditionRatio: Estimate;
  readonly negativeEigenvalues: Estimate;
  readonly density: SpectralDensity;
}

/** Everything this folder knows about the curvature of the mean loss over the batches. */
export async function analyzeHessian(
  objective: Objective,
  parameters: Tensors,
  batches: readonly Batch[],
  options: HessianOptions = {},
): Promise<HessianFigures> {
  const { seed = 0, eigenvalues = 5, steps = 100, traceProducts, exactBelow, progress } = options;
  const { tolerance = objective.engine.precision === 'float32' ? 1e-4 : 1e-5 } = options;
  const operator = hessianOperator(objective, parameters, batches, options);
  const at = (stage: 'eigenvalues' | 'trace' | 'density'): { progress?: Progress } =>
    progress === undefined ? {} : { progress: (done, total) => progress(stage, done, total) };
  const extremes = await extremeEigenvalues(operator, {
    top: eigenvalues,
    bottom: eigenvalues,
    maximumSteps: steps,
    seed,
    tolerance,
    ...at('eigenvalues'),
  });
  const { trace, frobenius } = await traceFigures(operator, {
    seed,
    ...(traceProducts === undefined ? {} : { products: traceProducts }),
    ...(exactBelow === undefined ? {} : { exactBelow }),
    ...at('trace'),
  });
  const density = await spectralDensity(operator, { ...options.density, seed, ...at('density') });
  const maxEigenvalue = extremes.top[0]!;
  const minEigenvalue = extremes.bottom[0]!;
  const { negative, ...curve } = density;
  return {
    parameters: operator.size,
    maxEigenvalue,
    minEigenvalue,
    top: extremes.top,
    bottom: extremes.bottom,
    trace,
    frobenius,
    conditionRatio: ratio(maxEigenvalue, minEigenvalue),
    negativeEigenvalues: negative,
    density: { ...curve, negative },
  };
}

function ratio(top: Estimate, bottom: Estimate): Estimate {
  const value = Math.abs(top.value / bottom.value);
  const relative = Math.hypot(top.standardError / top.value, bottom.standardError / bottom.value);
  return { ...top, value, standardError: value * relative, converged: top.converged && bottom.converged };
}
