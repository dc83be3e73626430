import {
  nonNegative,
  numberAt,
  parseSpec,
  positive,
  type SpecKey,
  type SpecKeys,
  type SpecValues,
  unitInterval,
} from '../spec.js';
import { antisymmetricCell } from './antisymmetric.js';
import type { Cell } from './cell.js';
import { coupledOscillatoryCell } from './cornn.js';
import { elmanCell } from './elman.js';
import { exponentialCell } from './exponential.js';
import { gruCell } from './gru.js';
import { longExpressiveCell } from './lem.js';
import { lstmCell } from './lstm.js';
import { minimalGruCell } from './min-gru.js';
import { noisyCell } from './noisy.js';

/** A cell as the command line knows it: a new cell is one row. */
export interface CellEntry {
  readonly description: string;
  /** Options and their defaults: `noisy:beta=0.75,gammaA=0.001`. */
  readonly keys: SpecKeys;
  readonly create: (values: SpecValues) => Cell;
}

const aboveZeroToOne = { holds: (value: number) => value > 0 && value <= 1, says: 'above 0 and at most 1' };
const damping = (value: number): SpecKey => ({ kind: 'number', default: value, limit: nonNegative });
const noisyKeys: SpecKeys = {
  beta: { kind: 'number', default: 0.75, limit: unitInterval },
  gammaA: damping(0.001),
  gammaW: damping(0.001),
};

function createNoisy(values: SpecValues): Cell {
  const [beta, gammaA, gammaW] = ['beta', 'gammaA', 'gammaW'].map((key) => numberAt(values, key)) as [
    number,
    number,
    number,
  ];
  return noisyCell({ beta, gammaA, gammaW });
}

export const cells: Readonly<Record<string, CellEntry>> = {
  noisy: {
    description: 'Noisy / Lipschitz RNN: A h + tanh(W h + U x + b)',
    keys: noisyKeys,
    create: createNoisy,
  },
  lipschitz: {
    description: 'the same drift under its noise-free name',
    keys: noisyKeys,
    create: createNoisy,
  },
  antisymmetric: {
    description: 'antisymmetric RNN: tanh((M − Mᵀ − γI) h + U x + b)',
    keys: { gamma: damping(0.0001) },
    create: (values) => antisymmetricCell({ gamma: numberAt(values, 'gamma') }),
  },
  cornn: {
    description: "coupled oscillatory RNN, discrete: y' = v, v' = tanh(W y + R v + U x + b) − γ y − κ v",
    // What its authors chose for pixel-by-pixel MNIST; permuted: delta=0.076,gamma=0.4,kappa=8.
    keys: {
      delta: { kind: 'number', default: 0.042, limit: positive },
      gamma: damping(2.7),
      kappa: damping(4.7),
    },
    create: (values) =>
      coupledOscillatoryCell({
        delta: numberAt(values, 'delta'),
        gamma: numberAt(values, 'gamma'),
        kappa: numberAt(values, 'kappa'),
      }),
  },
  exponential: {
    description: 'exponential RNN, discrete: modReLU(exp(K − Kᵀ)ᵀ h + U x), K strictly upper triangular',
    keys: {},
    create: () => exponentialCell(),
  },
  elman: { description: 'tanh(W h + U x + b), discrete', keys: {}, create: () => elmanCell() },
  gru: { description: 'gated recurrent unit', keys: {}, create: () => gruCell() },
  lstm: { description: 'long short-term memory', keys: {}, create: () => lstmCell() },
  mingru: {
    description: 'minimal gated recurrent unit, linear in its state: (1 − z) h + z (U x + b), z = σ(U x + b)',
    keys: {},
    create: () => minimalGruCell(),
  },
  lem: {
    description: 'long expressive memory, two states with gated time scales, discrete',
    keys: { delta: { kind: 'number', default: 1, limit: aboveZeroToOne } },
    create: (values) => longExpressiveCell({ delta: numberAt(values, 'delta') }),
  },
};

/**
 * Reads `name:key=value,…`, such as `noisy:beta=0.8`.
 * @throws InputError for an unknown cell or key.
 */
export function parseCell(text: string): Cell {
  const { name, values } = parseSpec(text, cells, 'model');
  return cells[name]!.create(values);
}
