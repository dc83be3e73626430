/**
 * Evaluation in parallel over time: a sequence is cut into pieces that are worked on side by side, as rows of one batch. Each
 * piece starts from a guess, zero at first, and then from where the piece before it ended, until nothing changes: a fixed-point
 * iteration over pieces (multiple shooting without a coarse solver). Where the dynamics contract, a start is forgotten within a piece and few
 * sweeps do; the number of pieces always does, by which the result is that of the sequential run. A batch engine works on sixteen
 * rows in about the time of one, so that few long sequences gain most.
 */

import { isGenerator } from '../filter/index.js';
import type { Tensors } from '../graph/index.js';
import { type Batch, initialState, isBidirectional, type Model, type Objective } from '../model/index.js';

export interface InPiecesOptions {
  /** How many pieces a sequence is cut into; unless given as many as make `ROWS` rows of it, none shorter than `SHORTEST`. */
  readonly pieces?: number;
  /** Of the engine, side by side; 1 unless given. */
  readonly threads?: number;
  /** Of the change of a piece's start over the largest state (or 1): 1e-6 unless given. */
  readonly tolerance?: number;
  readonly onNote?: (line: string) => void;
}

/** Rows that one thread of an engine works on at a time, in about the time of one. */
const ROWS = 16;
const SHORTEST = 32;
/** After so many sweeps it would have been cheaper to run the steps one after the other. */
const MOST_SWEEPS = 12;

type State = Readonly<Record<string, Float64Array>>;

/** The objective whose `logits` are taken in pieces; batches that cannot be are run as ever, with a note that says why. */
export function inPieces(objective: Objective, options: InPiecesOptions = {}): Objective {
  const { onNote } = options;
  return {
    ...objective,
    async logits(parameters, batch, noise) {
      const plan = noise === undefined ? planOf(objective.model, batch, options) : 'noise is drawn step by step';
      if (typeof plan === 'string') {
        onNote?.(`run one step after the other: ${plan}`);
        return objective.logits(parameters, batch, noise);
      }
      const found = await solve(objective, parameters, batch, plan, options.tolerance ?? 1e-6);
      const { pieces, length } = plan;
      if (found === null) {
        onNote?.(`run one step after the other: ${pieces} pieces did not settle in ${MOST_SWEEPS} sweeps`);
        return objective.logits(parameters, batch);
      }
      onNote?.(`${pieces} pieces of ${length} steps side by side, ${found.sweeps} sweeps`);
      return found.logits;
    },
  };
}

interface Plan {
  readonly pieces: number;
  readonly length: number;
}

/** Why not, in words. */
function planOf(
  model: Model,
  { rows, steps, lengths, stepSizes }: Batch,
  { pieces: asked, threads = 1 }: InPiecesOptions,
): Plan | string {
  if (isGenerator(model)) return 'a generator follows its observations one by one';
  if (isBidirectional(model)) return 'the model reads its sequences backwards too';
  if (lengths !== undefined || stepSizes !== undefined) return 'the sequences differ in length or in their steps';
  if (Object.keys(model.clocks ?? {}).length > 0) return 'the model reads the time';
  const pieces = Math.min(asked ?? Math.floor((ROWS * threads) / rows), Math.floor(steps / SHORTEST));
  if (pieces < 2) return `${rows} sequences of ${steps} steps keep the engine busy as they are`;
  return { pieces, length: Math.floor(steps / pieces) };
}

async function solve(
  objective: Objective,
  parameters: Tensors,
  batch: Batch,
  { pieces, length }: Plan,
  tolerance: number,
) {
  const { model } = objective;
  const { rows } = batch;
  const first: State = Object.fromEntries(
    Object.entries(model.state).map(([name, width]) => {
      const own = batch.state?.[name] ?? initialState(model, parameters, rows)[name];
      return [name, own === undefined ? new Float64Array(rows * width) : Float64Array.from(own)];
    }),
  );
  const cut: Batch = { rows: rows * pieces, steps: length, inputs: windows(batch, pieces, length) };
  let starts = shifted(first, null, rows, pieces);
  for (let sweeps = 1; sweeps <= Math.min(pieces, MOST_SWEEPS); sweeps++) {
    const ends = await objective.finalState(parameters, { ...cut, state: starts });
    const next = shifted(first, ends, rows, pieces);
    const settled = change(starts, next) <= tolerance;
    starts = next;
    if (!settled && sweeps < pieces) continue;
    return { sweeps, logits: await read(objective, parameters, batch, cut, starts, { pieces, length }) };
  }
  return null;
}

/** What is read of the pieces once their starts are known; steps left over at the end go on from the last piece. */
async function read(
  objective: Objective,
  parameters: Tensors,
  batch: Batch,
  cut: Batch,
  starts: State,
  { pieces, length }: Plan,
) {
  const { rows, steps } = batch;
  const { outputs, readout } = objective.model.spec;
  const rest = steps - pieces * length;
  const every = readout === 'every';
  const lastOnly = every
    ? null
    : rowsOf(
        cut,
        starts,
        Array.from({ length: rows }, (_, row) => row * pieces + pieces - 1),
      );
  const main = every ? { ...cut, state: starts } : lastOnly!;
  if (rest === 0) return objective.logits(parameters, main);
  const last = rowsOf(
    cut,
    starts,
    Array.from({ length: rows }, (_, row) => row * pieces + pieces - 1),
  );
  const state = await objective.finalState(parameters, last);
  const tail = await objective.logits(parameters, { rows, steps: rest, inputs: tailOf(batch, rest), state });
  if (!every) return tail;
  const head = await objective.logits(parameters, main);
  const all = new Float64Array(rows * steps * outputs);
  const done = pieces * length * outputs;
  for (let row = 0; row < rows; row++) {
    all.set(head.subarray(row * done, (row + 1) * done), row * steps * outputs);
    all.set(tail.subarray(row * rest * outputs, (row + 1) * rest * outputs), row * steps * outputs + done);
  }
  return all;
}

function windows({ rows, steps, inputs }: Batch, pieces: number, length: number): Float64Array {
  const width = inputs.length / (rows * steps);
  const out = new Float64Array(rows * pieces * length * width);
  for (let row = 0; row < rows; row++)
    out.set(
      inputs.subarray(row * steps * width, (row * steps + pieces * length) * width),
      row * pieces * length * width,
    );
  return out;
}

function tailOf({ rows, steps, inputs }: Batch, rest: number): Float64Array {
  const width = inputs.length / (rows * steps);
  const out = new Float64Array(rows * rest * width);
  for (let row = 0; row < rows; row++)
    out.set(inputs.subarray(((row + 1) * steps - rest) * width, (row + 1) * steps * width), row * rest * width);
  return out;
}

/** The start of each piece: the sequence's own, then where the piece before ended; zero while that is not known. */
function shifted(first: State, ends: State | null, rows: number, pieces: number): Record<string, Float64Array> {
  return Object.fromEntries(
    Object.entries(first).map(([name, own]) => {
      const width = own.length / rows;
      const starts = new Float64Array(rows * pieces * width);
      for (let row = 0; row < rows; row++) {
        const from = row * pieces * width;
        starts.set(own.subarray(row * width, (row + 1) * width), from);
        if (ends !== null) starts.set(ends[name]!.subarray(from, from + (pieces - 1) * width), from + width);
      }
      return [name, starts];
    }),
  );
}

/** NaN where a state is not finite: then nothing settles. */
function change(before: State, after: State): number {
  let [most, size] = [0, 1];
  for (const [name, values] of Object.entries(after))
    for (const [index, value] of values.entries()) {
      const moved = Math.abs(value - before[name]![index]!);
      if (!(moved <= most)) most = moved;
      size = Math.max(size, Math.abs(value));
    }
  return most / size;
}

function rowsOf(cut: Batch, starts: State, chosen: readonly number[]): Batch {
  const pick = (values: Float32Array | Float64Array): Float64Array => {
    const width = values.length / cut.rows;
    const out = new Float64Array(chosen.length * width);
    for (const [place, row] of chosen.entries())
      out.set(values.subarray(row * width, (row + 1) * width), place * width);
    return out;
  };
  return {
    rows: chosen.length,
    steps: cut.steps,
    inputs: pick(cut.inputs),
    state: Object.fromEntries(Object.entries(starts).map(([name, values]) => [name, pick(values)])),
  };
}
