/**
 * What a noise scheme is. A *diffusion* gives channels g_c of an Itô equation dh = f dt + ε Σ g_c dB_c and leaves the
 * step to the solver. An *update* rule gives the whole noisy Euler step itself and has no continuous limit to solve for.
 * Noise *inside* acts on the preactivations that a cell marks, within its own expression. Either way the noise-free network
 * is the model's own and does not depend on the scheme.
 */
import type { ParameterSpec, Sizes } from '../cells/index.js';
import type { Distribution, Expression, Node } from '../graph/index.js';
import { nonNegative, type SpecKey, type SpecKeys, type SpecValues } from '../spec.js';

/** One source of Brownian motions and how it moves one component of the state; without ε. */
export type Channel =
  | {
      /** `diagonal`: an independent motion for each unit; `scalar`: one for all units, along the amplitude. */
      readonly kind: 'diagonal' | 'scalar';
      /** One entry a unit, or one for all. */
      readonly amplitude: Expression;
    }
  | {
      /** k motions for all units: unit i moves by amplitude_i Σ_j matrix_ij dB_j. */
      readonly kind: 'matrix';
      /** Shared matrix [units, k], of parameters and constants alone. */
      readonly matrix: Node;
      /** 1 unless given. */
      readonly amplitude?: Expression;
    };

/** What channels and updates may depend on: row vectors for each component of the state, and what cells read. */
export interface NoiseContext<Parameter extends string = string> {
  readonly state: Readonly<Record<string, Node>>;
  /** f, or h⁺ − h of a discrete cell. */
  readonly drift: Readonly<Record<string, Node>>;
  /** Components that receive noise. */
  readonly noisy: readonly string[];
  readonly input: Node;
  readonly time: Node;
  readonly exogenous: Readonly<Record<string, Node>>;
  readonly parameters: Readonly<Record<Parameter, Node>>;
}

/**
 * Channels by component. Channels of one place and kind are one source for all components: scalar and matrix channels move
 * them together; a diagonal one has motions of its own for every unit.
 */
export type Channels = Readonly<Record<string, readonly Channel[]>>;

/** Draws for one component: independent units, from the scheme's numbered source. */
export type DrawUnits = (component: string, source: number, distribution: Distribution, rate?: number) => Node;

export interface UpdateContext extends NoiseContext {
  /** Step size δ of each component: one entry or one a unit; and √δ. */
  readonly stepSize: Readonly<Record<string, Node>>;
  readonly rootStep: Readonly<Record<string, Node>>;
  readonly drawUnits: DrawUnits;
  /** Independent draws from a source of their own, numbered in the order of the calls. */
  readonly draw: (distribution: Distribution, width: number, rate?: number) => Node;
  /** ε: a number, or a shared value [1] where it changes from run to run. */
  readonly scale: Expression;
}

interface Common {
  readonly part?: 'noise';
  readonly name: string;
  /** ε, the factor in front of all noise. */
  readonly scale: number;
  /** Trained with the cell's, a set for every layer. */
  readonly parameters?: (sizes: Sizes) => Readonly<Record<string, ParameterSpec>>;
  /** E of the noisy step equals the noise-free step, to first order in the noise. */
  readonly centred: boolean;
  /** The noise inputs are symmetric about their mean, so that odd orders in ε vanish. */
  readonly symmetric: boolean;
  /** False for heavy tails: what rests on variances does not exist. */
  readonly finiteVariance?: boolean;
}

export interface DiffusionScheme extends Common {
  readonly kind: 'diffusion';
  readonly channels: (context: NoiseContext) => Channels;
}

export interface UpdateScheme extends Common {
  readonly kind: 'update';
  /** The next value of components that it moves; others take the plain step. */
  readonly next: (context: UpdateContext) => Readonly<Record<string, Expression>>;
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

/** A channel alike for every component: its amplitude g(h, f), a row vector like h. */
export interface UnitChannel {
  readonly kind: 'diagonal' | 'scalar';
  readonly amplitude: (h: Node, drift: Node) => Node;
}

/** A diffusion that treats every noisy component alike. */
export function diffusion(name: string, scale: number, channels: readonly UnitChannel[]): DiffusionScheme {
  return {
    ...{ kind: 'diffusion', name, scale, centred: true, symmetric: true },
    channels: ({ state, drift, noisy }) => {
      const found = Object.fromEntries(noisy.map((component): [string, Channel[]] => [component, []]));
      for (const { kind, amplitude: of } of channels)
        for (const component of noisy)
          found[component]!.push({ kind, amplitude: of(state[component]!, drift[component]!) });
      return found;
    },
  };
}
