/** What a model is made of, and which of its programs is wanted. */
import type { LayerSpec } from './layer.js';
import type { Loss } from './losses/index.js';

/** The shared value, of one entry, that multiplies all noise of a program built with `scaledNoise`. */
export const noiseScaleName = 'noise:scale';

export interface ModelSpec {
  readonly layers: readonly LayerSpec[];
  /** Width of the input at each step; 0 for a model that runs by itself. */
  readonly inputs: number;
  /** Names of the inputs, where they have any: cells and noise schemes read them as `exogenous`. */
  readonly channels?: readonly string[] | undefined;
  /** Width of the readout: the number of classes K, or of values predicted. */
  readonly outputs: number;
  /** Whether the loss and the prediction are read after the last step, or the loss averaged over every step. */
  readonly readout: 'last' | 'every';
  /** Cross-entropy unless given. */
  readonly loss?: Loss | undefined;
}

export interface ProgramOptions {
  /** Draw the noise of the layers' schemes; otherwise the noise-free network. */
  readonly noisy: boolean;
  /** Multiply the noise of every layer by the shared value `noiseScaleName`. */
  readonly scaledNoise?: boolean;
  /** Rows of different lengths: reads the sequence `mask` [rows, steps, 1], 1 while a row lasts. */
  readonly masked?: boolean;
  /**
   * Steps that cover different times: reads the sequence `interval` [rows, steps, 1], by which every layer's step size is
   * multiplied (a layer whose steps are given has them already). A layer of a discrete cell steps once a step of the
   * data, however many parts that is taken in: `begins` and `ends` [rows, steps, 1] are 1 at its first and last part.
   */
  readonly timed?: boolean;
  /**
   * Where the state comes from. `initial`, unless given: a learned h_0 is placed before the first step. `given`: the
   * carries as they are handed in, to go on from a state or start from one of the caller's (see `initialState`).
   */
  readonly state?: 'initial' | 'given';
  /** Where the outputs are read; as the model's spec says unless given. On the last step: in a phase of their own. */
  readonly readout?: 'last' | 'every';
  /** Compute the loss too; reads `target` [outputs] (a carry, or a sequence when the readout is on every step). */
  readonly loss: boolean;
}
