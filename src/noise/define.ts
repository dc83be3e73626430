/** Noise of one's own. */
import type { ParameterSpec, Sizes } from '../cells/index.js';
import { InputError } from '../errors.js';
import type { Distribution, Expression, Node } from '../graph/index.js';
import { toRow } from './motions.js';
import type { Channels, DiffusionScheme, NoiseContext, UpdateScheme } from './scheme.js';

export interface OwnUpdateContext<Parameter extends string> extends NoiseContext<Parameter> {
  /** δ and √δ of each component, row vectors like it. */
  readonly stepSize: Readonly<Record<string, Node>>;
  readonly rootStep: Readonly<Record<string, Node>>;
  /** ε, a row vector [1]: multiply all noise by it, so that schedules of the noise and ε = 0 mean what they say. */
  readonly scale: Node;
  /**
   * Independent draws, a row vector: `normal` N(0, 1), `uniform` on (0, 1), `bernoulli` 0 with probability `rate` and else 1.
   * Every call draws anew; the calls are to be the same ones at every step.
   */
  readonly draw: (distribution: Distribution, width: number, rate?: number) => Node;
}

interface Definition<Parameter extends string> {
  readonly name: string;
  /** Trained, initialised, frozen and stored as a cell's, for each layer anew; full names begin with `noise.`. */
  readonly parameters?: (sizes: Sizes) => Readonly<Record<Parameter, ParameterSpec>>;
}

export interface ChannelDefinition<Parameter extends string> extends Definition<Parameter> {
  /** Channels of an Itô equation by component of the state; a component left out receives none. */
  readonly channels: (context: NoiseContext<Parameter>) => Channels;
}

export interface UpdateDefinition<Parameter extends string> extends Definition<Parameter> {
  /** The next value h⁺ of each component that it moves, noise and drift in one: for jumps and heavy tails. */
  readonly update: (context: OwnUpdateContext<Parameter>) => Readonly<Record<string, Expression>>;
  /** Declared where it holds; `checkNoise` tests it by draws. False unless given. */
  readonly centred?: boolean;
  readonly symmetric?: boolean;
  /** False for heavy tails, such as α-stable ones: what rests on variances then refuses. */
  readonly finiteVariance?: boolean;
}

const identifier = /^[A-Za-z_]\w*$/;

/**
 * Checks a definition and returns it as a scheme.
 * @throws InputError if it has neither or both of channels and update, or a name that is no identifier.
 */
export function defineNoise<Parameter extends string = string>(
  definition: ChannelDefinition<Parameter> | UpdateDefinition<Parameter>,
): (DiffusionScheme | UpdateScheme) & { readonly part: 'noise' } {
  const { name, parameters } = definition;
  const channels = 'channels' in definition ? definition.channels : undefined;
  const update = 'update' in definition ? definition.update : undefined;
  if ((channels === undefined) === (update === undefined))
    throw new InputError(`noise ${name}: give either channels or an update, not both or neither`);
  const common = {
    part: 'noise' as const,
    name,
    scale: 1,
    ...(parameters && { parameters: (sizes: Sizes) => checked(name, parameters(sizes)) }),
  };
  if (channels !== undefined)
    return {
      ...common,
      kind: 'diffusion',
      centred: true,
      symmetric: true,
      channels: channels as DiffusionScheme['channels'],
    };
  const { centred = false, symmetric = false, finiteVariance = true } = definition as UpdateDefinition<Parameter>;
  return {
    ...{ ...common, kind: 'update', centred, symmetric, finiteVariance },
    next: ({ stepSize, rootStep, scale, drawUnits: _, ...context }) => {
      const rows = (of: Readonly<Record<string, Node>>) =>
        Object.fromEntries(
          Object.entries(of).flatMap(([own, size]) => {
            const width = context.state[own]?.shape[0];
            return width === undefined ? [] : [[own, toRow(size, width, `noise ${name}`)]];
          }),
        );
      const given = { ...context, stepSize: rows(stepSize), rootStep: rows(rootStep) };
      const next = update!({ ...given, scale: toRow(scale, 1, `noise ${name}`) } as OwnUpdateContext<Parameter>);
      const strange = Object.keys(next).find((own) => !context.noisy.includes(own));
      if (strange !== undefined)
        throw new InputError(`noise ${name}: "${strange}" receives no noise; ${context.noisy.join(', ')} do`);
      return next;
    },
  };
}

function checked(noise: string, parameters: Readonly<Record<string, ParameterSpec>>) {
  for (const name of Object.keys(parameters))
    if (!identifier.test(name))
      throw new InputError(`noise ${noise}: "${name}" is not a usable name; use letters, digits and "_"`);
  return parameters;
}
