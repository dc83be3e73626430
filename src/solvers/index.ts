import { InputError } from '../errors.js';
import { euler } from './euler.js';
import { heun } from './heun.js';
import { milstein } from './milstein.js';
import { rk4 } from './rk4.js';
import type { Solver } from './solver.js';

export type { Components, Solver, System } from './solver.js';

/** A new solver is one file and one row here. */
export const solvers: Readonly<Record<string, Solver>> = { euler, heun, milstein, rk4 };

/** @throws InputError for an unknown name. */
export function solverNamed(name: string): Solver {
  const solver = solvers[name];
  if (solver === undefined) throw new InputError(`unknown solver "${name}"; known: ${Object.keys(solvers).join(', ')}`);
  return solver;
}
