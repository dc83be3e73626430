import type { Program, Requests } from '../../program/index.js';
import type { Signature } from '../check-inputs.js';
import type { SharedLayout } from './constants.js';
import type { Encoded } from './encode.js';
import type { Tape } from './tape.js';
import type { Target } from './target.js';

/** Everything of a compiled program that does not depend on the batch's size, except whether it fills whole panels. */
export interface Variant {
  readonly program: Program;
  readonly signature: Signature;
  readonly requests: Requests;
  readonly target: Target;
  readonly tape: Tape;
  readonly shared: SharedLayout;
  /** By size of batch. */
  readonly encoded: Map<string, Encoded>;
}
