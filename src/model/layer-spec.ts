/** What a layer is made of. */
import type { Cell } from '../cells/index.js';
import type { NoiseScheme } from '../noise/index.js';
import type { Solver } from '../solvers/index.js';
import type { InitialState } from './initial-state.js';
import type { StepSize } from './step-size.js';

export interface LayerSpec {
  readonly cell: Cell;
  readonly units: number;
  readonly noise: NoiseScheme;
  readonly solver: Solver;
  readonly step: StepSize;
  /** Run a second half, with parameters of its own, from the last step to the first; the outputs are concatenated. */
  readonly bidirectional?: boolean;
  /** Zero unless given. */
  readonly initialState?: InitialState;
}
