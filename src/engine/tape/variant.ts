import type { Tensor } from '../../graph/index.js';
import type { Program, Requests } from '../../program/index.js';
import type { Signature } from '../check-inputs.js';
import type { SharedStage } from '../shared-stage.js';
import type { SharedLayout } from './constants.js';
import type { Placed } from './layout.js';
import type { Tape } from './tape.js';
import type { Target } from './target.js';

/** Everything of a compiled program that does not depend on the batch's size, except whether it fills whole panels. */
export interface Variant {
  readonly program: Program;
  readonly signature: Signature;
  readonly requests: Requests;
  readonly target: Target;
  readonly tape: Tape;
  /** The program's stages of shared values; what `prepare` gives is overwritten by the next run. */
  readonly prepare: SharedStage;
  readonly finish: SharedStage;
  readonly shared: SharedLayout;
  /** Sums over the rows of a run, by name; overwritten by the next run. */
  readonly totals: Record<string, Tensor>;
  /** By size of batch. */
  readonly placed: Map<string, Placed>;
}
