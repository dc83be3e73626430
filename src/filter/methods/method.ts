/** What a filtering method is: a belief about the state, taken through one step and corrected by what is observed there. */
import type { StateSpace } from '../../dynamics/index.js';
import type { Engine } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import type { Correction } from '../correct.js';
import type { ObservationNoise } from '../observation-noise.js';

/** A state-space model with everything that a filter has to know of it, checked. */
export interface FilterProblem {
  readonly space: StateSpace;
  readonly parameters: Tensors;
  readonly observation: ObservationNoise;
  /** Q [N, N], added to the covariance at every step; null for none. */
  readonly process: Float64Array | null;
  /** Q is of a step of size 1, and of one of size dt is dt·Q. */
  readonly processIsRate?: boolean | undefined;
  /** [N], [N, N] */
  readonly initialMean: Float64Array;
  readonly initialCovariance: Float64Array;
  readonly options: MethodOptions;
}

export interface MethodOptions {
  /** Of `extended`: 2 adds the second-order terms. 1 unless given. */
  readonly order?: 1 | 2 | undefined;
  /** Of `unscented`: spread α, prior β and κ; 1, 0, 1 unless given (all weights positive). */
  readonly sigmaPoints?: { readonly alpha?: number; readonly beta?: number; readonly kappa?: number } | undefined;
  /** Of `ensemble`: its size, 200 unless given; the seed of its noise; and an engine, the reference engine unless given. */
  readonly members?: number | undefined;
  readonly seed?: number | undefined;
  readonly engine?: Engine | undefined;
  /** Of `generalised`: n, orders of motion, 4 unless given; of the observation where that is another number. */
  readonly orders?: number | undefined;
  /**
   * Of `generalised`: s of the noise's autocorrelation exp(−τ²/4s²), in units of time, for state and observation alike or
   * each its own; 0 is white.
   */
  readonly smoothness?: number | { readonly state: number; readonly observation: number } | undefined;
}

export interface Method {
  /** Back to the initial belief. */
  readonly start: () => void;
  /** One step with input x and of size dt (as the space has them), then the correction by y [K], NaN where missing. */
  readonly step: (y: ArrayLike<number>, x: ArrayLike<number> | null, dt: number) => void | Promise<void>;
  /** The belief, [N] and [N, N], overwritten by the next step. */
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  /** Of the last step. */
  readonly correction: Pick<
    Correction,
    'innovation' | 'logLikelihood' | 'nis' | 'observed' | 'output' | 'outputVariance'
  >;
  /** What a smoother needs of the last step; null where the method has no smoother. */
  readonly prediction: Prediction | null;
}

export interface Prediction {
  /** Before the correction, [N] and [N, N]. */
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  /** Cov(h_m, h_{m+1}) given what was observed up to m, [N, N]; S Jᵀ of the extended filter. */
  readonly cross: Float64Array;
  /** Where the step was linearised: Jᵀ [N, N] and the correction's rows; null elsewhere. */
  readonly linear: { readonly derivatives: Float64Array; readonly correction: Correction } | null;
}

export type MethodBuilder = (problem: FilterProblem) => Method;
