/**
 * What a noise scheme is. A *diffusion* gives channels g_c of an Itô equation dh = f dt + ε Σ g_c dB_c and leaves the
 * step to the solver. An *update* rule gives the whole noisy Euler step itself and has no continuous limit to solve for.
 * Noise *inside* acts on the preactivations that a cell marks, within its own expression. Either way the noise-free network is the model's own and does not depend on the scheme.
 */
import type { Distribution, Expression, Node } from '../graph/index.js';
import { nonNegative, type SpecKey, type SpecKeys, type SpecValues } from '../spec.js';

export interface Channel {
  /** `diagonal`: an independent Brownian motion for each unit; `scalar`: one shared by all units. */
  readonly kind: 'diagonal' | 'scalar';
  /** Amplitudes g(h, f), a row vector like h, for one state component and its drift; without ε. */
  readonly amplitude: (h: Node, drift: Node) => Node;
}

/** Draws noise for the component at hand: independent units, from the scheme's numbered source. */
export type Draw = (source: number, distribution: Distribution, rate?: number) => Node;

export interface UpdateContext {
  readonly h: Node;
  readonly drift: Node;
  /** Step size δ: one entry or one a unit. */
  readonly stepSize: Node;
  readonly draw: Draw;
  /** ε: a number, or a shared value [1] where it changes from run to run. */
  readonly scale: Expression;
}

interface Common {
  readonly name: string;
  /** ε, the factor in front of all noise. */
  readonly scale: number;
  /** E of the noisy step equals the noise-free step, to first order in the noise. */
  readonly centred: boolean;
  /** The step is affine in the noise inputs. */
  readonly affine: boolean;
  /** The noise inputs are symmetric about their mean, so that odd orders in ε vanish. */
  readonly symmetric: boolean;
}

export interface DiffusionScheme extends Common {
  readonly kind: 'diffusion';
  readonly channels: readonly Channel[];
  /** The amplitudes do not depend on the state. */
  readonly additive: boolean;
}

export interface UpdateScheme extends Common {
  readonly kind: 'update';
  readonly next: (context: UpdateContext) => Node;
}

/** Adds ε · amplitude · ξ/√δ to every preactivation that the cell marks. */
export interface InsideScheme extends Common {
  readonly kind: 'inside';
  readonly amplitude: number;
}

export type NoiseScheme = DiffusionScheme | UpdateScheme | InsideScheme;

/** A scheme as it is written down: `name:key=value`. A new scheme is one file and one row of the table. */
export interface SchemeEntry {
  readonly description: string;
  readonly keys: SpecKeys;
  readonly create: (values: SpecValues) => NoiseScheme;
}

/** An amplitude: 0 unless given, never negative. */
export const amplitude: SpecKey = { kind: 'number', default: 0, limit: nonNegative };
/** ε, the factor in front of all noise. */
export const noiseScale: SpecKey = { kind: 'number', default: 1, limit: nonNegative };

export function diffusion(
  name: string,
  scale: number,
  channels: readonly Channel[],
  additive: boolean,
): DiffusionScheme {
  return { kind: 'diffusion', name, scale, channels, additive, centred: true, affine: true, symmetric: true };
}
