/** Runs in memory to export, with series to compare on: one of each kind that an exporter has to get right. */
import { type Cell, cells, parseCell } from '../../src/cells/index.js';
import type { Preprocessing } from '../../src/data/index.js';
import { buildModel, initialise, type LayerSpec, parseInitialState, parseLoss } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';
import { completeConfiguration } from '../../src/train/defaults.js';
import type { LoadedRun } from '../../src/train/load-run.js';
import { builtInParts } from '../../src/train/parts/parts.js';
import { everyOperationCell } from '../support/users-cells.js';

export interface LayerOptions {
  readonly cell: string | Cell;
  readonly units?: number;
  readonly noise?: string;
  readonly solver?: string;
  readonly step?: 'fixed' | 'learned' | 'given';
  readonly bidirectional?: boolean;
  readonly initialState?: string;
}

export interface RunOptions {
  readonly channels?: number;
  readonly readout?: 'last' | 'every';
  readonly task?: string;
  readonly classes?: readonly string[];
  readonly targets?: Preprocessing['targets'];
  readonly preprocessing?: Partial<Preprocessing>;
  readonly temperature?: number;
}

export function runOf(layers: readonly LayerOptions[], options: RunOptions = {}): LoadedRun {
  const { channels = 2, readout = 'last', task = 'classify', targets, temperature } = options;
  const classes = targets ? [] : (options.classes ?? ['a', 'b', 'c']);
  const specs = layers.map(({ cell: named, units = 7, ...layer }): LayerSpec => {
    const cell = typeof named === 'object' ? named : parseCell(named);
    return {
      ...{ cell, units, noise: parseNoise(layer.noise ?? 'none'), solver: solverNamed(layer.solver ?? 'euler') },
      step: { kind: layer.step ?? 'fixed', delta: cell.step === undefined ? 0.2 : 1 },
      bidirectional: layer.bidirectional ?? false,
      initialState: parseInitialState(layer.initialState ?? 'zero'),
    };
  });
  const outputs = targets?.width ?? classes.length;
  const loss = parseLoss(targets ? 'mse' : 'cross-entropy');
  const model = buildModel({ layers: specs, inputs: channels, outputs, readout, loss });
  return {
    ...{ format: 'noisy-rnn/run', version: 1, origin: 'trained', path: 'memory', model },
    settings: { ...completeConfiguration({ units: 7, readout }, builtInParts), task },
    parts: builtInParts,
    parameters: initialise(model.parameters, 3),
    preprocessing: {
      ...{ normalisation: 'standard', steps: 0, channels, classes: [...classes], minimum: -3, maximum: 3 },
      mean: Array.from({ length: channels }, (_, channel) => 0.5 - channel),
      scale: Array.from({ length: channels }, (_, channel) => 1 + channel / 2),
      ...(targets ? { targets } : {}),
      ...options.preprocessing,
    },
    ...(temperature === undefined ? {} : { temperature }),
  };
}

const values = { width: 2, per: 'row', mean: [30, -4], scale: [2, 0.5] } as const;
const learned = 'learned:scale=0.5';

/** By name; all but the bidirectional ones can be stepped. */
export const exportedRuns: Readonly<Record<string, LoadedRun>> = {
  ...Object.fromEntries(Object.keys(cells).map((cell) => [cell, runOf([{ cell }])])),
  'own cell': runOf([{ cell: everyOperationCell }]),
  'rk4, learned step': runOf([{ cell: 'noisy', solver: 'rk4', step: 'learned' }]),
  'heun, trained with noise': runOf([{ cell: 'noisy', solver: 'heun', noise: 'sde:add=0.1,mult=0.1' }]),
  'stack, learned start': runOf([
    { cell: 'noisy', initialState: learned },
    { cell: 'gru', units: 4 },
  ]),
  'mixed, both ways': runOf([
    { cell: 'noisy', bidirectional: true },
    { cell: 'lstm', units: 4, bidirectional: true, initialState: learned },
    { cell: 'gru', units: 5 },
  ]),
  'label every step': runOf([{ cell: 'lstm' }], { readout: 'every', task: 'label' }),
  'label every step, both ways': runOf([{ cell: 'gru', bidirectional: true }], { readout: 'every', task: 'label' }),
  'several values': runOf([{ cell: 'gru' }], { task: 'regress', targets: values as never }),
  forecast: runOf([{ cell: 'noisy' }], {
    ...{ task: 'forecast:horizon=1,steps=1', readout: 'every', targets: { ...values, per: 'step' } as never },
  }),
  'filled, offset': runOf([{ cell: 'elman' }], {
    preprocessing: { mean: [101325.37, 1e6 / 3], scale: [0.5, 3], fill: [101325.4, 333333] },
  }),
};

export const bothWays = (run: LoadedRun) => run.model.spec.layers.some(({ bidirectional }) => bidirectional);

/** Series of these lengths, [length × channels] each, in the run's raw units. */
export function seriesFor({ preprocessing }: LoadedRun, lengths: readonly number[], seed = 1): Float32Array[] {
  const { channels, mean, scale } = preprocessing;
  const generator = createGenerator(seed, 'series to export');
  return lengths.map((length) =>
    Float32Array.from(
      { length: length * channels },
      (_, i) => mean[i % channels]! + 1.5 * scale[i % channels]! * generator.normal(),
    ),
  );
}

/** [rows, steps, channels], what lies beyond a row's end being NaN. */
export function padded(series: readonly Float32Array[], channels: number): { steps: number; values: Float32Array } {
  const longest = Math.max(...series.map(({ length }) => length));
  const values = new Float32Array(series.length * longest).fill(Number.NaN);
  for (const [row, own] of series.entries()) values.set(own, row * longest);
  return { steps: longest / channels, values };
}
