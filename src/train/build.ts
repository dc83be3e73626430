/** From settings to the objects that train. */
import { type Cell, parseCell } from '../cells/index.js';
import { buildModel, type Model } from '../model/index.js';
import { parseNoise } from '../noise/index.js';
import { solverNamed } from '../solvers/index.js';
import type { Configuration } from './configuration.js';

/** Finds the cell that a `model` setting names. The command line's also loads a user's modules. */
export type CellResolver = (model: string) => Cell | Promise<Cell>;

export const builtInCells: CellResolver = parseCell;

/**
 * @param sizes inputs at each step, and classes.
 * @throws InputError if model, noise, solver and step do not go together.
 */
export function buildConfigured(
  { units, layers, noise, solver, step, delta, readout }: Configuration,
  cell: Cell,
  sizes: { readonly inputs: number; readonly outputs: number },
): Model {
  const layer = {
    cell,
    units,
    noise: parseNoise(noise),
    solver: solverNamed(solver),
    step: { kind: step, delta },
  } as const;
  return buildModel({ layers: Array.from({ length: layers }, () => layer), ...sizes, readout });
}

/** Whether the model draws any noise in training. */
export function drawsNoise(model: Model): boolean {
  return model.spec.layers.some(({ noise }) => noise.name !== 'none' && noise.scale !== 0);
}
