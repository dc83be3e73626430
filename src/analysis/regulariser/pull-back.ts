import type { Engine } from '../../engine/engine.js';
import { InputError } from '../../errors.js';
import { add, multiply, square, sum, type Tensors } from '../../graph/index.js';
import { type Batch, bind, type Model } from '../../model/index.js';
import {
  adjointName,
  adjointProgram,
  atMeanNoise,
  carry,
  drawsOf,
  momentsOf,
  noiseAdjointName,
  type Program,
} from '../../program/index.js';
import { type Estimate, exact, type Progress } from '../estimate.js';
import { softmax } from './curvature.js';
import { commonScale } from './scale.js';

const total = 'pulledBack';

/**
 * Q of a loss on the last step exactly, in K backward passes: diag(p) − ppᵀ = Σ_k r_k r_kᵀ with r_k = √p_k (e_k − p), and
 * r_kᵀ (∂z/∂η)(∂z/∂η)ᵀ r_k is the squared norm of the noise's cotangent when z has the cotangent r_k. O(K M N²).
 * @throws InputError for a model that reads out on every step; propagate the covariance there.
 */
export async function pulledBackQ(
  model: Model,
  engine: Engine,
  parameters: Tensors,
  batch: Batch,
  options: { readonly progress?: Progress } = {},
): Promise<Estimate> {
  if (model.spec.readout !== 'last')
    throw new InputError(
      'the pull-back of Q needs a loss on the last step; this model has one on every step: use the propagation',
    );
  const masked = batch.lengths !== undefined;
  const noisy = model.program({ noisy: true, masked, loss: false });
  const inputs = { ...bind(model, batch, false), parameters };
  const values = await engine.compile(atMeanNoise(noisy), { carries: ['logits'] }).run(inputs);
  const logits = values.carries.logits!;
  const kernel = engine.compile(withSquaredNorms(noisy), { carries: [total] });
  const K = model.spec.outputs;
  let Q = 0;
  for (let k = 0; k < K; k++) {
    const seeds = new Float64Array(logits.length);
    for (let row = 0; row < batch.rows; row++) {
      const p = softmax(logits.slice(row * K, (row + 1) * K));
      for (let j = 0; j < K; j++) seeds[row * K + j] = Math.sqrt(p[k]!) * ((j === k ? 1 : 0) - p[j]!);
    }
    const { carries } = await kernel.run({ ...inputs, carries: { ...inputs.carries, [adjointName('logits')]: seeds } });
    for (const own of carries[total]!) Q += own / batch.rows;
    options.progress?.(k + 1, K);
  }
  return exact(Q / commonScale(model) ** 2, batch.rows);
}

/** The adjoint at the mean path, with the noise's cotangents squared, weighted by their variance and summed in a carry. */
function withSquaredNorms(noisy: Program): Program {
  const draws = drawsOf(noisy);
  const adjoint = atMeanNoise(adjointProgram(noisy, { noise: true }));
  const phases = adjoint.phases.map((part) => {
    let sumOfSquares = carry(total, 1);
    const { sequences } = part;
    const own = draws.filter((leaf) => sequences[noiseAdjointName(leaf.attributes.stream)] !== undefined);
    if (own.length === 0) return part;
    for (const leaf of own) {
      const cotangent = sequences[noiseAdjointName(leaf.attributes.stream)]!;
      sumOfSquares = add(sumOfSquares, multiply(momentsOf(leaf).variance, sum(square(cotangent))));
    }
    return { ...part, carries: { ...part.carries, [total]: sumOfSquares } };
  });
  return { ...adjoint, phases };
}
