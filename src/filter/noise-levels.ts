/** What a generator has beside its weights: the levels of its noise and of its initial belief, as logarithms of deviations. */
import type { ParameterSpec } from '../cells/index.js';
import type { StateSpace } from '../dynamics/index.js';
import type { Tensor, Tensors } from '../graph/index.js';
import { type Model, noiseScaleName } from '../model/index.js';

export const levelNames = {
  /** [K], of the observation noise. */
  observation: 'observation.logDeviation',
  /** [1], of ε, where the layers have a noise scheme. */
  scale: 'noise.logScale',
  /** [N], of noise added to every step, where they have none. */
  process: 'process.logDeviation',
  /** [N], of the initial state. */
  initial: 'initial.logDeviation',
} as const;

/** Whether the layers draw noise of their own, whose scale ε is then learned; else a deviation is, for each unit. */
export function hasScheme({ spec }: Pick<Model, 'spec'>): boolean {
  return spec.layers.some(({ noise }) => noise.name !== 'none' && noise.scale !== 0);
}

const starts = { observation: 0.5, process: 0.1, initial: 0.5 };

/** Specifications of the parameters above, for outputs in units of their standard deviation. */
export function levelParameters(model: Pick<Model, 'spec' | 'state'>): Record<string, ParameterSpec> {
  const size = Object.values(model.state).reduce((total, width) => total + width, 0);
  const level = (width: number, start: number): ParameterSpec => ({
    shape: [width],
    initial: { kind: 'constant', value: Math.log(start) },
  });
  return {
    [levelNames.observation]: level(model.spec.outputs, starts.observation),
    ...(hasScheme(model) ? { [levelNames.scale]: level(1, 1) } : { [levelNames.process]: level(size, starts.process) }),
    [levelNames.initial]: level(size, starts.initial),
  };
}

export interface NoiseLevels {
  /** Variances, [K], [N], [N]. */
  readonly observation: Float64Array;
  readonly process: Float64Array;
  readonly initial: Float64Array;
  /** ε; 1 where there is no scheme. */
  readonly scale: number;
  /** What the step reads: the weights, and ε. */
  readonly parameters: Tensors;
}

export function noiseLevels({ layout }: StateSpace, parameters: Tensors): NoiseLevels {
  const variances = (name: string, size: number) => {
    const found = parameters[name];
    return Float64Array.from({ length: size }, (_, i) => (found === undefined ? 0 : Math.exp(2 * found.data[i]!)));
  };
  const own = parameters[levelNames.scale];
  const scale = own === undefined ? 1 : Math.exp(own.data[0]!);
  return {
    observation: variances(levelNames.observation, parameters[levelNames.observation]!.data.length),
    process: variances(levelNames.process, layout.size),
    initial: variances(levelNames.initial, layout.size),
    scale,
    parameters: { ...parameters, [noiseScaleName]: { shape: [1], data: Float64Array.of(scale) } },
  };
}

/** Cotangents of the variances, gathered over steps and series, and how they become those of the parameters. */
export function noiseGradient(size: number, channels: number) {
  const observation = new Float64Array(channels);
  const process = new Float64Array(size);
  const initial = new Float64Array(size);
  const initialMean = new Float64Array(size);
  return {
    ...{ observation, process, initial, initialMean },
    clear() {
      for (const values of [observation, process, initial, initialMean]) values.fill(0);
    },
    /** d exp(2 l) = 2 exp(2 l) dl, d ε = ε d log ε. */
    into(
      gradient: Record<string, Tensor>,
      levels: NoiseLevels,
      parameters: Tensors,
      initialNames: Readonly<Record<string, string>>,
      components: readonly (readonly [string, number])[],
    ): Record<string, Tensor> {
      const found = { ...gradient };
      const of = (bars: Float64Array, variances: Float64Array): Tensor => ({
        shape: [bars.length],
        data: bars.map((bar, i) => 2 * bar * variances[i]!),
      });
      found[levelNames.observation] = of(observation, levels.observation);
      found[levelNames.initial] = of(initial, levels.initial);
      if (parameters[levelNames.process] !== undefined) found[levelNames.process] = of(process, levels.process);
      if (parameters[levelNames.scale] !== undefined)
        found[levelNames.scale] = {
          shape: [1],
          data: Float64Array.of((found[noiseScaleName]?.data[0] ?? 0) * levels.scale),
        };
      delete found[noiseScaleName];
      let at = 0;
      for (const [name, width] of components) {
        const learned = initialNames[name];
        if (learned !== undefined) found[learned] = { shape: [width], data: initialMean.slice(at, at + width) };
        at += width;
      }
      return found;
    },
  };
}
