/**
 * The interface every engine implements: compile a program once, run it on batches. An engine knows nothing of cells,
 * solvers or training; all of those are programs.
 */

import type { Tensors } from '../graph/tensor.js';
import type { Program, Requests } from '../program/index.js';
import type { Key } from '../random/index.js';

/** float64 from the reference engine, float32-exact values from the others. */
export type Values = Float64Array | Float32Array;

/** Where the noise of a run comes from; see `random/noise.ts` for the counter's layout. */
export interface NoiseSource {
  readonly key: Key;
  /** Identity of each row, [rows]: the same sample gets the same noise wherever it stands in a batch. */
  readonly samples: Uint32Array;
  /** Step number of the first step of this run, when a sequence is run in pieces. */
  readonly firstStep?: number;
  /** −1 for the antithetic path. */
  readonly sign?: 1 | -1;
}

export interface RunInputs {
  readonly rows: number;
  readonly steps: number;
  /** Shared values by name: parameters and their tangents. */
  readonly parameters: Tensors;
  /** Initial carries, [rows, width] each; zero where not given. */
  readonly carries?: Readonly<Record<string, Values>>;
  /** Given sequences, [rows, steps, width] each. */
  readonly sequences?: Readonly<Record<string, Values>>;
  readonly noise?: NoiseSource;
}

export interface RunOutputs {
  readonly carries: Readonly<Record<string, Float64Array>>;
  readonly sequences: Readonly<Record<string, Float64Array>>;
  readonly shared: Tensors;
}

/** What a run will hold in memory, in bytes, known before it is run. */
export interface MemoryPlan {
  /** Rows that one worker takes through all steps at a time, and how many such tiles the batch has. */
  readonly tileRows: number;
  readonly tiles: number;
  /** Packed parameters and prepared values. */
  readonly sharedBytes: number;
  /** What goes in and comes out, of all tiles. */
  readonly rowBytes: number;
  /** Sums over rows, of all groups of tiles. */
  readonly accumulatorBytes: number;
  /** What is stored for the way back while a tile is worked on; part of a workspace. */
  readonly tapeBytes: number;
  /** One worker's scratch, tape and checkpoints, and how many workers there are. */
  readonly workspaceBytes: number;
  readonly workers: number;
  /** Where not all steps are stored: their number in a checkpointed segment, how many of those, and bytes of their checkpoints. */
  readonly segments: { readonly steps: number; readonly count: number; readonly bytes: number } | null;
  readonly totalBytes: number;
}

/** The size of a run: rows, steps, and the carries that it is given initial values for. */
export interface RunSize {
  readonly rows: number;
  readonly steps: number;
  readonly carries?: readonly string[];
}

export interface Kernel {
  /** The program as it is run, after pruning. */
  readonly program: Program;
  /** Absent where the engine does not plan. */
  readonly plan?: (size: RunSize) => MemoryPlan;
  run(inputs: RunInputs): Promise<RunOutputs>;
}

export interface Engine {
  /** As in the table of engines. */
  readonly name: string;
  readonly precision: 'float64' | 'float32';
  readonly threads: number;
  /** Identifies the build: results are bit-identical between runs on the same build. */
  readonly build: string;
  compile(program: Program, requests: Requests): Kernel;
  close(): Promise<void>;
}
