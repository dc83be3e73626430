import type { Tensors } from '../../graph/index.js';
import { type Model, noiseSituations } from '../../model/index.js';
import { type Missing, missing } from '../estimate.js';
import { type AffineForm, affineForm } from './affine-form.js';
import { type Bounds, best, driftBounds, mapBounds, stepFactors } from './bounds.js';
import { logNorm } from './matrices.js';
import { cancelsOnOnePath, type NoiseTerms, noiseTerms } from './noise-terms.js';
import { describeStability } from './sentence.js';

export interface StabilityFigures {
  /**
   * Upper bounds on the largest Lyapunov exponent, by name: `sde…` for the equation in continuous time with its noise,
   * `step…` for the discrete network without noise (or with additive noise, which cancels between two states).
   */
  readonly bounds: Readonly<Record<string, number | null>>;
  /** Why a bound is null. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Whether the sharp bounds are exact maxima over the slopes (up to 12 units). */
  readonly sharpIsExact: boolean | null;
  readonly stepBoundsPer: 'unit time' | 'step';
  readonly noise: NoiseTerms | null;
  /** λ_max(sym A): unless this is negative no bound can be. */
  readonly saturatedRate: number | null;
  /** A bound that covers the model as built is negative. */
  readonly certified: boolean;
  /** Extra damping (A − cI) that would certify: 0 if certified; per step where `stepBoundsPer` says so. */
  readonly distance: number | null;
  /** Smallest amplitude s of `scalar` noise that certifies the equation in continuous time in place of its own noise; null where there is no such equation. */
  readonly stabilisingNoise: number | null;
  readonly sentence: string;
}

/**
 * Certificates of stability of a model: every bound that applies to it, and what they do and do not guarantee.
 * @param timed its steps cover different times, so that no step bound is one for all of them.
 */
export async function analyzeStability(model: Model, parameters: Tensors, timed = false): Promise<StabilityFigures> {
  const form = await affineForm(model, parameters);
  if (!('A' in form)) return without(form.reason);
  const { noise, step, solver } = model.spec.layers[0]!;
  const [situation] = noiseSituations(model);
  const terms = await noiseTerms(noise, form, situation);
  const drift = form.discrete ? null : driftBounds(form);
  const equation = continuous(form, drift, terms, step.kind);
  const factors = stepBounds(model, parameters, form, solver.name, timed);
  const reasons: Record<string, string> = {};
  if ('reason' in equation) reasons.sde = equation.reason;
  if ('reason' in factors) reasons.step = factors.reason;
  const sde = 'reason' in equation ? null : equation;
  const discrete = 'reason' in factors ? null : factors.bounds;
  const cancels = cancelsOnOnePath(noise, situation);
  // Noise that does not cancel between two states is covered by the continuous bounds alone.
  const covering = cancels ? (discrete ?? sde) : sde;
  const rate = covering === null ? null : best(covering);
  const saturatedRate = logNorm(form.A).value;
  const certified = rate !== null && rate < 0;
  const stabilisingNoise = drift === null || step.kind === 'learned' ? null : Math.sqrt(2 * Math.max(0, best(drift)));
  const figures = {
    bounds: { ...named('sde', sde), ...named('step', discrete) },
    reasons,
    sharpIsExact: (sde ?? discrete)?.sharpIsExact ?? null,
    stepBoundsPer: 'reason' in factors ? ('unit time' as const) : factors.per,
    noise: 'reason' in terms ? null : terms,
    saturatedRate,
    certified,
    distance: rate === null ? null : Math.max(0, rate),
    stabilisingNoise,
  };
  const covers = covering === null ? null : covering === sde ? 'equation' : 'network';
  return { ...figures, sentence: describeStability({ ...figures, covers, cancels, slope: form.slope }) };
}

function continuous(
  form: AffineForm,
  drift: Bounds | null,
  terms: NoiseTerms | Missing,
  step: string,
): Bounds | Missing {
  if (form.discrete || drift === null)
    return missing('the cell is a discrete step, with no equation in continuous time');
  if (step === 'learned')
    return missing(
      'with a learned step size every unit has its own time, so there is no one equation: see the step bounds',
    );
  if ('reason' in terms) return terms;
  return mapBounds(drift, (value) => value + terms.shift);
}

function stepBounds(
  model: Model,
  parameters: Tensors,
  form: AffineForm,
  solver: string,
  timed: boolean,
): { bounds: Bounds; per: 'unit time' | 'step' } | Missing {
  const { step } = model.spec.layers[0]!;
  if (solver !== 'euler' && solver !== 'milstein' && !form.discrete)
    return missing(`the step bounds are of an Euler step, and the solver is ${solver}`);
  if (step.kind === 'given' || (timed && !form.discrete)) return missing('the step size changes from step to step');
  const sizes = stepSizesOf(model, parameters, form.units);
  const factors = stepFactors(form, sizes);
  const per = step.kind === 'fixed' && !form.discrete ? ('unit time' as const) : ('step' as const);
  return { bounds: mapBounds(factors, (factor) => Math.log(factor) / (per === 'step' ? 1 : step.delta)), per };
}

/** δ of each unit: fixed, learned, or 1 for a discrete cell. */
export function stepSizesOf(model: Model, parameters: Tensors, units: number): Float64Array {
  const { step } = model.spec.layers[0]!;
  return step.kind === 'learned' ? parameters.step!.data : new Float64Array(units).fill(step.delta);
}

function named(prefix: 'sde' | 'step', bounds: Bounds | null): Record<string, number | null> {
  return {
    [`${prefix}Matrix`]: bounds?.matrix ?? null,
    [`${prefix}LogNormCheap`]: bounds?.logNormCheap ?? null,
    [`${prefix}LogNormSharp`]: bounds?.logNormSharp ?? null,
  };
}

function without(reason: string): StabilityFigures {
  return {
    bounds: { ...named('sde', null), ...named('step', null) },
    reasons: { sde: reason, step: reason },
    sharpIsExact: null,
    stepBoundsPer: 'unit time',
    noise: null,
    saturatedRate: null,
    certified: false,
    distance: null,
    stabilisingNoise: null,
    sentence: `Nothing is certified: ${reason}.`,
  };
}
