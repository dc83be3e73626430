/** Small networks and batches for attacks, in raw units that differ from the model's. */
import { type Cell, defineCell, normal } from '../../src/cells/index.js';
import type { Engine } from '../../src/engine/engine.js';
import { createReferenceEngine } from '../../src/engine/reference/reference-engine.js';
import { add, matmul, type Tensor } from '../../src/graph/index.js';
import { buildModel, createObjective, initialise } from '../../src/model/index.js';
import { parseNoise } from '../../src/noise/index.js';
import type { AttackTarget, LabelledBatch } from '../../src/perturb/attacks/index.js';
import { createGenerator } from '../../src/random/index.js';
import { solverNamed } from '../../src/solvers/index.js';

/** h⁺ = h + U x, so that the logits are linear in the whole sequence. */
export const linearCell = defineCell({
  name: 'sum',
  state: ({ units }) => ({ h: units }),
  parameters: ({ units, inputs }) => ({ U: { shape: [units, inputs], initial: normal(1) } }),
  step: ({ state: { h }, input, parameters: { U } }) => ({ h: add(h, matmul(U, input)) }),
});

export const [steps, channels] = [4, 2];
export const preprocessing = { mean: [1, -1], scale: [2, 0.5] };

interface Options {
  readonly cell?: Cell;
  readonly classes?: number;
  readonly noise?: string;
  readonly readout?: 'last' | 'every';
  readonly engine?: Engine;
  readonly weights?: number;
}

export function targetOf(options: Options = {}): AttackTarget {
  const { cell = linearCell, classes = 3, noise = 'none', readout = 'last', weights = 1 } = options;
  const step = { kind: 'fixed', delta: cell.step === undefined ? 0.3 : 1 } as const;
  const layer = { cell, units: 5, noise: parseNoise(noise), solver: solverNamed('euler'), step };
  const model = buildModel({ layers: [layer], inputs: channels, outputs: classes, readout });
  const parameters = initialise(model.parameters, 3);
  const weight = parameters['readout.weight']!;
  const scaled: Tensor = { ...weight, data: weight.data.map((value) => value * weights) };
  return {
    objective: createObjective(model, options.engine ?? createReferenceEngine()),
    parameters: { ...parameters, 'readout.weight': scaled },
    preprocessing,
  };
}

/** Random inputs, labelled by the network itself but for row 0, which is wrong. */
export async function batchOf(target: AttackTarget, rows: number): Promise<LabelledBatch> {
  const generator = createGenerator(8, 'attack test');
  const inputs = Float64Array.from({ length: rows * steps * channels }, () => Math.fround(generator.normal()));
  const logits = await target.objective.logits(target.parameters, { rows, steps, inputs });
  const classes = target.objective.model.spec.outputs;
  const own = logits.length / rows;
  const labels = Array.from({ length: rows }, (_, row) => {
    const last = logits.subarray((row + 1) * own - classes, (row + 1) * own);
    return last.indexOf(Math.max(...last));
  });
  labels[0] = (labels[0]! + 1) % classes;
  return { rows, steps, inputs, labels };
}

/** The change in raw units. */
export const changeOf = (inputs: Float64Array, batch: LabelledBatch) =>
  inputs.map((value, i) => (value - batch.inputs[i]!) * preprocessing.scale[i % channels]!);
export const single = ({ labels, inputs }: LabelledBatch, row: number): LabelledBatch => ({
  rows: 1,
  steps,
  inputs: inputs.slice(row * steps * channels, (row + 1) * steps * channels),
  labels: [labels[row]!],
});
export const shareRight = (success: Uint8Array) => 1 - success.reduce((total, one) => total + one, 0) / success.length;
