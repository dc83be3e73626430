import { createReferenceEngine } from '../../engine/reference/reference-engine.js';
import type { Node } from '../../graph/index.js';
import {
  motionsOf,
  type NoiseContext,
  type NoiseScheme,
  type NoiseSituation,
  noiseProperties,
  plainSituation,
} from '../../noise/index.js';
import { carry, phase } from '../../program/index.js';
import { type Missing, missing } from '../estimate.js';
import type { AffineForm } from './affine-form.js';
import { spectralNorm } from './matrices.js';

/**
 * How far noise pulls two states on one path apart (‖Δσ‖_F ≤ σ_hi‖e‖) and how surely it acts along their difference e
 * (‖Δσᵀe‖ ≥ σ_lo‖e‖²), without ε.
 */
export interface NoiseTerms {
  readonly sigmaHigh: number;
  readonly sigmaLow: number;
  /** ε²(σ_hi²/2 − σ_lo²), what noise adds to a bound in continuous time. */
  readonly shift: number;
}

/** @returns the terms, or why the scheme has none. */
export async function noiseTerms(
  scheme: NoiseScheme,
  form: AffineForm,
  situation: NoiseSituation = plainSituation,
): Promise<NoiseTerms | Missing> {
  if (scheme.kind === 'inside')
    return missing(`the scheme ${scheme.name} acts inside the activation and has no equation in continuous time`);
  if (scheme.kind === 'update')
    return missing(`the scheme ${scheme.name} defines a whole step and has no equation in continuous time`);
  let [high, low] = [0, 0];
  if (scheme.scale === 0 || noiseProperties(scheme, situation).additive) return { sigmaHigh: 0, sigmaLow: 0, shift: 0 };
  if (Object.keys(situation.parameters).length > 0)
    return missing(`the amplitude of ${scheme.name} has parameters, and the bounds are for fixed ones`);
  for (const { kind, terms } of motionsOf(scheme, unitContext(situation))) {
    const channel = { kind, amplitude: Object.values(terms)[0]!.amplitude };
    if (channel.amplitude === undefined || kind === 'matrix') return missing('the noise is not by unit');
    const amplitude = await linearAmplitude(channel.amplitude);
    if (amplitude === null) return missing('the amplitude of the noise is not linear in the state and the drift');
    const drift = Math.abs(amplitude.ofDrift);
    const reach = drift === 0 ? 0 : drift * (spectralNorm(form.A) + form.slope * spectralNorm(form.W));
    high += (Math.abs(amplitude.ofState) + reach) ** 2;
    // An amplitude that follows the drift may vanish along e.
    const aligned = drift === 0 ? Math.abs(amplitude.ofState) : 0;
    low += aligned ** 2 / (channel.kind === 'scalar' ? 1 : form.units);
  }
  const epsilon = scheme.scale;
  return { sigmaHigh: Math.sqrt(high), sigmaLow: Math.sqrt(low), shift: epsilon ** 2 * (high / 2 - low) };
}

/**
 * Whether noise is out of the difference of two states on one path, so that bounds without noise cover the noisy network:
 * additive noise is the same for both, and noise inside the activation is an input to it, over which bounds are uniform.
 */
export function cancelsOnOnePath(scheme: NoiseScheme, situation: NoiseSituation = plainSituation): boolean {
  if (scheme.scale === 0 || scheme.kind === 'inside') return true;
  if (scheme.kind === 'diffusion') return noiseProperties(scheme, situation).additive;
  // The published scheme without its multiplicative part.
  return scheme.name === 'published' && scheme.centred;
}

/** One unit of the one component that the bounds are for. */
function unitContext({ noisy }: NoiseSituation): NoiseContext {
  const [name = 'h'] = noisy;
  const none = carry('none', 1);
  const leaves = { state: { [name]: carry('h', 1) }, drift: { [name]: carry('f', 1) } };
  return { ...leaves, noisy: [name], input: none, time: none, exogenous: {}, parameters: {} };
}

/** c + s·h + t·f, read off by evaluating the amplitude at a few points; null if it is not of that form. */
async function linearAmplitude(g: Node): Promise<{ ofState: number; ofDrift: number } | null> {
  const program = { prepare: {}, phases: [phase('amplitude', 'once', { carries: { g } })], finish: {} };
  const carries = { h: Float64Array.of(0, 1, 0, -2.5, 3), f: Float64Array.of(0, 0, 1, 1.5, 2) };
  const found = await createReferenceEngine()
    .compile(program, { carries: ['g'] })
    .run({ rows: 5, steps: 0, parameters: {}, carries });
  const [zero = 0, state = 0, drift = 0, ...others] = found.carries.g!;
  const [ofState, ofDrift] = [state - zero, drift - zero];
  const linear = others.every((value, i) => {
    const predicted = zero + ofState * carries.h[i + 3]! + ofDrift * carries.f[i + 3]!;
    return Math.abs(value - predicted) <= 1e-9 * (1 + Math.abs(value));
  });
  return linear ? { ofState, ofDrift } : null;
}
