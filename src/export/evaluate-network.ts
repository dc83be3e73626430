/** Runs a network, with whatever weights it has, on an engine of ours: what an export is measured and tested against. */
import type { Engine } from '../engine/engine.js';
import type { Tensors } from '../graph/index.js';
import type { Batch } from '../model/index.js';
import type { Program, Requests } from '../program/index.js';
import type { Network } from './network.js';

/** @returns logits [rows, outputs] after the last step, or of every step [rows, steps, outputs]. */
export async function evaluateNetwork(network: Network, engine: Engine, batch: Batch): Promise<Float64Array> {
  const { rows, steps, inputs, lengths, stepSizes } = batch;
  const program: Program = { prepare: {}, phases: network.phases, finish: {} };
  const requests: Requests = network.every ? { sequences: ['logits'] } : { carries: ['logits'] };
  const parameters: Tensors = Object.fromEntries(network.weights);
  const carries = Object.fromEntries(
    Object.entries(network.start).map(([name, values]) => {
      const all = new Float64Array(rows * values.length);
      for (let row = 0; row < rows; row++) all.set(values, row * values.length);
      return [name, all];
    }),
  );
  const sequences = {
    x: inputs,
    ...(lengths === undefined ? {} : { mask: maskOf(lengths, rows, steps) }),
    ...(stepSizes === undefined ? {} : { dt: stepSizes }),
  };
  const found = await engine.compile(program, requests).run({ rows, steps, parameters, carries, sequences });
  return network.every ? found.sequences.logits! : found.carries.logits!;
}

function maskOf(lengths: ArrayLike<number>, rows: number, steps: number): Float64Array {
  const mask = new Float64Array(rows * steps);
  for (let row = 0; row < rows; row++) mask.fill(1, row * steps, row * steps + lengths[row]!);
  return mask;
}
