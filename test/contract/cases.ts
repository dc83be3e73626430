/** The table of cases that every engine must serve: each cell with each scheme and each solver that takes it. */
import { cells, parseCell } from '../../src/cells/index.js';
import { InputError } from '../../src/errors.js';
import { parseNoise, schemes } from '../../src/noise/index.js';
import { solvers } from '../../src/solvers/index.js';
import { type Case, setupOf } from '../support/setup.js';
import { lorenzCell, mixerCell, oscillatorsCell, pendulumCell, rotationCell } from '../support/users-cells.js';
import { jumps, learned, matrixOfState, single, stable } from '../support/users-noise.js';

/** Values of schemes' keys, so that each of their terms acts; any other number is 0.3. */
const amplitudes: Readonly<Record<string, number>> = { add: 0.2, mult: 0.3, eps: 0.7, rate: 0.3 };

/** A scheme with every number that it takes. */
function noiseOf(scheme: string): string {
  const numbers = Object.entries(schemes[scheme]!.keys).filter(([, { kind }]) => kind === 'number');
  const values = numbers.map(([key]) => `${key}=${amplitudes[key] ?? 0.3}`);
  return values.length === 0 ? scheme : `${scheme}:${values}`;
}

/** Whether a cell marks a preactivation for noise to act inside of. */
function isMarked(cell: string, noise: string): boolean {
  try {
    setupOf({ cell, noise, solver: 'euler' });
    return true;
  } catch (error) {
    if (error instanceof InputError && error.message.includes('marks no preactivation')) return false;
    throw error;
  }
}

/** A cell, scheme or solver that its table gains is among these by itself. */
function everyCombination(): Case[] {
  const found: Case[] = [];
  for (const cell of Object.keys(cells))
    for (const noise of Object.keys(schemes).map(noiseOf)) {
      if (parseNoise(noise).kind === 'inside' && !isMarked(cell, noise)) continue;
      const discrete = parseCell(cell).step !== undefined;
      for (const [solver, { refusal }] of Object.entries(solvers))
        if (refusal({ discrete, noise: parseNoise(noise) }) === null) found.push({ cell, noise, solver });
    }
  return found;
}

const noisy = { cell: 'noisy', noise: 'sde:add=0.2,mult=0.3', solver: 'euler' } as const;

export const combinations: readonly Case[] = everyCombination();

const gru = { cell: 'gru', noise: 'dropout:rate=0.3', solver: 'euler', units: 3 } as const;
const lstm = { cell: 'lstm', noise: 'sde:add=0.2,mult=0.3', solver: 'euler' } as const;
const mixer = { cell: mixerCell, noise: 'published:mult=0.3,add=0.1', solver: 'euler', units: 4 } as const;

/** Layers that run both ways, differ from one another, or start from a learned state. */
const stacked: readonly Case[] = [
  { ...noisy, bidirectional: true },
  { ...noisy, bidirectional: true, readout: 'every', lengths: [4, 1, 3] },
  { ...noisy, bidirectional: true, step: 'learned', lengths: [2, 4, 1] },
  { ...lstm, bidirectional: true, layers: 2, lengths: [3, 1, 4], initialState: 'learned:scale=0.3' },
  { ...noisy, initialState: 'learned:scale=0.3' },
  { ...noisy, initialState: 'learned', readout: 'every', lengths: [2, 4, 1], solver: 'heun' },
  { ...noisy, above: [gru, { ...lstm, units: 2 }], lengths: [2, 4, 1] },
  { ...noisy, above: [{ ...gru, bidirectional: true, initialState: 'learned:scale=0.3' }], lengths: [2, 4, 1] },
  { ...gru, bidirectional: true, above: [mixer, { ...noisy, units: 2, bidirectional: true }], readout: 'every' },
  { ...mixer, layers: 2, above: [{ ...lstm, bidirectional: true }, gru], readout: 'every', lengths: [1, 4, 2] },
  { ...noisy, bidirectional: true, steps: 1, rows: 1 },
  { ...noisy, bidirectional: true, units: 19, rows: 17, steps: 11, initialState: 'learned' },
];

/** Noise of one's own: trained, correlated, by state and time, in stacks, with jumps and heavy tails. */
const ownNoise: readonly Case[] = [
  { ...noisy, noise: learned },
  { ...noisy, noise: learned, solver: 'heun', step: 'learned', lengths: [4, 1, 3] },
  { ...noisy, noise: learned, layers: 2, bidirectional: true, readout: 'every' },
  { ...noisy, noise: matrixOfState, solver: 'heun' },
  { ...noisy, noise: matrixOfState, timed: true },
  { ...noisy, noise: single, solver: 'milstein', step: 'given' },
  { ...noisy, noise: jumps, step: 'learned', lengths: [2, 4, 1] },
  { ...noisy, noise: stable, step: 'given' },
  { cell: 'lstm', noise: learned, solver: 'euler', readout: 'every' },
];

/** Each loss on each readout, with what is asked for once a row or at every step. */
const losses: readonly Case[] = [
  { ...noisy, loss: 'mse', outputs: 1 },
  { ...noisy, loss: 'mse', readout: 'every', per: 'step', lengths: [4, 1, 3] },
  { ...lstm, loss: 'mse', readout: 'every' },
  { ...noisy, loss: 'mae' },
  { ...noisy, loss: 'mae', readout: 'every', per: 'step', outputs: 1, bidirectional: true, lengths: [2, 4, 1] },
  { ...noisy, loss: 'huber:delta=0.7' },
  { ...lstm, loss: 'huber:delta=0.7', readout: 'every', per: 'step' },
  { ...noisy, loss: 'cross-entropy:smoothing=0.1' },
  { ...noisy, weights: [0.5, 2, 1.25] },
  { ...gru, weights: [0.5, 2, 1.25], loss: 'cross-entropy:smoothing=0.2', readout: 'every' },
  { ...noisy, readout: 'every', per: 'step' },
  { ...lstm, readout: 'every', per: 'step', lengths: [4, 1, 3], weights: [0.5, 2, 1.25], layers: 2 },
];

/** Steps that cover different times, those above 1 in parts: each scheme's scaling, every kind of stack and readout. */
const timed: readonly Case[] = [
  { ...noisy, timed: true },
  { ...noisy, timed: true, step: 'learned', lengths: [4, 1, 3], readout: 'every', per: 'step' },
  { ...noisy, timed: true, solver: 'heun', readout: 'every', loss: 'mse', per: 'step', noise: 'scalar:mult=0.4' },
  { ...noisy, timed: true, solver: 'rk4', noise: 'none' },
  { ...noisy, timed: true, solver: 'milstein', noise: 'sde:add=0.3' },
  { ...noisy, timed: true, noise: 'published:mult=0.3,add=0.1' },
  { ...noisy, timed: true, noise: 'inside:add=0.4', step: 'learned' },
  { ...noisy, timed: true, above: [gru, { ...lstm, units: 2 }], readout: 'every' },
  { ...gru, timed: true, above: [noisy], lengths: [2, 4, 1], initialState: 'learned:scale=0.3' },
  { ...noisy, timed: true, bidirectional: true, above: [{ ...gru, bidirectional: true }], lengths: [2, 4, 1] },
];

/** What a model can be beside cell, scheme and solver, each at least once. */
export const variations: readonly Case[] = [
  { ...noisy, step: 'learned' },
  { ...noisy, step: 'given' },
  { ...noisy, step: 'given', solver: 'heun' },
  { ...noisy, step: 'learned', solver: 'heun', noise: 'scalar:mult=0.4' },
  { ...noisy, step: 'learned', noise: 'published:mult=0.3,add=0.1' },
  { ...noisy, step: 'learned', noise: 'none', solver: 'rk4' },
  { ...noisy, step: 'learned', noise: 'dropout:rate=0.5' },
  { ...noisy, readout: 'every' },
  { ...noisy, readout: 'every', lengths: [4, 1, 3] },
  { ...noisy, lengths: [2, 4, 1], noise: 'published:mult=0.3,add=0.1' },
  { cell: 'lstm', noise: 'sde:add=0.2,mult=0.3', solver: 'euler', lengths: [3, 1, 4], readout: 'every' },
  { ...noisy, layers: 2 },
  { cell: 'gru', noise: 'dropout:rate=0.3', solver: 'euler', layers: 2, readout: 'every' },
  { ...noisy, rows: 1 },
  { cell: 'lstm', noise: 'scalar:mult=0.2', solver: 'euler', rows: 1, units: 1 },
  { ...noisy, units: 19, rows: 9, inputs: 3, steps: 5 },
  { ...noisy, units: 19, rows: 9, inputs: 1, outputs: 10, solver: 'heun', noise: 'independent:add=0.2,mult=0.3' },
  { cell: 'lstm', noise: 'sde:add=0.2,mult=0.3', solver: 'euler', units: 7, rows: 17, readout: 'every' },
  { ...noisy, steps: 1 },
  { cell: lorenzCell, noise: 'sde:add=0.1,mult=0.01', solver: 'heun', units: 3, steps: 2 },
  { cell: pendulumCell, noise: 'sde:add=0.2,mult=0.3', solver: 'euler', units: 1 },
  { cell: pendulumCell, noise: 'published:mult=0.2,add=0.1', solver: 'euler', units: 1, lengths: [4, 2, 3] },
  { cell: oscillatorsCell, noise: 'independent:add=0.2,mult=0.3', solver: 'heun', units: 3 },
  { cell: rotationCell, noise: 'dropout:rate=0.3', solver: 'euler' },
  { ...noisy, solver: 'milstein', units: 1 },
  { cell: pendulumCell, noise: 'sde:add=0.2,mult=0.3', solver: 'milstein', step: 'learned', units: 1 },
  { ...noisy, noise: 'inside:add=0.4', step: 'learned', lengths: [4, 2, 3] },
  { ...noisy, noise: 'inside:add=0.4', step: 'given', readout: 'every' },
  { cell: 'lstm', noise: 'inside:add=0.4', solver: 'euler', layers: 2 },
  { ...noisy, inputs: 0, readout: 'every' },
  { cell: 'cornn', noise: 'none', solver: 'euler', inputs: 0 },
  { ...gru, inputs: 0, layers: 2, lengths: [2, 4, 1] },
  ...ownNoise,
  ...stacked,
  ...losses,
  ...timed,
];

export const everyCase: readonly Case[] = [...combinations, ...variations];

/** Long or wide enough to cross an engine's tiles and blocks; too long for the finite differences of other files. */
export const large: readonly Case[] = [
  { ...noisy, noise: stable, step: 'given', units: 19, rows: 9 },
  { cell: 'lstm', noise: 'sde:add=0.1,mult=0.1', solver: 'euler', steps: 140, units: 6, readout: 'every' },
  { cell: 'antisymmetric', noise: 'published:mult=0.2,add=0.05', solver: 'euler', units: 19, rows: 70, steps: 6 },
  { cell: 'antisymmetric', noise: 'sde:add=0.2,mult=0.3', solver: 'heun', units: 33, rows: 17, steps: 9 },
  { cell: 'gru', noise: 'sde:add=0.1,mult=0.1', solver: 'euler', steps: 70, rows: 18, bidirectional: true, layers: 2 },
];
