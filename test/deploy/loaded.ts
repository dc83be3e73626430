/** A run in memory around any model, as `loadRun` would give it. */
import { type Cell, parseCell } from '../../src/cells/index.js';
import { buildModel, initialise, parseInitialState } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { completeConfiguration } from '../../src/train/defaults.js';
import type { LoadedRun } from '../../src/train/load-run.js';
import { builtInParts } from '../../src/train/parts/parts.js';

export interface LoadedOptions {
  readonly cell?: string | Cell;
  readonly layers?: number;
  readonly units?: number;
  readonly channels?: number;
  readonly readout?: 'last' | 'every';
  readonly noise?: string;
  readonly solver?: string;
  readonly step?: 'fixed' | 'learned';
  readonly bidirectional?: boolean;
  readonly initialState?: string;
}

export function loadedRun(options: LoadedOptions = {}): LoadedRun {
  const {
    layers = 1,
    units = 7,
    channels = 2,
    readout = 'last',
    noise = 'none',
    solver = 'euler',
    step = 'fixed',
  } = options;
  const cell = typeof options.cell === 'object' ? options.cell : parseCell(options.cell ?? 'noisy');
  const layer = {
    ...{ cell, units, noise: parseNoise(noise), solver: solverNamed(solver) },
    step: { kind: step, delta: cell.step === undefined ? 0.2 : 1 },
    bidirectional: options.bidirectional ?? false,
    initialState: parseInitialState(options.initialState ?? 'zero'),
  } as const;
  const model = buildModel({
    layers: Array.from({ length: layers }, () => layer),
    inputs: channels,
    outputs: 3,
    readout,
  });
  return {
    ...{ format: 'noisy-rnn/run', version: 1, origin: 'trained', path: 'memory', model },
    settings: completeConfiguration({ units, layers, readout }, builtInParts),
    parts: builtInParts,
    parameters: initialise(model.parameters, 3),
    preprocessing: {
      ...{ normalisation: 'standard', steps: 12, channels, classes: ['a', 'b', 'c'], minimum: -3, maximum: 3 },
      mean: Array.from({ length: channels }, (_, channel) => 0.5 - channel),
      scale: Array.from({ length: channels }, (_, channel) => 1 + channel / 2),
    },
  };
}

/** Series of these lengths, flat, in raw units. */
export function seriesOf(lengths: readonly number[], channels: number, seed = 1): Float32Array[] {
  const generator = createGenerator(seed, 'series');
  return lengths.map((length) => Float32Array.from({ length: length * channels }, () => 1.5 * generator.normal()));
}
