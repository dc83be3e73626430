/** A network left running: the state carried on from sequence to sequence, its size, and what is read at each end. */
import type { Engine } from '../../engine/engine.js';
import { InputError } from '../../errors.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, bind, initialState, isBidirectional, type Model, selectBatch } from '../../model/index.js';
import type { Progress } from '../estimate.js';

export interface FollowOptions {
  /** Whole sequences that each stream runs through. */
  readonly sequences: number;
  readonly streams: number;
  readonly progress?: Progress;
}

/** What is known of each sequence of each stream, [streams][sequences]; a stream that is not finite any more ends. */
export interface Followed {
  /** The largest absolute state of all its steps. */
  readonly largest: readonly (readonly number[])[];
  /** Whether the readout after its last step names its class. */
  readonly correct: readonly (readonly boolean[])[];
}

/** As of a float32 that is about to overflow. */
const OVERFLOW = 1e30;

/**
 * Streams of sequences one after the other, noise off: stream s begins with row s, goes on with row s + 1 and around, and the
 * state is never reset. Ends early where all streams have overflowed.
 * @throws InputError for a bidirectional model, a readout on every step, rows of several lengths or without a class.
 */
export async function followStreams(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  { sequences, streams, progress }: FollowOptions,
): Promise<Followed> {
  const { labels, lengths, stepSizes, rows } = batch;
  if (isBidirectional(model) || model.spec.readout !== 'last')
    throw new InputError(
      'a stream is followed by a model that runs forward and is read after the last step; this is another',
    );
  if (labels === undefined || lengths !== undefined || stepSizes !== undefined)
    throw new InputError(
      'a stream is made of sequences of one length, evenly stepped, with a class each; these are not',
    );
  const names = Object.keys(model.state);
  const kept = (name: string) => `followed.${name}`;
  const program = model.program({ noisy: false, masked: false, loss: false, state: 'given' });
  const phases = program.phases.map((part) => {
    const own = names.filter((name) => part.kind === 'scan' && part.carries[name] !== undefined);
    const added = Object.fromEntries(own.map((name) => [kept(name), part.carries[name]!]));
    return { ...part, sequences: { ...part.sequences, ...added } };
  });
  const kernel = engine.compile({ ...program, phases }, { carries: [...names, 'logits'], sequences: names.map(kept) });
  let running = Array.from({ length: streams }, (_, stream) => stream);
  let state: Record<string, Float64Array | Float32Array> = initialState(model, parameters, streams);
  const largest: number[][] = running.map(() => []);
  const correct: boolean[][] = running.map(() => []);
  for (let sequence = 0; sequence < sequences && running.length > 0; sequence++) {
    const chosen = running.map((stream) => (stream + sequence) % rows);
    const part = { ...selectBatch(batch, chosen), state };
    const found = await kernel.run({ ...bind(model, part, false), parameters });
    const still: number[] = [];
    for (const [place, stream] of running.entries()) {
      const size = Math.max(...names.map((name) => largestOf(found.sequences[kept(name)]!, place, running.length)));
      largest[stream]!.push(Number.isFinite(size) ? size : OVERFLOW);
      correct[stream]!.push(best(found.carries.logits!, place, running.length) === part.labels![place]);
      if (size < OVERFLOW) still.push(place);
    }
    state = Object.fromEntries(names.map((name) => [name, rowsOf(found.carries[name]!, running.length, still)]));
    running = still.map((place) => running[place]!);
    progress?.(sequence + 1, sequences);
  }
  return { largest, correct };
}

function largestOf(values: Float64Array, row: number, rows: number): number {
  const width = values.length / rows;
  let most = 0;
  for (let i = row * width; i < (row + 1) * width; i++) {
    const size = Math.abs(values[i]!);
    if (!(size <= most)) most = Number.isNaN(size) ? Number.POSITIVE_INFINITY : size;
  }
  return most;
}

function best(logits: Float64Array, row: number, rows: number): number {
  const own = logits.subarray((row * logits.length) / rows, ((row + 1) * logits.length) / rows);
  return own.indexOf(Math.max(...own));
}

function rowsOf(values: Float64Array, rows: number, chosen: readonly number[]): Float64Array {
  const width = values.length / rows;
  const out = new Float64Array(chosen.length * width);
  for (const [place, row] of chosen.entries()) out.set(values.subarray(row * width, (row + 1) * width), place * width);
  return out;
}
