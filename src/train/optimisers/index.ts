import { completeSpec, numberAt, parseSpec, type Spec, type SpecTable } from '../../spec.js';
import { adam, adamw } from './adam.js';
import type { Optimiser, OptimiserKind, Rates } from './optimiser.js';
import { rmsprop } from './rmsprop.js';
import { RuleOptimiser } from './rule-optimiser.js';
import { sgd } from './sgd.js';

export type { Optimiser, OptimiserKind, Rates, UpdateRule } from './optimiser.js';

/** Every optimiser by name, with its keys and their defaults (those of PyTorch). */
export const optimisers = { sgd, adam, adamw, rmsprop } as const satisfies SpecTable &
  Readonly<Record<string, OptimiserKind>>;

type OptimiserName = keyof typeof optimisers;

/** Reads such as `adamw:lr=0.001,weightDecay=0.01`. @throws InputError for an unknown name or key or a bad value. */
export function parseOptimiser(text: string): Spec {
  return parseSpec(text, optimisers, 'optimiser');
}

/**
 * @param given a name, and values for the keys that should differ from their defaults.
 * @throws InputError as parseOptimiser.
 */
export function createOptimiser(
  given: { readonly name: string; readonly values?: Readonly<Record<string, number | string | boolean>> },
  options: { roundToFloat32?: boolean } = {},
): Optimiser {
  const spec = completeSpec(given, optimisers, 'optimiser');
  const kind: OptimiserKind = optimisers[spec.name as OptimiserName];
  return new RuleOptimiser(spec.name, kind.create(spec.values), options.roundToFloat32 ?? false);
}

/** The base rates of a spec that `parseOptimiser` read, before schedule and parameter groups. */
export function baseRates(spec: Spec): Rates {
  return { lr: numberAt(spec.values, 'lr'), weightDecay: numberAt(spec.values, 'weightDecay') };
}
