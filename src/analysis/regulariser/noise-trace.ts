import type { Engine, Values } from '../../engine/engine.js';
import type { Tensors } from '../../graph/index.js';
import { type Batch, bind, type Model, selectBatch, variantOf } from '../../model/index.js';
import { drawsOf, momentsOf, noiseInputName, secondDerivative } from '../../program/index.js';
import { exact } from '../estimate.js';
import { createLossTerms, jetOf, jetRequests, splitByRow } from './curvature.js';
import { commonScale } from './scale.js';
import type { RegulariserEstimates } from './stochastic.js';

/**
 * The trace of the Hessian with respect to all noise inputs, one second derivative for each input of each step: exact,
 * and O(M² N³) a sample, so for small models only. The independent check of `propagatedRegulariser`.
 */
export async function noiseHessianTrace(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
): Promise<RegulariserEstimates> {
  const forward = model.program({ noisy: true, ...variantOf(batch), loss: false });
  const program = secondDerivative(forward, 'given');
  const kernel = engine.compile(program, jetRequests(model, program));
  const draws = drawsOf(forward);
  const perStep = draws.reduce((total, leaf) => total + leaf.shape[0]!, 0);
  const rows = perStep * batch.steps;
  const directions: Record<string, Values> = {};
  let offset = 0;
  for (const leaf of draws) {
    const width = leaf.shape[0]!;
    const values = new Float64Array(rows * batch.steps * width);
    for (let step = 0; step < batch.steps; step++)
      for (let unit = 0; unit < width; unit++) {
        const row = step * perStep + offset + unit;
        values[(row * batch.steps + step) * width + unit] = Math.sqrt(momentsOf(leaf).variance);
      }
    directions[noiseInputName(leaf.attributes.stream)] = values;
    offset += width;
  }
  const terms = createLossTerms(model);
  let [P, Q] = [0, 0];
  for (let row = 0; row < batch.rows; row++) {
    const repeated = selectBatch(batch, new Uint32Array(rows).fill(row));
    const bound = bind(model, repeated, false);
    const outputs = await kernel.run({ ...bound, parameters, sequences: { ...bound.sequences, ...directions } });
    const split = await splitByRow(model, terms, repeated, jetOf(model, outputs));
    for (let at = 0; at < rows; at++) {
      P += split.P[at]! / batch.rows;
      Q += split.Q[at]! / batch.rows;
    }
  }
  const square = commonScale(model) ** 2;
  return {
    P: exact(P / square, batch.rows),
    Q: exact(Q / square, batch.rows),
    total: exact((P + Q) / square, batch.rows),
  };
}
