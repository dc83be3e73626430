/** What the noise of a whole model is, read off the expressions of its layers. */
import { measure } from '../cells/index.js';
import { InputError } from '../errors.js';
import { type NoiseProperties, type NoiseSituation, noiseProperties } from '../noise/index.js';
import { situationOf } from './advance.js';
import type { Model } from './model.js';

/** What the noise of every layer acts on. */
export function noiseSituations({ layers, spec }: Model): NoiseSituation[] {
  return layers.map(({ spec: layer, inputs }) => {
    const { state } = measure(layer.cell, { units: layer.units, inputs });
    return situationOf(layer, state, inputs, spec.channels ?? []);
  });
}

/** Of every layer. */
export function layerNoise(model: Model): NoiseProperties[] {
  return noiseSituations(model).map((situation, place) => noiseProperties(model.layers[place]!.spec.noise, situation));
}

/** Whether training draws any noise at all: not where every amplitude is zero. */
export function drawsNoise(model: Model): boolean {
  return layerNoise(model).some(({ draws }) => draws);
}

/** Names of schemes that draw nothing although they are not called none: their amplitudes, or ε, are zero. */
export function silentNoise(model: Model): string[] {
  const silent = layerNoise(model).flatMap(({ draws }, place) => (draws ? [] : [model.layers[place]!.spec.noise.name]));
  return [...new Set(silent)].filter((name) => name !== 'none');
}

/** @throws InputError where the noise of a layer has no variance. @param what rests on one. */
export function requireFiniteVariance(model: Model, what: string): void {
  const place = layerNoise(model).findIndex(({ draws, finiteVariance }) => draws && !finiteVariance);
  if (place < 0) return;
  throw new InputError(
    `${what} needs the variance of the noise, and ${model.layers[place]!.spec.noise.name} has none ` +
      '(finiteVariance: false); measure it by draws instead, or choose noise of finite variance',
  );
}
