/** A model as a function from whole sequences to the logits of its prediction, noise off. */
import type { Engine } from '../../engine/engine.js';
import { InputError } from '../../errors.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, bind, buildModel, type Model, type Refined, refine, variantOf } from '../../model/index.js';
import { adjointName, adjointProgram } from '../../program/index.js';

export interface Classifier {
  readonly rows: number;
  /** Entries of one row's sequence, steps × inputs. */
  readonly width: number;
  readonly classes: number;
  readonly labels: readonly number[];
  /** The batch's own inputs, [rows, width]. */
  readonly inputs: Float64Array;
  /** Logits [rows, K] at other inputs of the same shape. */
  logits(inputs: Float64Array): Promise<Float64Array>;
  /** Gradient with respect to the inputs, [rows, width], of Σ_k weights_k z_k, weights [rows, K]. */
  pullBack(inputs: Float64Array, weights: Float64Array): Promise<Float64Array>;
}

/**
 * Predictions are read off the last step, so a model trained on every step is taken with its readout there.
 * @throws InputError if the batch has no labels, or the model predicts values.
 */
export function createClassifier(model: Model, engine: Engine, parameters: Tensors, batch: Batch): Classifier {
  if (model.spec.loss?.target === 'values')
    throw new InputError('a margin is of a class, and the model predicts values');
  if (batch.labels === undefined) throw new InputError('a margin needs labels, and the batch has none');
  const last = model.spec.readout === 'last' ? model : buildModel({ ...model.spec, readout: 'last' });
  const forward = last.program({ noisy: false, ...variantOf(refine(last, batch).batch), loss: false });
  const values = engine.compile(forward, { carries: ['logits'] });
  const adjoint = engine.compile(adjointProgram(forward, { sequences: ['x'] }), { sequences: [adjointName('x')] });
  const refined = (inputs: Float64Array) => refine(last, { ...batch, inputs });
  const at = ({ batch: own }: Refined) => ({ ...bind(last, own, false), parameters });
  const width = batch.steps * model.spec.inputs;
  return {
    rows: batch.rows,
    width,
    classes: model.spec.outputs,
    labels: Array.from(batch.labels),
    inputs: Float64Array.from(batch.inputs),
    logits: async (inputs) => (await values.run(at(refined(inputs)))).carries.logits!,
    pullBack: async (inputs, weights) => {
      const own = refined(inputs);
      const run = at(own);
      const { sequences } = await adjoint.run({
        ...run,
        carries: { ...run.carries, [adjointName('logits')]: weights },
      });
      return own.overParts(sequences[adjointName('x')]!);
    },
  };
}

/** The strongest rival of each row's label and how far the label leads it (negative when misclassified). */
export function rivals({ rows, classes, labels }: Classifier, logits: Float64Array) {
  const rival = new Int32Array(rows);
  const lead = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < classes; j++) {
      if (j === labels[row]) continue;
      const own = logits[row * classes + labels[row]!]! - logits[row * classes + j]!;
      if (own < lead[row]!) {
        lead[row] = own;
        rival[row] = j;
      }
    }
  return { rival, lead };
}
